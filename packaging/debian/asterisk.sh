# What the package makes in Asterisk's settings: the account of coocenter-api on the manager interface, and call detail
# records as events. The build writes this file into the scripts that make it (connect.sh) and undo it (forget.sh).

etc=/etc/asterisk
account=$etc/manager.d/coocenter-api.conf
cdr=$etc/cdr_manager.d/coocenter-api.conf
settings=/etc/api.conf.d/ami.conf
user=coocenter-api

say() {
    echo "coocenter-api: $*"
}

# Asterisk's command line. What answers there is not root's, so it is not waited for without end.
ask_asterisk() {
    timeout 10 asterisk -rx "$1" 2>/dev/null </dev/null
}

asterisk_runs() {
    command -v asterisk >/dev/null 2>&1 && ask_asterisk 'core show version' >/dev/null
}

reload_asterisk() {
    asterisk_runs || return 0
    ask_asterisk 'manager reload' >/dev/null || :
    ask_asterisk 'module reload cdr_manager.so' >/dev/null || :
}
