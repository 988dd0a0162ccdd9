# The Docker engine that carries the lab: the machine's own, or one that the lab starts for itself and stops again.

ENGINE=$LAB/engine

engine_answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# Points `docker` at the engine that runs, if one does.
engine_find() {
    if [ -S "$ENGINE/docker.sock" ]; then export DOCKER_HOST=unix://$ENGINE/docker.sock; fi
    command -v docker >/dev/null && engine_answers
}

# An engine of our own stays clear of everybody else's: own socket, own data, no default bridge.
engine_start() {
    engine_find && return 0
    command -v dockerd >/dev/null || no_docker "dockerd is not installed (scripts/install-dependencies lab)"
    [ "$(id -u)" = 0 ] || no_docker "no Docker engine answers, and only root can start one"
    mkdir -p "$ENGINE" "$CACHE"
    # dockerd inherits the lock and so holds it for as long as it runs.
    exec 8>"$CACHE/lock"
    flock --nonblock 8 || die "another lab of this machine uses $CACHE: end it (make lab-down) or set DROVER_LAB_CACHE"
    network_note
    dockerd --host "unix://$ENGINE/docker.sock" --pidfile "$ENGINE/dockerd.pid" --exec-root "$ENGINE/exec" \
        --data-root "$CACHE/engine" --bridge none </dev/null >"$ENGINE/dockerd.log" 2>&1 &
    disown
    local deadline=$((SECONDS + 60))
    until engine_find; do
        [ $SECONDS -lt $deadline ] && kill -0 $! 2>/dev/null ||
            no_docker "dockerd does not start: $(tail -n 1 "$ENGINE/dockerd.log")"
        sleep 0.2
    done
    say "started a Docker engine (process $!)"
    # Left by a lab that was killed: its registry knows another password.
    servers_down
}

# An engine changes the machine's packet filter and forwarding and leaves them so when it ends. What was there before
# is noted, unless another engine has been at work already.
network_note() {
    cat /proc/sys/net/ipv4/ip_forward >"$ENGINE/ip-forward"
    if iptables-save -t filter 2>/dev/null | grep -q DOCKER; then return 0; fi
    iptables -S FORWARD 2>/dev/null | head -n 1 >"$ENGINE/forward-policy" || true
}

network_restore() {
    [ -s "$ENGINE/forward-policy" ] && ! pgrep -x dockerd >/dev/null || return 0
    local table
    for table in filter nat; do
        iptables-save -c -t $table 2>/dev/null | grep -v DOCKER | iptables-restore -c -T $table
    done
    xargs iptables <"$ENGINE/forward-policy"
    cat "$ENGINE/ip-forward" >/proc/sys/net/ipv4/ip_forward
}

# Status 3 tells the caller that everything without Docker still can be had.
no_docker() { # REASON
    say "Docker cannot run on this machine, so the four servers are left out: $1"
    exit 3
}

engine_stop() {
    if [ -f "$ENGINE/dockerd.pid" ]; then
        # Its containers are gone by now; it would wait another 15 seconds for a containerd that has ended already.
        end_process "$ENGINE/dockerd.pid" dockerd 4
        network_restore
        say "stopped the lab's Docker engine"
    fi
    # It leaves mounts of network namespaces behind.
    awk -v below="$ENGINE/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo | xargs --no-run-if-empty umount
}
