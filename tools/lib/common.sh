# What the commands in tools/ and tests/ share. Sourced, not run.
#
# SPDX-License-Identifier: GPL-2.0-or-later

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${IMPSVC_BUILD:-$top/build}

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 1; }

# Text of a command's head comment, for --help.
help() { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; }

# The version of impsvc, which is in one place.
project_version() { sed -n 's/^project(impsvc VERSION \([0-9.]*\).*/\1/p' "$top/CMakeLists.txt"; }

packages_to_build="gcc cmake make pkgconf libwireshark-dev wireshark-dev libglib2.0-dev python3 tshark"
packages_to_test="libcmocka-dev python3-pytest python3-pytest-xdist python3-scapy wireshark-common"
packages_for_recipes="jq curl iproute2"
packages_to_package="dpkg-dev file"
packages_to_check="clang clang-tidy libclang-rt-dev cppcheck valgrind perl bzip2 debian-archive-keyring lintian man-db groff-base mandoc"
packages_for_gui="wireshark xvfb xdotool openbox imagemagick fontconfig fonts-dejavu-core fonts-noto-cjk tesseract-ocr tesseract-ocr-eng tesseract-ocr-jpn"
packages_for_versions="mmdebstrap mount debian-archive-keyring git"

missing_packages() {
    for package; do
        [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" = "ii " ] || echo "$package"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else die "packages are missing and this is neither root nor a machine with sudo"
    fi
}

# Install those of the named Debian packages that are missing.
install_missing() {
    command -v dpkg-query >/dev/null || {
        say "not a Debian or Ubuntu system: make sure that these are installed: $*"
        return
    }
    local missing
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    say "installing" $missing
    local log
    log=$(mktemp)
    # wireshark-common asks whether users may capture; here nobody needs to.
    if ! { as_root apt-get update -q &&
           as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
         } >"$log" 2>&1 </dev/null; then
        tail -n 15 "$log" >&2
        die "apt-get could not install them; the whole log is in $log"
    fi
    rm -f "$log"
}

# Debian's python3: a machine may have another one first in PATH, without Debian's packages.
debian_python() { [ -x /usr/bin/python3 ] && echo /usr/bin/python3 || command -v python3; }

# Configure and build; prints nothing when all goes well.
build_plugin() {
    say "building in $build"
    local log=$build.log
    : >"$log" || die "cannot write to $log; set IMPSVC_BUILD to use another build folder"
    if ! { cmake -S "$top" -B "$build" -DPython3_EXECUTABLE="$(debian_python)" "$@" &&
           cmake --build "$build" -j "$(nproc)"
         } >"$log" 2>&1; then
        cat "$log" >&2
        die "the build failed"
    fi
    rm -f "$log"
}

# The version ("4.0.17") of the tshark in PATH, its minor version ("4.0"), and that of the one the plugin is built for.
version_of() { sed -n '1s/^[^0-9]*\([0-9]*\.[0-9]*\.[0-9]*\).*/\1/p'; }
tshark_version() { tshark --version 2>/dev/null | version_of; }
tshark_minor() { tshark_version | sed 's/\.[^.]*$//'; }
built_minor() { cd "$build/plugins" && ls; }

# Wireshark does not load plugins for root: in that case, run it as nobody.
as_user() {
    if [ "$(id -u)" = 0 ] || [ "$(id -g)" = 0 ]; then
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    else
        "$@"
    fi
}
