# Sysroots: headers and libraries of Debian for processors that this machine does not have, to build for them and, where qemu's
# package is installed, to run what was built. Sourced after common.sh.
#
# A sysroot is a folder in the cache, made once of packages that are unpacked, not installed: neither apt nor dpkg of this machine
# learn of another architecture. Needs no root.
#
# SPDX-License-Identifier: GPL-2.0-or-later

. "$top/tools/lib/debian.sh"

# Debian's names of the processors: one of other 64 bits, whose char is unsigned, and one of 32 bits.
processors="arm64 i386"
# All get the oldest release with a Wireshark that must work: newer compilers build for it, too.
sysroot_release=bookworm
packages_in_sysroot="libc6-dev libglib2.0-dev libcmocka-dev libwireshark-dev libwiretap-dev libwsutil-dev wireshark-dev tshark"
# What of them is wanted: headers, libraries, tshark and its data.
wanted_in_sysroot=('./lib/*' './usr/lib/*-linux-gnu/*' './usr/include/*' './usr/share/wireshark/*' './usr/share/pkgconfig/*' ./usr/bin/tshark)

# The folder of a processor's sysroot. A change of what is in it makes another one.
sysroot_of() {
    echo "$cache/sysroots/$1-$({ echo "$sysroot_release $packages_in_sysroot ${wanted_in_sysroot[*]}"; declare -f unpack_sysroot; } | sha256sum | cut -c 1-12)"
}

# Make the sysroot of a processor unless it is there. If that fails, it says why and returns 1.
get_sysroot() {
    local processor=$1 sysroot log folder status=0
    sysroot=$(sysroot_of "$processor")
    log=$sysroot.log
    [ ! -d "$sysroot" ] || return 0
    debian_mirror >/dev/null || { say "no sysroot for $processor: $no_debian_mirror"; return 1; }
    [ -r "$debian_keyring" ] || { say "no sysroot for $processor: $debian_keyring is missing"; return 1; }
    say "making a sysroot for $processor (once; about a minute)"
    mkdir -p "${sysroot%/*}"
    folder=$(mktemp -d "$cache/sysroots/making.XXXXXX")
    if download_for "$processor" "$folder" >"$log" 2>&1 </dev/null && unpack_sysroot "$folder" >>"$log" 2>&1; then
        mv "$folder/sysroot" "$sysroot"
        rm -f "$log"
    else
        say "no sysroot for $processor: $(apt_reason "$log") The whole log is in $log"
        status=1
    fi
    rm -rf "$folder"
    return $status
}

# Download the packages, with all that they depend on, as if for an empty machine with that processor.
download_for() {
    local processor=$1 folder=$2
    use_own_lists "$folder" "deb [signed-by=$debian_keyring] $(debian_mirror) $sysroot_release main"
    touch "$folder/status"
    apt+=(-o "APT::Architecture=$processor" -o "APT::Architectures::=$processor" -o "Dir::State=$folder" -o "Dir::State::status=$folder/status")
    "${apt[@]}" update && "${apt[@]}" install --download-only -y --no-install-recommends $packages_in_sysroot
}

# Unpack what is wanted of them into the folder's sysroot/. Links to places from the root of a system lead there.
unpack_sysroot() {
    local folder=$1 package link
    mkdir -p "$folder/sysroot/usr/lib"
    ln -s usr/lib "$folder/sysroot/lib"
    for package in "$folder"/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$package" >"$folder/files.tar" || return 1
        # A package without anything wanted makes tar complain.
        tar -xf "$folder/files.tar" -C "$folder/sysroot" --keep-directory-symlink --no-same-owner --wildcards "${wanted_in_sysroot[@]}" || :
    done
    find "$folder/sysroot" -type l -lname '/*' | while IFS= read -r link; do
        ln -sfn "$(realpath -m --relative-to="${link%/*}" "$folder/sysroot$(readlink "$link")")" "$link"
    done
    # So do the places where Wireshark's files for CMake say that GLib's headers are.
    sed -i 's,\([";]\)/usr/,\1${_IMPORT_PREFIX}/,g' "$folder"/sysroot/usr/lib/*/wireshark/cmake/WiresharkTargets.cmake
    [ -x "$folder/sysroot/usr/bin/tshark" ]
}

get_sysroots() {
    local processor status=0
    for processor in $processors; do
        get_sysroot "$processor" && sysroot_of "$processor" || status=1
    done
    return $status
}
