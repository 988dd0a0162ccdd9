# The four servers and the registry: containers on a network of their own, published on loopback addresses only.

SERVERS=(db1 cache1 app1 app2)
SERVER_PORT=2222
# Where the registry is for this machine, and by a relay on each server for the server: one name for images that are
# pushed here and pulled there. Engines take addresses of the loopback network without TLS.
REGISTRY_ADDRESS=127.0.2.250:5000
REGISTRY_NAME=registry.lab:5000
REGISTRY_USER=deployer
SUDO_PASSWORD_SERVER=cache1

PREFIX=drover-lab-${LABEL#*=}

server_address() { # NAME
    local number
    for number in "${!SERVERS[@]}"; do
        if [ "${SERVERS[$number]}" = "$1" ]; then echo "127.0.2.$((number + 1))"; fi
    done
}

# The port of the service that the demo deploys there.
service_port() { # NAME
    case $1 in db*) echo 5432 ;; cache*) echo 6379 ;; *) echo 8080 ;; esac
}

servers_up() {
    make_run_directory
    engine_start
    images_build
    make_key "$LAB/keys/login" drover-lab
    make_secret "$LAB/secrets/registry-password"
    make_secret "$LAB/secrets/sudo-password"
    docker network inspect "$PREFIX" >/dev/null 2>&1 ||
        docker network create --label "$LABEL" "$PREFIX" >/dev/null
    choose_privileges
    local name
    for name in "${SERVERS[@]}"; do server_up "$name"; done
    registry_up
    registry_fill
    for name in "${SERVERS[@]}"; do server_wait "$name"; done
    write_known_hosts
    write_addresses
    say "servers ${SERVERS[*]} answer; run directory: $LAB"
}

# An engine inside a container needs nearly all privileges. Where the machine itself lacks one, --privileged fails,
# and what is there has to be named.
choose_privileges() {
    PRIVILEGES=(--privileged)
    if ! docker run --rm --privileged --label "$LABEL" --network none "$SERVER_IMAGE" true >/dev/null 2>&1; then
        PRIVILEGES=(--security-opt seccomp=unconfined --security-opt apparmor=unconfined)
        local capability
        for capability in SYS_ADMIN NET_ADMIN SYS_PTRACE NET_RAW MKNOD SYS_CHROOT DAC_READ_SEARCH LINUX_IMMUTABLE \
            SYS_NICE IPC_LOCK SYSLOG; do
            PRIVILEGES+=(--cap-add "$capability")
        done
    fi
    if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
        PRIVILEGES+=(--cgroupns private)
    else
        PRIVILEGES+=(--cgroupns host --volume /sys/fs/cgroup:/sys/fs/cgroup:rw)
    fi
}

server_up() { # NAME
    local name=$1 address
    address=$(server_address "$name")
    docker container inspect "$PREFIX-$name" >/dev/null 2>&1 && return 0
    # /srv/full is a tiny file system, for tests of a full disk.
    docker run --detach --init --name "$PREFIX-$name" --hostname "$name" --label "$LABEL" --network "$PREFIX" \
        --network-alias "$name" --publish "$address:$SERVER_PORT:22" \
        --publish "$address:$(service_port "$name"):$(service_port "$name")" \
        --tmpfs /run --tmpfs /srv/full:size=64k --volume /var/lib/docker "${PRIVILEGES[@]}" \
        --env "REGISTRY=$REGISTRY_NAME" --env "REGISTRY_ADDRESS=$REGISTRY_ADDRESS" \
        --env "CGROUP_PARENT=/$PREFIX-$name" "$SERVER_IMAGE" >/dev/null
    docker exec --interactive "$PREFIX-$name" install -D -o deploy -g deploy -m 600 /dev/stdin \
        /home/deploy/.ssh/authorized_keys <"$LAB/keys/login.pub"
    if [ "$name" = $SUDO_PASSWORD_SERVER ]; then
        sed 's/^/deploy:/' "$LAB/secrets/sudo-password" | docker exec --interactive "$PREFIX-$name" chpasswd
        docker exec "$PREFIX-$name" sh -c 'echo "deploy ALL=(ALL:ALL) ALL" >/etc/sudoers.d/deploy'
    fi
}

server_exec() { # NAME COMMAND...
    engine_find || die "no Docker engine answers"
    exec docker exec "$PREFIX-$1" "${@:2}"
}

server_wait() { # NAME
    wait_for 60 "sshd of $1" speaks_ssh "$(server_address "$1")" $SERVER_PORT
    wait_for 60 "the Docker engine of $1 (docker exec $PREFIX-$1 tail /var/log/dockerd.log)" \
        docker exec "$PREFIX-$1" docker version
}

# The keys come out of the containers, not over the network that they have to protect.
write_known_hosts() {
    local name
    for name in "${SERVERS[@]}"; do
        echo "[$(server_address "$name")]:$SERVER_PORT" \
            "$(docker exec "$PREFIX-$name" cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)"
    done >"$LAB/known_hosts.new"
    mv "$LAB/known_hosts.new" "$LAB/known_hosts"
}

# Where servers find each other: addresses of the lab's own network, which are new with every lab.
write_addresses() {
    local name
    mkdir -p "$LAB/addresses"
    for name in "${SERVERS[@]}"; do
        docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$PREFIX-$name" \
            >"$LAB/addresses/$name"
    done
}

# bcrypt, the only hash that the registry takes; the password goes through a pipe.
registry_htpasswd() {
    perl -e 'my $word = <STDIN>; chomp $word; my @set = (".", "/", 0..9, "A".."Z", "a".."z");
        open my $random, "<", "/dev/urandom"; read $random, my $bytes, 22;
        my $salt = join "", map { $set[ord($_) % 64] } split //, $bytes;
        print "$ARGV[0]:", crypt($word, "\$2y\$06\$$salt"), "\n"' $REGISTRY_USER <"$LAB/secrets/registry-password"
}

registry_up() {
    docker container inspect "$PREFIX-registry" >/dev/null 2>&1 && return 0
    docker run --detach --init --name "$PREFIX-registry" --label "$LABEL" --network "$PREFIX" \
        --network-alias "${REGISTRY_NAME%:*}" --publish "$REGISTRY_ADDRESS:5000" "$REGISTRY_IMAGE" >/dev/null
    registry_htpasswd | docker exec --interactive "$PREFIX-registry" install -m 600 /dev/stdin /etc/htpasswd
    wait_for 30 "the registry on $REGISTRY_ADDRESS" registry_answers
}

registry_answers() {
    [ "$(curl --silent --noproxy '*' --output /dev/null --write-out '%{http_code}' "http://$REGISTRY_ADDRESS/v2/")" = 401 ]
}

registry_fill() {
    local entry tag image
    [ ! -f "$LAB/registry-filled" ] || return 0
    docker --config "$LAB/docker" login --username $REGISTRY_USER --password-stdin "$REGISTRY_ADDRESS" \
        <"$LAB/secrets/registry-password" >/dev/null 2>&1 || die "the registry refuses the password it was given"
    for entry in db:15 cache:7 app:1.0 app:1.1 app:broken; do
        image=$(build "${entry%:*}" "${entry#*:}")
        tag=$REGISTRY_ADDRESS/$entry
        docker tag "$image" "$tag"
        docker --config "$LAB/docker" push --quiet "$tag" >/dev/null
        docker rmi --no-prune "$tag" >/dev/null
    done
    : >"$LAB/registry-filled"
}

servers_down() {
    local ids name
    engine_find || return 0
    mapfile -t ids < <(docker ps --all --quiet --filter "label=$LABEL")
    [ ${#ids[@]} -eq 0 ] || docker rm --force --volumes "${ids[@]}" >/dev/null
    mapfile -t ids < <(docker network ls --quiet --filter "label=$LABEL")
    [ ${#ids[@]} -eq 0 ] || docker network rm "${ids[@]}" >/dev/null
    # With the machine's own cgroups (version 1) the inner engines leave their folders behind.
    for name in "${SERVERS[@]}"; do
        as_root find /sys/fs/cgroup -mindepth 2 -depth -type d -path "*/$PREFIX-$name*" -exec rmdir {} + 2>/dev/null || true
    done
}
