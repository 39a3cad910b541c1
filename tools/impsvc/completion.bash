# Completion of impsvc for bash: the command itself says what can follow. CAPTURE, DIR, FILE and TSHARK stand for files.
#
# SPDX-License-Identifier: GPL-2.0-or-later

_impsvc() {
    local word=${COMP_WORDS[COMP_CWORD]} words found
    words=$("${COMP_WORDS[0]/#\~/$HOME}" --complete "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null) || return 0
    found=$(compgen -W "$(grep -vE '^[A-Z]+$' <<<"$words")" -- "$word")
    if [[ -z $found || -z $word ]]; then
        compopt -o filenames 2>/dev/null
        case $'\n'$words$'\n' in
            *$'\nCAPTURE\n'*) found=$(compgen -d -- "$word"; compgen -f -- "$word" | grep -Ei '\.(pcap|pcapng|cap|erf|snoop)[0-9]*(\.(gz|zst|lz4))?$') ;;
            *$'\nDIR\n'*) found=$(compgen -d -- "$word") ;;
            *$'\nTSHARK\n'* | *$'\nFILE\n'*) found=$(compgen -f -- "$word") ;;
        esac
    fi
    mapfile -t COMPREPLY < <(printf '%s' "$found")
}
complete -F _impsvc impsvc
