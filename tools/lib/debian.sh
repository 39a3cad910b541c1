# What can be had from the Debian mirror that this machine's apt uses, kept in a cache folder. Sourced after common.sh.
#
# SPDX-License-Identifier: GPL-2.0-or-later

cache=${XDG_CACHE_HOME:-$(echo ~)/.cache}/impsvc
debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# The mirror of Debian itself, not of its security updates.
debian_mirror() {
    local mirror=${IMPSVC_DEBIAN_MIRROR:-}
    [ -n "$mirror" ] ||
        mirror=$(apt-get indextargets --format '$(SITE)' 'Origin: Debian' 'Label: Debian' 2>/dev/null | sed -n 1p)
    # Before the first apt-get update nothing has an origin.
    [ -n "$mirror" ] ||
        mirror=$(apt-get indextargets --format '$(SITE)' 2>/dev/null | grep '/debian/\?$' | sed -n 1p)
    [ -n "$mirror" ] || return 1
    echo "$mirror"
}

no_debian_mirror="no Debian mirror among this machine's apt sources; IMPSVC_DEBIAN_MIRROR=URL names one"

# Set $apt to an apt-get that has lists of its own in a folder, of the sources that the other arguments are: those of the machine
# stay as they are. Needs no root.
apt=()
use_own_lists() {
    local folder=$1
    mkdir -p "$folder/lists/partial" "$folder/archives/partial"
    printf '%s\n' "${@:2}" >"$folder/sources.list"
    apt=(env LC_ALL=C apt-get -q -o "Dir::Etc::SourceList=$folder/sources.list" -o Dir::Etc::SourceParts=/dev/null
         -o "Dir::State::Lists=$folder/lists" -o "Dir::Cache=$folder" -o "Dir::Cache::Archives=$folder/archives"
         -o "APT::Sandbox::User=$(id -un)" -o Acquire::Languages=none
         -o Acquire::Check-Valid-Until=false)
}

# Wireshark's own checkers and captures are in its source package only. Everybody uses those of one release, so that all get the
# same results: that of the oldest version of Wireshark that must work.
wireshark_source=${IMPSVC_WIRESHARK_SOURCE:-$cache/wireshark-source-3}     # the number: earlier ones had less in them
wireshark_source_release=bookworm
# Of these releases the source is wanted only to compile the plugin within it. A mirror may not have it.
wireshark_source_others="trixie forky"

# Download source packages of a Debian release into a folder, with apt lists of our own: the machine's apt sources stay as they are.
download_sources() {
    local folder=$1 mirror=$2 release=$3
    shift 3
    use_own_lists "$folder" "deb-src [signed-by=$debian_keyring] $mirror $release main"
    (cd "$folder" && "${apt[@]}" update && "${apt[@]}" source --download-only "$@")
}

# Fetch that into $wireshark_source. Needs no root. If it fails, it says why and returns 1.
get_wireshark_source() {
    [ ! -d "$wireshark_source" ] || return 0
    say "fetching Wireshark's source for its checkers, captures and tests (once)"
    fetch_wireshark_source "$wireshark_source_release" "$wireshark_source"
}

# The same for the other releases, each into a folder whose name ends with the release's; what cannot be had is said and left out.
get_other_wireshark_sources() {
    local release
    [ -z "${IMPSVC_WIRESHARK_SOURCE:-}" ] || return 0
    for release in $wireshark_source_others; do
        [ -d "$wireshark_source-$release" ] || fetch_wireshark_source "$release" "$wireshark_source-$release" || :
    done
}

fetch_wireshark_source() {
    local release=$1 to=$2 mirror folder status=0
    mirror=$(debian_mirror) || { say "no source of Wireshark: $no_debian_mirror"; return 1; }
    [ -r "$debian_keyring" ] || { say "no source of Wireshark: $debian_keyring is missing"; return 1; }
    mkdir -p "$(dirname "$to")"
    folder=$(mktemp -d "$to.XXXXXX")
    mkdir "$folder/unpacked"
    if (download_sources "$folder" "$mirror" "$release" wireshark && cd "$folder" &&
        tar -xf wireshark_*.orig.tar.* -C unpacked --strip-components=1) >"$to.log" 2>&1 </dev/null
    then
        mv "$folder/unpacked" "$to"
        rm -f "$to.log"
    else
        say "no source of Wireshark in $release: $(apt_reason "$to.log") The whole log is in $to.log"
        status=1
    fi
    rm -rf "$folder"
    return $status
}
