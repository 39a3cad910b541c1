# What the commands in tools/ and tests/ share. Sourced, not run.
#
# SPDX-License-Identifier: GPL-2.0-or-later

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# build/ is the user's own folder, whatever they configured it for: packages and releases are left there, but a command
# builds in another one, and tests, which need more packages, in a third. IMPSVC_BUILD names one folder for all of that.
results=${IMPSVC_BUILD:-$top/build}
build=${IMPSVC_BUILD:-$top/build-tools}
build_of_tests=${IMPSVC_BUILD:-$top/build-tests}
for_tests="-DIMPSVC_TESTS=ON -DIMPSVC_WERROR=ON"

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 1; }

# Text of a command's head comment, for --help.
help() { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; }

# The version of impsvc, which is in one place.
project_version() { sed -n 's/^project(impsvc VERSION \([0-9.]*\).*/\1/p' "$top/CMakeLists.txt"; }

packages_to_build="gcc cmake make pkgconf libwireshark-dev wireshark-dev libglib2.0-dev python3 tshark"
packages_to_test="libcmocka-dev python3-pytest python3-pytest-xdist python3-scapy python3-jinja2 wireshark-common"
packages_for_recipes="jq curl iproute2"
packages_to_package="dpkg-dev file"
packages_to_check="shellcheck fwbuilder clang clang-tidy libclang-rt-dev cppcheck valgrind perl bzip2 debian-archive-keyring lintian man-db groff-base mandoc"
packages_for_gui="wireshark xvfb xdotool openbox imagemagick fontconfig fonts-dejavu-core fonts-noto-cjk tesseract-ocr tesseract-ocr-eng tesseract-ocr-jpn"
packages_for_browser="chromium chromium-driver python3-selenium fonts-dejavu-core fonts-noto-cjk"
packages_for_lab="nftables iptables nmap conntrack ethtool procps iproute2 wireshark-common"
packages_for_engines="postgresql python3-psycopg2 parallel slurmctld slurmd slurm-client openssh-server openssh-client iproute2"
packages_for_platforms="clang gcc-mingw-w64-x86-64-win32 ninja-build"
packages_for_wine="gcc-mingw-w64-x86-64-win32 wine64"
packages_for_processors="gcc-aarch64-linux-gnu gcc-i686-linux-gnu qemu-user"
packages_within_wireshark="flex libgcrypt20-dev libc-ares-dev libpcre2-dev libpcap-dev libspeexdsp-dev perl"
packages_for_versions="mmdebstrap mount debian-archive-keyring git"

. "$top/tools/lib/packages.sh"

# Debian's python3: a machine may have another one first in PATH, without Debian's packages.
debian_python() { [ -x /usr/bin/python3 ] && echo /usr/bin/python3 || command -v python3; }

# Configure and build, for all users and without tests unless the arguments say otherwise; prints nothing when all goes well.
build_plugin() {
    say "building in $build"
    local log=$build.log
    : >"$log" || die "cannot write to $log; set IMPSVC_BUILD to use another build folder"
    if ! { cmake -S "$top" -B "$build" -DPython3_EXECUTABLE="$(debian_python)" \
               -DIMPSVC_PERSONAL=OFF -DIMPSVC_SANITIZE=OFF -DIMPSVC_TESTS=OFF -DIMPSVC_WERROR=OFF "$@" &&
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
