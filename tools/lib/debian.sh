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
         -o "APT::Sandbox::User=$(id -un)" -o Acquire::Languages=none)
}

# Wireshark's own checkers and captures are in its source package only. Everybody uses those of one release, so that all get the
# same results: that of the oldest version of Wireshark that must work.
wireshark_source=${IMPSVC_WIRESHARK_SOURCE:-$cache/wireshark-source-2}     # the number: earlier ones had less in them
wireshark_source_release=bookworm

# Fetch what the tests need of that into $wireshark_source. If it fails, it says why and returns 1.
get_wireshark_source() {
    local mirror folder status=0
    [ ! -d "$wireshark_source" ] || return 0
    mirror=$(debian_mirror) || { say "no source of Wireshark: $no_debian_mirror"; return 1; }
    [ -r "$debian_keyring" ] || { say "no source of Wireshark: $debian_keyring is missing"; return 1; }
    say "fetching Wireshark's source for its checkers, captures and tests (once)"
    mkdir -p "$(dirname "$wireshark_source")"
    folder=$(mktemp -d "$wireshark_source.XXXXXX")
    mkdir "$folder/unpacked"
    use_own_lists "$folder" "deb-src [signed-by=$debian_keyring] $mirror $wireshark_source_release main"
    if (cd "$folder" && "${apt[@]}" update && "${apt[@]}" source --download-only wireshark &&
        tar -xf wireshark_*.orig.tar.* -C unpacked --strip-components=1 --wildcards \
            '*/tools' '*/test' '*/epan/tfs.c' '*/COPYING') >"$wireshark_source.log" 2>&1 </dev/null
    then
        mv "$folder/unpacked" "$wireshark_source"
        rm -f "$wireshark_source.log"
    else
        say "no source of Wireshark: $(apt_reason "$wireshark_source.log") The whole log is in $wireshark_source.log"
        status=1
    fi
    rm -rf "$folder"
    return $status
}
