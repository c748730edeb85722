# Takes all of it away again.

# exclude FILE: undoes include(), to the byte
exclude() {
    safely exclude "$1"
}

forget_asterisk() {
    for file in $account $cdr; do safely remove "$file" || :; done
    for name in manager cdr_manager manager_custom cdr_manager_custom; do exclude $etc/$name.conf || :; done
    safely leave $etc/cdr_manager.d || :
    # Of Asterisk's packages where they are; ours alone is empty now.
    dpkg-query -S $etc/manager.d >/dev/null 2>&1 || safely leave $etc/manager.d || :
    rm -f $settings /etc/api.conf.d/webkey.conf /etc/api.conf.d/users.conf /etc/api.conf.d/.users.conf.new
    rmdir /etc/api.conf.d 2>/dev/null || :
    reload_asterisk
}
