# A root folder with real package and service managers, for tests that would change the machine. Tests run in an
# overlay of it: what is here never changes.

ROOT_PACKAGES="procps iproute2 kmod gnupg dnf rpm createrepo-c openrc systemd dbus cron ufw iptables firewalld
    locales tzdata busybox-static adduser"

root_recipe() { declare -f root_build debian_sources; }

root_path() { echo "$CACHE/root-$(recipe_hash "$(root_recipe)" "$ROOT_PACKAGES" "$FLEET/root")"; }

# Makes the root unless it is there, and prints where.
root_up() {
    local root old
    root=$(root_path)
    if [ ! -d "$root" ]; then
        command -v debootstrap >/dev/null || die "debootstrap is not installed (scripts/install-dependencies lab)"
        mkdir -p "$CACHE" "$LAB"
        for old in "$CACHE"/root-*; do as_root rm -rf --one-file-system "$old"; done
        root_build "$root.new"
        as_root mv "$root.new" "$root"
    fi
    echo "$root"
}

root_build() { # FOLDER
    local mirror log=$LAB/root.log
    mirror=$(debian_sources | awk -v suite=$SUITE '$3 == suite { print $2; exit }')
    [ -n "$mirror" ] || die "apt knows no mirror for Debian $SUITE; add one to /etc/apt/sources.list"
    say "making the root with package and service managers (about two minutes)"
    as_root debootstrap --variant=minbase --include=ca-certificates $SUITE "$1" "$mirror" >"$log" 2>&1 ||
        die "debootstrap failed: $(tail -n 1 "$log")"
    debian_sources | as_root tee "$1/etc/apt/sources.list" >/dev/null
    apt-config dump Acquire::http Acquire::https | as_root tee "$1/etc/apt/apt.conf.d/90machine" >/dev/null
    printf 'path-exclude /usr/share/%s/*\n' doc man locale | as_root tee "$1/etc/dpkg/dpkg.cfg.d/small" >/dev/null
    printf '#!/bin/sh\nexit 101\n' | as_root install -m 755 /dev/stdin "$1/usr/sbin/policy-rc.d"
    as_root install -m 755 "$FLEET/root/repository" "$1/root/repository"
    # Packages unpack, and repositories are made, in namespaces that end with them.
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive unshare --mount --pid --fork --mount-proc="$1/proc" chroot "$1" sh -ec '
        apt-get update -qq; apt-get install -y -qq --no-install-recommends "$@"; apt-get clean
        rm -f /usr/sbin/policy-rc.d; /root/repository' sh $ROOT_PACKAGES >>"$log" 2>&1 ||
        die "the root's packages: $(tail -n 3 "$log")"
}
