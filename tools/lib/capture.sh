# A capture that somebody names: is it one, and can it be read? Sourced after common.sh.
#
# SPDX-License-Identifier: GPL-2.0-or-later

# End the command if a capture cannot even be opened. Needs nothing installed. A pipe (<(zcat ...)) is as good as a file.
need_capture() {
    local capture=$1
    [ -e "$capture" ] || die "$capture: there is no such file"
    [ ! -d "$capture" ] || die "$capture: that is a folder, not a capture"
    [ -r "$capture" ] || die "$capture: you may not read it"
    [ ! -f "$capture" ] || [ -s "$capture" ] || die "$capture: the file is empty"
}

# Copy a capture to where tshark may read it, without what cannot be read of it. Ends the command if nothing can. All that is
# said names the user's own file.
copy_capture() {
    local capture=$1 copy=$2 reason type encapsulation packets
    cat -- "$capture" >"$copy" || die "$capture: it cannot be read to its end"
    chmod a+r "$copy"
    reason=$(reading_stops "$copy")
    if [ -n "$reason" ]; then
        # editcap, too, ends there, and has written what came before.
        as_user editcap "$copy" - >"$copy.readable" 2>/dev/null || :
        chmod a+r "$copy.readable"
        mv -f -- "$copy.readable" "$copy"
    fi
    IFS=$'\t' read -r _ type encapsulation packets < <(as_user capinfos -TrtEcM "$copy" 2>/dev/null) || :
    if [ "${packets:-0}" = 0 ]; then
        die "$capture: no packet can be read: ${reason:-there is none in it}"
    elif [ "$packets" = 1 ] && [ "$type" = "$encapsulation" ]; then
        die "$capture: this is no capture of packets: Wireshark takes it for a file of the type $type"
    elif [ -n "$reason" ]; then
        say "$capture: $reason; only what comes before that is shown, $packets packets"
    fi
}

# Why a file cannot be read to its end, in words that follow its name; nothing if it can.
reading_stops() {
    local said reason
    ! said=$(LC_ALL=C as_user capinfos -c "$1" 2>&1 >/dev/null) || return 0
    reason=$(sed -nE 's/^capinfos: The file ".*" (.*[^.])\.?$/it \1/p' <<<"$said" | tail -n 1)
    [ -n "$reason" ] || reason=$(sed 's/^capinfos: //; q' <<<"$said")
    echo "${reason/capinfos understands/Wireshark understands}"
}
