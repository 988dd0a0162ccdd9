# What all parts of the fleet share: messages, keys, waiting, and ending processes that it started.

LABEL=drover.lab=$(printf %s "$LAB" | cksum | cut -d' ' -f1)

say() { echo "fleet: $*" >&2; }
die() {
    say "$*"
    exit 1
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

make_run_directory() {
    mkdir -p "$LAB"
    chmod 700 "$LAB"
    mkdir -p "$LAB/keys" "$LAB/secrets"
}

make_key() { # FILE COMMENT
    [ -f "$1" ] || ssh-keygen -q -t ed25519 -N '' -C "$2" -f "$1"
}

make_secret() { # FILE: a new random word, once
    [ -f "$1" ] || (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$1")
}

# wait_for SECONDS WHAT COMMAND...: asks until the command succeeds.
wait_for() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || die "$what did not come up"
        sleep 0.1
    done
}

# A server speaks first, so that an open port alone (a proxy's) does not count.
speaks_ssh() { # ADDRESS PORT
    local greeting
    exec 3<>"/dev/tcp/$1/$2" || return 1
    read -r -t 2 -n 4 greeting <&3 || true
    exec 3>&-
    [ "${greeting:-}" = SSH- ]
}

is_running() { [ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$2" ]; }

# Ends the process of a pid file if it still is the program it was: a pid can have a new owner.
end_process() { # PID_FILE PROGRAM [SECONDS UNTIL KILLED]
    local pid deadline=$((SECONDS + ${3:-20}))
    [ -s "$1" ] || return 0
    pid=$(cat "$1")
    if is_running "$pid" "$2"; then as_root kill "$pid"; fi
    while is_running "$pid" "$2" && [ $SECONDS -lt $deadline ]; do sleep 0.1; done
    if is_running "$pid" "$2"; then as_root kill -KILL "$pid"; fi
    rm -f "$1"
}
