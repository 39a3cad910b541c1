# Installing the Debian packages that a command needs, and what it says when it cannot. Sourced by common.sh.
#
# SPDX-License-Identifier: GPL-2.0-or-later

missing_packages() {
    for package; do
        [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" = "ii " ] || echo "$package"
    done
}

# Run apt-get as root, in the language whose sentences apt_reason knows. wireshark-common asks whether users may capture;
# here nobody needs to.
apt_get_as_root() {
    local sudo=sudo
    [ "$(id -u)" != 0 ] || sudo=
    $sudo env LC_ALL=C DEBIAN_FRONTEND=noninteractive ${SYSTEMD_OFFLINE:+SYSTEMD_OFFLINE=1} apt-get -q "$@" </dev/null
}

# End the command, because this user cannot install the packages; the first argument says why.
leave_to_administrator() {
    local why=$1
    shift
    say "packages are missing, and $why. An administrator can install them:"
    echo "    apt-get install --no-install-recommends $*" >&2
    exit 1
}

# In one sentence, why apt-get failed, from its log.
apt_reason() {
    local log=$1 mirror unknown
    mirror=$(sed -nE 's,^[WE]: Failed to fetch ([a-z]+://[^/ ]+)[^ ]* +(.*(resolv|connect|[Tt]ime.?d? ?out|unreachable|handshake).*),\1 (\2),p' \
        "$log" | sed -n 1p)
    unknown=$(sed -nE "s/^E: Unable to locate package (.*)/\1/p; s/^E: Package '(.*)' has no installation candidate/\1/p" "$log" | sort -u)
    if [ -n "$mirror" ]; then
        echo "apt-get cannot reach $mirror: is there a network?"
    elif [ -n "$unknown" ]; then
        echo "apt-get knows no package called" $unknown.
    else
        echo "apt-get says: $({ grep '^E: ' "$log" || tail -n 1 "$log"; } | sed -n '1s/^E: //; 1p')."
    fi
}

# Install those of the named Debian packages that are missing.
install_missing() {
    command -v dpkg-query >/dev/null || {
        say "not a Debian or Ubuntu system: make sure that these are installed: $*"
        return
    }
    local missing log
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    missing=$(echo $missing)
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || leave_to_administrator "you are not root and have no sudo" $missing
    say "installing $missing"
    # Here sudo's question for a password, and its answer, can be read; below they would be in the log.
    [ "$(id -u)" = 0 ] || sudo env true || leave_to_administrator "sudo does not let you install them" $missing
    log=$(mktemp)
    # A part of the lists may be out of reach without harm: only what cannot be installed matters.
    apt_get_as_root update >"$log" 2>&1 || :
    apt_get_as_root install -y --no-install-recommends $missing >>"$log" 2>&1 ||
        die "$(apt_reason "$log") These packages are missing: $missing. The whole log is in $log"
    rm -f "$log"
}

# What systemd starts with the machine.
services_at_boot() { find /etc/systemd/system -path '*.wants/*' -printf '%f\n' 2>/dev/null | sort -u; }

# The same, for packages with services that nobody wants here: the tests start these programs by themselves. While they are installed,
# systemctl does as in a chroot and starts nothing; what they have switched on for the machine's next start is switched off again.
install_missing_stopped() {
    local before new sudo=sudo
    [ "$(id -u)" != 0 ] || sudo=
    before=$(services_at_boot)
    SYSTEMD_OFFLINE=1 install_missing "$@"
    new=$(comm -13 <(echo "$before") <(services_at_boot))
    [ -z "$new" ] || $sudo systemctl --quiet disable $new >/dev/null 2>&1 || say "these services start with the machine:" $new
}
