# Images, made from Debian's packages: nothing is pulled from anywhere but the machine's own mirror.
# An image's tag is a hash of its recipe, so that a changed recipe is built anew and an unchanged one never.

SUITE=bookworm
PACKAGES_KEPT="tree lsof"

# The machine's own Debian sources, as lines for sources.list.
debian_sources() {
    apt-get indextargets --no-release-info --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        awk -v suite=$SUITE '$2 ~ "^" suite "(-updates|-security)?$" && $3 == "main" && !seen[$0]++ {
            print "deb", $1, $2, $3 }'
}

recipe_hash() { # FILES AND WORDS...
    local item
    for item in "$@"; do
        if [ -d "$item" ]; then find "$item" -type f -print0 | sort -z | xargs -0 cat; else echo "$item"; fi
    done | sha256sum | cut -c1-12
}

image_exists() { docker image inspect "$1" >/dev/null 2>&1; }

base_recipe() { declare -f build_base debian_sources; }

build_base() {
    local mirror root
    mirror=$(debian_sources | awk -v suite=$SUITE '$3 == suite { print $2; exit }')
    [ -n "$mirror" ] || die "apt knows no mirror for Debian $SUITE; add one to /etc/apt/sources.list"
    root=$(mktemp -d)
    say "building the base image from $SUITE (about half a minute)"
    if ! as_root debootstrap --variant=minbase --include=ca-certificates,procps $SUITE "$root" "$mirror" \
        >"$LAB/debootstrap.log" 2>&1; then
        as_root rm -rf --one-file-system "$root"
        die "debootstrap failed: $(tail -n 1 "$LAB/debootstrap.log")"
    fi
    debian_sources | as_root tee "$root/etc/apt/sources.list" >/dev/null
    apt-config dump Acquire::http Acquire::https | as_root tee "$root/etc/apt/apt.conf.d/90machine" >/dev/null
    printf 'path-exclude /usr/share/%s/*\n' doc man locale | as_root tee "$root/etc/dpkg/dpkg.cfg.d/small" >/dev/null
    as_root rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/usr/share/{doc,man,locale}/*
    as_root tar -C "$root" --one-file-system -c . | docker import - "$BASE" >/dev/null
    as_root rm -rf --one-file-system "$root"
}

# build NAME [VERSION]: the image of images/NAME; prints its tag.
build() {
    local name=$1 version=${2:-0} tag
    tag=drover-lab/$name:$(recipe_hash "$BASE" "$FLEET/images/$name" "$version" "$PACKAGES_KEPT")
    if ! image_exists "$tag"; then
        say "building the image $name"
        # The classic builder: Debian's engine has no other. The machine's network, to reach its mirror.
        DOCKER_BUILDKIT=0 docker build --quiet --network host --build-arg "BASE=$BASE" \
            --build-arg "VERSION=$version" --build-arg "PACKAGES_KEPT=$PACKAGES_KEPT" \
            --tag "$tag" "$FLEET/images/$name" >"$LAB/build-$name.log" 2>&1 ||
            die "building the image $name failed: $(tail -n 3 "$LAB/build-$name.log")"
    fi
    echo "$tag"
}

images_build() {
    BASE=drover-lab/base:$(recipe_hash "$(base_recipe)")
    image_exists "$BASE" || build_base
    SERVER_IMAGE=$(build server)
    REGISTRY_IMAGE=$(build registry)
}
