# Light hosts: many sshd processes on loopback addresses that share this machine's file system.

LIGHT_PORT=2222

LIGHT_NETWORK=${DROVER_LIGHT_NETWORK:-127.0.3}

light_address() { echo "$LIGHT_NETWORK.$1"; }

light_addresses() { cat "$LAB/light/addresses" 2>/dev/null || true; }

light_configuration() {
    cat <<EOF
HostKey $LAB/light/host_key
AuthorizedKeysFile $LAB/keys/login.pub
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM no
UseDNS no
# bash would read the ~/.bashrc of this machine's user for every command, as it does where it is the first shell.
SetEnv SHLVL=1
PrintMotd no
PrintLastLog no
MaxStartups 200
MaxSessions 100
LogLevel ERROR
Subsystem sftp internal-sftp
EOF
}

light_start() { # ADDRESS
    /usr/sbin/sshd -f "$LAB/light/sshd_config" -o "ListenAddress=$1:$LIGHT_PORT" \
        -o "PidFile=$LAB/light/$1.pid" -E "$LAB/light/$1.log"
}

light_up() { # N
    local count=$1 number address
    [[ $count =~ ^[1-9][0-9]*$ && $count -le 250 ]] || die "light: a number of hosts from 1 to 250, not '$count'"
    [ -x /usr/sbin/sshd ] || die "no /usr/sbin/sshd; run scripts/install-dependencies test"
    make_run_directory
    mkdir -p "$LAB/light"
    make_key "$LAB/keys/login" drover-lab
    make_key "$LAB/light/host_key" drover-lab-light
    light_configuration >"$LAB/light/sshd_config"
    # sshd wants its privilege separation folder even where no init has made it.
    if [ "$(id -u)" = 0 ]; then mkdir -p /run/sshd; fi

    : >"$LAB/light/addresses"
    for number in $(seq "$count"); do
        address=$(light_address "$number")
        [ -s "$LAB/light/$address.pid" ] || light_start "$address"
        echo "$address" >>"$LAB/light/addresses"
    done
    while read -r address; do
        wait_for 20 "sshd on $address:$LIGHT_PORT" speaks_ssh "$address" $LIGHT_PORT
    done <"$LAB/light/addresses"
    light_inventory
    say "$count light hosts answer on port $LIGHT_PORT; inventory: $LAB/light/inventory.ini"
}

light_inventory() {
    local number=0 address key
    read -r key <"$LAB/light/host_key.pub"
    key=${key% *}
    : >"$LAB/light/known_hosts"
    {
        echo "[light]"
        while read -r address; do
            number=$((number + 1))
            printf 'light%03d ansible_host=%s\n' $number "$address"
            echo "[$address]:$LIGHT_PORT $key" >>"$LAB/light/known_hosts"
        done <"$LAB/light/addresses"
        cat <<EOF

[light:vars]
ansible_port=$LIGHT_PORT
ansible_user=$(id -un)
ansible_ssh_private_key_file=$LAB/keys/login
ansible_ssh_common_args='-o UserKnownHostsFile=$LAB/light/known_hosts -o StrictHostKeyChecking=yes'
EOF
    } >"$LAB/light/inventory.ini"
}

light_down() {
    local file
    for file in "$LAB"/light/*.pid; do end_process "$file" sshd; done
    rm -rf "$LAB/light"
}
