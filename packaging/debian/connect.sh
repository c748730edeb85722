# Gives coocenter-api its account at Asterisk.

# setting FILE SECTION KEY: its value, the last one if there are several; nothing when there is none
setting() {
    [ -r "$1" ] || return 0
    awk -v section="$2" -v key="$3" '
        { sub(/\r$/, ""); sub(/(^|[ \t]);.*/, "") }
        /^[ \t]*\[/ { name = $0; sub(/^[ \t]*\[/, "", name); sub(/\].*/, "", name); next }
        tolower(name) == section && index($0, "=") {
            k = $0; sub(/[ \t]*=.*/, "", k); sub(/^[ \t]*/, "", k)
            if (tolower(k) != key) next
            value = $0; sub(/^[^=]*=>?[ \t]*/, "", value); sub(/[ \t]*$/, "", value)
        }
        END { if (value != "") print value }' "$1"
}

is_yes() {
    case $1 in [Yy]* | [Tt]* | 1 | [Oo][Nn]) return 0 ;; *) return 1 ;; esac
}

# The group in which Asterisk reads its files: that of the process, else that of asterisk.conf, else the usual one.
asterisk_group() {
    pid=$(pidof -s asterisk 2>/dev/null) || pid=
    group=
    [ -z "$pid" ] || group=$(getent group "$(awk '$1 == "Gid:" { print $3 }' "/proc/$pid/status")" | cut -d: -f1) || :
    [ -n "$group" ] || group=$(setting $etc/asterisk.conf options rungroup)
    [ -n "$group" ] && getent group "$group" >/dev/null || group=
    [ -n "$group" ] || ! getent group asterisk >/dev/null || group=asterisk
    echo "${group:-root}"
}

# write FILE GROUP: standard input as FILE, for root and the group only, all at once
write() {
    folder=$(dirname "$1")
    [ -d "$folder" ] || install -d -m 0750 -o root -g "$2" "$folder"
    cat >"$1.new"
    chown "root:$2" "$1.new"
    chmod 0640 "$1.new"
    mv -f "$1.new" "$1"
}

# The section that a file of ours adds to, as it must be written: what is not there yet cannot be added to.
general_of() {
    if grep -q '^[[:space:]]*\[general\]' "$1" 2>/dev/null; then echo '[general](+)'; else echo '[general]'; fi
}

# include FILE PATTERN GROUP: has Asterisk read PATTERN after FILE. A pattern, since a name that is not there would keep
# Asterisk from reading FILE at all. Each first line tells exclude() how the file was before.
include() {
    lines="; Added by the package coocenter-api, which removes these two lines when it is purged.
#include \"$2\""
    if [ ! -e "$1" ]; then
        echo "$lines" | sed '1s/Added/Made/' | write "$1" "$3"
    elif [ -n "$(tail -c 1 "$1")" ]; then
        # Its last line has no end: it gets one, and loses it again.
        printf '\n%s\n' "$lines" | sed '2s/Added/Appended/' >>"$1"
    else
        echo "$lines" >>"$1"
    fi
}

# Makes what is missing: account, secret, call detail records. Sets connected=yes when the daemon must be started anew.
connect_asterisk() {
    connected=
    if [ -n "$(setting /etc/api.conf ami secret)" ]; then
        # Somebody has made an account already: all of it is theirs.
        return 0
    fi
    if [ ! -f $etc/manager.conf ]; then
        say "no Asterisk is configured here ($etc/manager.conf). The daemon runs and waits for one."
        say "A Debian package of Asterisk that is installed later is connected by itself; after any other installation"
        say "run /usr/lib/coocenter-api/connect-asterisk (or write host, username and secret into [ami] of /etc/api.conf)."
        return 0
    fi
    group=$(asterisk_group)
    if [ "$group" != root ] && ! id -nG $user | grep -qw -- "$group"; then
        # Recordings and logs are readable to the group.
        usermod -a -G "$group" $user
        connected=yes
    fi

    secret=$(setting $account coocenter-api secret)
    if [ -z "$secret" ]; then
        secret=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
        more=
        # An interface that was off is opened to this machine only.
        is_yes "$(setting $etc/manager.conf general enabled)" || more='enabled = yes\nbindaddr = 127.0.0.1\n'
        sed -e "s/CHANGE-ME/$secret/" -e "s/^\[general\](+)/$(general_of $etc/manager.conf)\n$more/" \
            /usr/share/coocenter-api/manager.d/coocenter-api.conf | write $account "$group"
    fi
    if ! grep -Eq '^[[:space:]]*#include[[:space:]]+["<]?(/etc/asterisk/)?manager\.d/(\*|coocenter-api)' $etc/manager.conf; then
        include $etc/manager.conf 'manager.d/coocenter-api*.conf' "$group"
    fi

    if ! is_yes "$(setting $etc/cdr_manager.conf general enabled)"; then
        if [ ! -f $cdr ]; then
            {
                echo '; Call detail records as events, which coocenter-api pushes. Removed with the package when it is purged.'
                general_of $etc/cdr_manager.conf
                echo 'enabled = yes'
            } | write $cdr "$group"
        fi
        grep -q 'cdr_manager\.d/coocenter-api' $etc/cdr_manager.conf 2>/dev/null ||
            include $etc/cdr_manager.conf 'cdr_manager.d/coocenter-api*.conf' "$group"
    fi

    port=$(setting $etc/manager.conf general port)
    if [ "$(setting $settings ami secret)" != "$secret" ] || [ "$(setting $settings ami port)" != "${port:-5038}" ]; then
        write $settings $user <<END
; Written by the package coocenter-api: the account that it made for the daemon, in
; $account. What /etc/api.conf says in [ami] counts before this.

[ami]
port = ${port:-5038}
secret = $secret
END
        connected=yes
    fi
    reload_asterisk
    if asterisk_runs && ! asterisk -rx 'module show like cdr_manager' 2>/dev/null | grep -q '^cdr_manager'; then
        say "Asterisk has not loaded cdr_manager.so: until it does (modules.conf), no events cdr are pushed."
    fi
}
