# GLib and cmocka for Windows, which the unit tests under wine need: made once from Debian's sources. Sourced after debian.sh.
#
# GLib's own configuration takes longer to run than its sources to compile, and wants libraries that nobody uses here. What it would find
# out is in windows/*.h; regular expressions, which want PCRE, are left out.
#
# SPDX-License-Identifier: GPL-2.0-or-later

windows_libraries=$cache/windows-libraries-1
glib_for_windows=2.74       # that of $wireshark_source_release
cross=x86_64-w64-mingw32-

# Make them in $windows_libraries: a minute of processor time. Needs no root. If it fails, it says why and returns 1.
get_windows_libraries() {
    local mirror folder log=$windows_libraries.log status=0
    [ ! -d "$windows_libraries" ] || return 0
    command -v "${cross}gcc" >/dev/null ||
        { say "no GLib for Windows: the cross compiler is missing (gcc-mingw-w64-x86-64-win32)"; return 1; }
    [[ $(pkg-config --modversion glib-2.0 2>/dev/null) = "$glib_for_windows".* ]] ||
        { say "no GLib for Windows: the sources are those of GLib $glib_for_windows, the headers here of another"; return 1; }
    mirror=$(debian_mirror) || { say "no GLib for Windows: $no_debian_mirror"; return 1; }
    [ -r "$debian_keyring" ] || { say "no GLib for Windows: $debian_keyring is missing"; return 1; }
    say "making GLib and cmocka for Windows, for the unit tests under wine (once)"
    mkdir -p "$cache"
    folder=$(mktemp -d "$windows_libraries.XXXXXX")
    if ! download_sources "$folder" "$mirror" "$wireshark_source_release" glib2.0 cmocka >"$log" 2>&1 </dev/null; then
        say "no GLib for Windows: $(apt_reason "$log") The whole log is in $log"
        status=1
    elif ! make_windows_libraries "$folder" >"$log" 2>&1 </dev/null; then
        say "no GLib for Windows: it cannot be compiled. The whole log is in $log"
        status=1
    else
        mv "$folder/made" "$windows_libraries"
        rm -f "$log"
    fi
    rm -rf "$folder"
    return $status
}

# From the archives in a folder to the libraries in its folder made.
make_windows_libraries() {
    local folder=$1 made=$1/made
    mkdir "$made" "$folder/glib" "$folder/cmocka" "$folder/headers" &&
        tar -xf "$folder"/glib2.0_*.orig.tar.xz -C "$folder/glib" --strip-components=1 &&
        tar -xf "$folder"/cmocka_*.orig.tar.xz -C "$folder/cmocka" --strip-components=1 &&
        "$(debian_python)" "$top/tests/helpers/windows_glib.py" >"$folder/headers/glibconfig.h" &&
        cp "$top/tools/lib/windows/glib-config.h" "$folder/headers/config.h" &&
        : >"$folder/headers/libintl.h" &&       # without ENABLE_NLS, GLib asks nothing of it
        (cd "$folder/glib/glib" && compile_glib "$folder/headers" "$made") &&
        compile_cmocka "$folder/cmocka" "$made"
}

compile_for_windows() {
    local options=(-c -w -std=gnu11 -D__USE_MINGW_ANSI_STDIO=1 -DGLIB_COMPILATION -DDLL_EXPORT '-DG_LOG_DOMAIN="GLib"')
    xargs -P "$(nproc)" -n 1 "${cross}gcc" "${options[@]}" "$@"
}

# In the folder of its sources, which are listed in meson.build.
compile_glib() {
    local headers=$1 made=$2
    { sed -n '/^glib_sources = /,/^)/s/.*'\''\(.*\.c\)'\''.*/\1/p' meson.build | grep -vx gregex.c
      printf '%s\n' gthread-win32.c gwin32.c gspawn-win32.c giowin32.c libcharset/localcharset.c deprecated/gthread-deprecated.c
    } | compile_for_windows -include config.h -I"$headers" -I. -I.. -Ilibcharset &&
        "${cross}gcc" -shared -s -Wl,--export-all-symbols -Wl,--out-implib,"$made/libglib-2.0.dll.a" -o "$made/libglib-2.0-0.dll" \
            ./*.o -lws2_32 -lwinmm -lole32 -luuid
}

compile_cmocka() {
    local cmocka=$1 made=$2
    (cd "$cmocka" && echo src/cmocka.c | compile_for_windows -include "$top/tools/lib/windows/cmocka-config.h" -Iinclude) &&
        "${cross}ar" rcs "$made/libcmocka.a" "$cmocka/cmocka.o" &&
        cp "$cmocka/include/cmocka.h" "$made"
}
