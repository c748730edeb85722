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

asterisk_runs() {
    command -v asterisk >/dev/null 2>&1 && asterisk -rx 'core show version' >/dev/null 2>&1
}

reload_asterisk() {
    asterisk_runs || return 0
    asterisk -rx 'manager reload' >/dev/null 2>&1 || :
    asterisk -rx 'module reload cdr_manager.so' >/dev/null 2>&1 || :
}
