# Gives coocenter-api its account at Asterisk. What Asterisk's files say is looked at before it is taken: they belong to
# Asterisk's user, and what is written here is believed by root and by the daemon.

# setting FILE SECTION KEY: its value, the last one if there are several; nothing when there is none
setting() {
    safely show "$1" | awk -v section="$2" -v key="$3" '
        { sub(/\r$/, ""); sub(/(^|[ \t]);.*/, "") }
        /^[ \t]*\[/ { name = $0; sub(/^[ \t]*\[/, "", name); sub(/\].*/, "", name); next }
        tolower(name) == section && index($0, "=") {
            k = $0; sub(/[ \t]*=.*/, "", k); sub(/^[ \t]*/, "", k)
            if (tolower(k) != key) next
            value = $0; sub(/^[^=]*=>?[ \t]*/, "", value); sub(/[ \t]*$/, "", value)
        }
        END { if (value != "") print value }'
}

is_yes() {
    case $1 in [Yy]* | [Tt]* | 1 | [Oo][Nn]) return 0 ;; *) return 1 ;; esac
}

is_port() {
    case $1 in '' | *[!0-9]* | 0* | ??????*) return 1 ;; esac
    [ "$1" -le 65535 ]
}

# is_plain TEXT: a secret of a few letters and digits, which no file of settings reads as anything else
is_plain() {
    case $1 in '' | *[!0-9A-Za-z._+=-]*) return 1 ;; esac
    [ ${#1} -le 128 ]
}

# A secret of 192 bits. It is on no command line, where ps would show it.
random() {
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

# Of the user that the running Asterisk is: root, asterisk, or whose /etc/asterisk is. Others may call a program so.
running_asterisk() {
    for pid in $(pidof asterisk 2>/dev/null); do
        uid=$(awk '$1 == "Uid:" { print $3 }' "/proc/$pid/status" 2>/dev/null) || continue
        for known in 0 "$(id -u asterisk 2>/dev/null)" "$(stat -L -c %u $etc)"; do
            [ "$uid" != "$known" ] || echo "$pid"
        done
    done | head -n 1
}

# The group in which Asterisk reads its files: that of the process, if its user is of it by what root has written in
# /etc/group; else asterisk, if there is such a group. asterisk.conf alone is no reason to join a group.
asterisk_group() {
    group=
    pid=$(running_asterisk)
    if [ -n "$pid" ]; then
        gid=$(awk '$1 == "Gid:" { print $3 }' "/proc/$pid/status") || gid=
        uid=$(awk '$1 == "Uid:" { print $3 }' "/proc/$pid/status") || uid=
        if [ -n "$gid" ] && id -G "$(id -nu "$uid")" 2>/dev/null | tr ' ' '\n' | grep -qx "$gid"; then
            group=$(getent group "$gid" | cut -d: -f1) || group=
        fi
    fi
    if [ -z "$group" ]; then
        if getent group asterisk >/dev/null; then group=asterisk; else group=root; fi
    fi
    wanted=$(setting $etc/asterisk.conf options rungroup)
    if [ -n "$wanted" ] && [ "$wanted" != "$group" ]; then
        is_plain "$wanted" || wanted='something else'
        say "rungroup of asterisk.conf is $wanted, which is not the group of a running Asterisk: taken is $group." >&2
    fi
    echo "$group"
}

# includes FILE WHAT: whether FILE reads it; WHAT is a regular expression
includes() {
    safely show "$1" | grep -Eq "^[[:space:]]*#include[[:space:]]+[\"<]?($etc/)?$2"
}

# The file in which additions to NAME are kept: FreePBX and Issabel write NAME.conf anew, and leave NAME_custom.conf alone.
editable() {
    if includes "$etc/$1.conf" "$1_custom\.conf"; then echo "$etc/$1_custom.conf"; else echo "$etc/$1.conf"; fi
}

# The section that a file of ours adds to, as it must be written: what is not there yet cannot be added to.
general_of() {
    if safely show "$1" | grep -q '^[[:space:]]*\[general\]'; then echo '[general](+)'; else echo '[general]'; fi
}

# read_by NAME FILES: has Asterisk read FILES of ours with NAME.conf. A pattern, since a name that is not there would keep
# Asterisk from reading NAME.conf at all.
read_by() {
    place=$(editable "$1")
    for file in "$etc/$1.conf" "$place"; do
        ! includes "$file" "$1\.d/(\*|coocenter-api)" || return 0
    done
    include "$place" "$2" "$group"
}

# include FILE PATTERN GROUP
include() {
    safely include "$@"
}

# The text of the account; the secret is in the variable of that name.
account_text() {
    # An interface that was off is opened to this machine only.
    more=
    is_yes "$(setting $etc/manager.conf general enabled)" || more='enabled = yes
bindaddr = 127.0.0.1'
    while IFS= read -r line; do
        case $line in
        '[general]'*)
            general_of $etc/manager.conf
            [ -z "$more" ] || printf '%s\n' "$more"
            ;;
        'secret = CHANGE-ME'*) printf 'secret = %s%s\n' "$secret" "${line#secret = CHANGE-ME}" ;;
        *) printf '%s\n' "$line" ;;
        esac
    done </usr/share/coocenter-api/manager.d/coocenter-api.conf
}

make_account() {
    secret=$(setting $account coocenter-api secret)
    if ! is_plain "$secret"; then
        secret=$(random)
        account_text | safely replace $account "$group" || return 1
    fi
    safely restrict $account "$group" && read_by manager 'manager.d/coocenter-api*.conf'
}

switch_cdr_on() {
    ! is_yes "$(setting $etc/cdr_manager.conf general enabled)" || return 0
    if [ ! -f $cdr ]; then
        {
            echo '; Call detail records as events, which coocenter-api pushes. Removed with the package when it is purged.'
            general_of $etc/cdr_manager.conf
            echo 'enabled = yes'
        } | safely replace $cdr "$group" || return 1
    fi
    read_by cdr_manager 'cdr_manager.d/coocenter-api*.conf'
}

tell_daemon() {
    port=$(setting $etc/manager.conf general port)
    if [ -n "$port" ] && ! is_port "$port"; then
        say "port in [general] of $etc/manager.conf is no port: the usual 5038 is taken."
        port=
    fi
    [ "$(setting $settings ami secret)" != "$secret" ] || [ "$(setting $settings ami port)" != "${port:-5038}" ] || return 0
    safely replace $settings $user <<END || return 1
; Written by the package coocenter-api: the account that it made for the daemon, in
; $account. What /etc/api.conf says in [ami] counts before this.

[ami]
port = ${port:-5038}
secret = $secret
END
    connected=yes
}

# Makes what is missing: account, secret, call detail records. Sets connected=yes when the daemon must be started anew.
# Fails when something is in the way, and has said what.
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
    if [ "$group" != root ] && ! id -nG $user | tr ' ' '\n' | grep -qxF -- "$group"; then
        # Recordings and logs are readable to the group.
        usermod -a -G "$group" $user || return 1
        connected=yes
    fi
    if ! { make_account && switch_cdr_on && tell_daemon; }; then
        say "Asterisk is not connected. Put that right, then run /usr/lib/coocenter-api/connect-asterisk."
        return 1
    fi
    reload_asterisk
    if asterisk_runs && ! ask_asterisk 'module show like cdr_manager' | grep -q '^cdr_manager'; then
        say "Asterisk has not loaded cdr_manager.so: until it does (modules.conf), no events cdr are pushed."
    fi
}
