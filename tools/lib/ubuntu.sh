# Ubuntu's release with a Wireshark that no Debian has. Whoever has a mirror of Ubuntu names it; without one that version is left
# out. Sourced by roots.sh.
#
# SPDX-License-Identifier: GPL-2.0-or-later

ubuntu_release=noble
ubuntu_mirror=${IMPSVC_UBUNTU_MIRROR:-}
no_ubuntu_mirror="Wireshark 4.2 (Ubuntu $ubuntu_release) is left out: IMPSVC_UBUNTU_MIRROR=URL, a mirror of Ubuntu, brings it"

# Where a release is from, for messages.
system_of() {
    case $1 in
        "$ubuntu_release") echo "Ubuntu $1" ;;
        *) echo "Debian $1" ;;
    esac
}

# Debian 12 has no package with the keys that Ubuntu signs its archive with: they are taken from the mirror itself, and believed
# if they are those of Ubuntu's ubuntu-keyring 2023.11.28.1 to the letter.
ubuntu_keyring=$cache/ubuntu-archive-keyring.gpg
ubuntu_keyring_sum=80a36b0a6de2f69f49d2df75ef473ccde121e9e190b9ea01d20a4f63778d5c31

get_ubuntu_keyring() {
    local folder log=$ubuntu_keyring.log status=0
    [ ! -r "$ubuntu_keyring" ] || return 0
    mkdir -p "$cache"
    folder=$(mktemp -d "$ubuntu_keyring.XXXXXX")
    use_own_lists "$folder" "deb [trusted=yes] $ubuntu_mirror $ubuntu_release main"
    if ! (cd "$folder" && "${apt[@]}" update && "${apt[@]}" download ubuntu-keyring &&
          dpkg-deb -x ubuntu-keyring_*.deb unpacked) >"$log" 2>&1 </dev/null
    then
        say "no keys of Ubuntu's archive: $(apt_reason "$log") The whole log is in $log"
        status=1
    elif ! echo "$ubuntu_keyring_sum  $folder/unpacked/usr/share/keyrings/ubuntu-archive-keyring.gpg" | sha256sum --quiet -c >"$log" 2>&1
    then
        say "the keys of $ubuntu_mirror are not those of Ubuntu's archive that tools/lib/ubuntu.sh knows"
        status=1
    else
        mv "$folder/unpacked/usr/share/keyrings/ubuntu-archive-keyring.gpg" "$ubuntu_keyring"
        rm -f "$log"
    fi
    rm -rf "$folder"
    return $status
}
