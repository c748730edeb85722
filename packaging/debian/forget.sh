# Takes all of it away again.

# exclude FILE: undoes include(), to the byte; whatever else was changed in FILE since then stays
exclude() {
    [ -f "$1" ] && grep -q 'by the package coocenter-api, which removes' "$1" || return 0
    rest=$(mktemp)
    perl -0777 -pe 's/(\n; Appended|^; (?:Added|Made)) by the package coocenter-api, which removes[^\n]*\n#include [^\n]*\n//m' \
        "$1" >"$rest"
    if [ ! -s "$rest" ] && grep -q '^; Made by the package' "$1"; then
        rm -f "$1"
    else
        # Into the file as it is: its owner, its mode and its links stay.
        cat "$rest" >"$1"
    fi
    rm -f "$rest"
}

forget_asterisk() {
    rm -f $account $cdr
    exclude $etc/manager.conf
    exclude $etc/cdr_manager.conf
    rmdir $etc/cdr_manager.d 2>/dev/null || :
    # Of Asterisk's packages where they are; ours alone is empty now.
    [ ! -d $etc/manager.d ] || dpkg-query -S $etc/manager.d >/dev/null 2>&1 || rmdir $etc/manager.d 2>/dev/null || :
    rm -f $settings
    rmdir /etc/api.conf.d 2>/dev/null || :
    reload_asterisk
}
