# Roots of Debian and Ubuntu with the Wireshark versions this machine does not have, and how a tree is tested or packaged in one.
# Sourced after common.sh; tools/test and tools/package use it for --all-versions.
#
# A root is a folder in the cache, made once by mmdebstrap with all packages to build and test in it. Nothing writes into
# it afterwards: a run mounts it read-only, with the tree and a /tmp of its own, in namespaces that end with the run, and
# the mounts with them.
#
# SPDX-License-Identifier: GPL-2.0-or-later

. "$top/tools/lib/debian.sh"
. "$top/tools/lib/ubuntu.sh"

roots=$cache/roots

# The versions of Wireshark that must work, each with the release that has it.
versions="4.0:bookworm ${ubuntu_mirror:+4.2:$ubuntu_release }4.4:trixie 4.6:forky"

# Those of them that this machine does not have.
other_versions() {
    local entry here
    here=$(tshark_minor)
    for entry in $versions; do
        [ "${entry%:*}" = "$here" ] || echo "$entry"
    done
}

# Whether roots can be made and entered here; says what is missing and ends the command if not.
need_roots() {
    [ "$(id -u)" = 0 ] || die "only root can make and enter the Debian roots of the other versions: use sudo"
    install_missing $packages_for_versions
    command -v mmdebstrap >/dev/null || die "mmdebstrap is missing; it makes the Debian roots of the other versions"
    [ -r "$debian_keyring" ] || die "$debian_keyring is missing: install the package debian-archive-keyring"
    debian_mirror >/dev/null || die "cannot make roots of other Debian releases: $no_debian_mirror"
    [ -n "$ubuntu_mirror" ] || say "$no_ubuntu_mirror"
    choose_propagation || die "this machine does not let root create mount and process namespaces (a container without" \
        "CAP_SYS_ADMIN?), so no Debian root can be entered"
}

# Mounts must not be visible outside their namespace. unshare sees to that, but cannot in a chroot whose / is not a mount point;
# there it works if the system around the chroot keeps mounts to itself, which this tries.
propagation=private
choose_propagation() {
    local folder status=1
    ! unshare --mount --pid --fork true 2>/dev/null || return 0
    folder=$(mktemp -d)
    propagation=unchanged
    if unshare --mount --propagation "$propagation" --pid --fork mount -t tmpfs tried "$folder" 2>/dev/null; then
        umount "$folder" 2>/dev/null || status=0
    fi
    rmdir "$folder"
    return $status
}

# Run a command in namespaces of its own, where it can be interrupted at any time: in the background, because the shell
# answers a signal at once only while it waits. Whatever ends the shell ends all of the command's processes and mounts.
running=
in_namespaces() {
    setpriv --pdeathsig KILL unshare --mount --propagation "$propagation" --pid --fork --kill-child --mount-proc "$@" &
    running=$!
    local status=0
    wait "$running" || status=$?
    running=
    return $status
}

# End what is running, and remove what it was making.
work='' unfinished=''
clean_up() {
    [ -z "$running" ] || { kill -KILL "$running"; wait "$running" || :; } 2>/dev/null
    local folder try
    for folder in "$work" "$unfinished"; do
        # The last processes may be about to end, and still writing.
        for try in 1 2 3; do
            [ -n "$folder" ] && ! rm -rf --one-file-system "$folder" 2>/dev/null || break
            sleep 1
        done
    done
}

# However the command ends, clean up. A signal's clean-up is not to be interrupted itself.
clean_up_at_end() {
    exec {terminal}>&2
    trap clean_up EXIT
    trap 'stop 130' INT
    trap 'stop 143' TERM HUP
}
stop() {
    trap '' INT TERM HUP
    say "interrupted" 2>&"$terminal"
    exit "$1"
}

new_root() {
    local suite=$1 folder=$2 keyring=$debian_keyring source option
    local options=()
    if [ "$suite" = "$ubuntu_release" ]; then
        keyring=$ubuntu_keyring
        source="$ubuntu_mirror $suite main universe"
    else
        source="$(debian_mirror) $suite main"
    fi
    # forky's Release file may be older than it says it may be. Proxies are this machine's.
    options+=(--aptopt='Acquire::Check-Valid-Until "false"' --aptopt='APT::Sandbox::User "root"')
    while IFS= read -r option; do options+=(--aptopt="$option"); done < <(apt-config dump | grep -i '^Acquire::http.*::Proxy')
    TMPDIR=$work in_namespaces \
        mmdebstrap --mode=root --variant=apt --format=directory --keyring="$keyring" "${options[@]}" \
        --include="$(echo $packages_to_build $packages_to_test $packages_to_package | tr ' ' ,)" \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' \
        --customize-hook='mkdir "$1/tree" && echo "tester:x:1000:1000::/tmp:/bin/sh" >>"$1/etc/passwd"' \
        --customize-hook='echo "tester:x:1000:" >>"$1/etc/group"' \
        "$suite" "$folder" "deb [signed-by=$keyring] $source"
}

# The root of a release in $root, made if there is none for today's packages, and locked against removal.
get_root() {
    local suite=$1 log=$2 key lock began
    # A change of the packages, or of the way a root is made, makes another root.
    key=$({ echo $packages_to_build $packages_to_test $packages_to_package; declare -f new_root; } | sha256sum | cut -c 1-12)
    root=$roots/$suite-$key
    mkdir -p "$roots"
    exec {lock}>"$roots/$suite.lock"
    while flock -s "$lock"; [ ! -d "$root" ]; do
        flock -n -x "$lock" || { say "waiting for another run that uses a root of $suite"; flock -x "$lock"; }
        [ ! -d "$root" ] || continue
        rm -rf --one-file-system "$roots/$suite"-*      # older ones, and what an interrupted run has left
        say "making a root of $(system_of "$suite") (once; about a minute)"
        began=$SECONDS
        [ "$suite" != "$ubuntu_release" ] || get_ubuntu_keyring || { flock -u "$lock"; return 1; }
        unfinished=$root.part
        if ! new_root "$suite" "$unfinished" >"$log" 2>&1; then
            rm -rf --one-file-system "$unfinished"
            say "mmdebstrap could not make a root of $(system_of "$suite"): $(apt_reason "$log") The whole log is in $log"
            flock -u "$lock"
            return 1
        fi
        mv "$unfinished" "$root"
        unfinished=
        say "made it in $((SECONDS - began)) s: $root"
    done
}

# Make a folder for one run, in $work, and remove what killed runs have left.
get_work() {
    local folder lock
    mkdir -p "$cache"
    for folder in "$cache"/work.*; do
        [ ! -d "$folder" ] || flock -n "$folder" rm -rf --one-file-system "$folder" || :
    done
    work=$(mktemp -d "$cache/work.XXXXXX")
    exec {lock}<"$work"
    flock -s "$lock"
}

# Copy the tree to a folder, uncommitted files included, but without what git ignores.
copy_tree() {
    (cd "$top" && git -c safe.directory='*' ls-files -z --cached --others --exclude-standard) >"$work/files" || return 1
    # A file that was deleted, but not yet with git, is still in the list.
    (cd "$top" && xargs -0 sh -c 'for file; do [ ! -e "$file" ] || printf "%s\0" "$file"; done' sh <"$work/files" |
        tar --null --files-from=- -cf -) | tar -xf - -C "$1"
}

# Run a command in $root as an ordinary user, in a copy of the tree, with Wireshark's captures. Checkers of the sources run
# once, outside.
in_root() {
    new_tree || return 1
    enter '' "setpriv --reuid=1000 --regid=1000 --clear-groups env -i HOME=/tmp" "$@"
}

# Run a command as root in $root, which it may change: the changes are in memory, and vanish when the command ends. The tree is
# the one that in_root has left.
in_changeable_root() { enter changeable "env -i HOME=/root" "$@"; }

new_tree() {
    rm -rf --one-file-system "$work/tree" "$work/tmp"
    mkdir "$work/tree" "$work/tmp"
    copy_tree "$work/tree" || { say "cannot copy the files that git knows in $top"; return 1; }
    chown -R 1000:1000 "$work/tree"
    chmod 1777 "$work/tmp"
}

# Arguments: whether $root may be changed, words before the command, the command.
enter() {
    mkdir -p "$work/changes" "$work/tmp/wireshark-source"
    in_namespaces sh -euc '
        root=$1 work=$2 source=$3 changeable=$4 before=$5
        shift 5
        if [ "$changeable" ]; then
            mount -t tmpfs changes "$work/changes"
            mkdir "$work/changes/upper" "$work/changes/work" "$work/changes/root"
            mount -t overlay -o "lowerdir=$root,upperdir=$work/changes/upper,workdir=$work/changes/work" overlay "$work/changes/root"
            root=$work/changes/root
            rm -f "$root"/etc/dpkg/dpkg.cfg.d/*     # roots are made without documents
        else
            mount --bind "$root" "$root"
            mount -o remount,bind,ro "$root"
        fi
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount --bind "$work/tmp" "$root/tmp"
        [ ! -d "$source" ] || mount --bind "$source" "$root/tmp/wireshark-source"
        mount --bind "$work/tree" "$root/tree"
        exec chroot "$root" $before LANG=C.UTF-8 IMPSVC_CHECKERS=no IMPSVC_GUI=no IMPSVC_ENGINES=no \
            IMPSVC_WIRESHARK_SOURCE=/tmp/wireshark-source PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin \
            sh -c "cd /tree && exec \"\$@\"" sh "$@"' \
        sh "$root" "$work" "$wireshark_source" "$1" "$2" "${@:3}"
}

# Make the roots of all versions but this machine's own. One that cannot be made does not keep the others from being made.
make_roots() {
    local entry log failed=
    need_roots
    clean_up_at_end
    get_work
    log=$work/root.log
    for entry in $(other_versions); do
        get_root "${entry#*:}" "$log" || failed=1
    done
    [ -z "$failed" ]
}
