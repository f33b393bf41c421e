#!/usr/bin/env bash
# Installs the Debian or Ubuntu packages that hvsbuild uses: only the missing ones, and nothing when none is missing.
#
#   scripts/install-system-packages.sh [build|demo|tests]
#
#   build   what `hvsbuild build` runs (default)
#   demo    the same, and QEMU
#   tests   the same, and the programs that the tests use as judges
#
# It installs as root, or by sudo where sudo asks no password. Anywhere else it changes nothing, prints the command
# to run, and ends with 1.
set -euo pipefail

packages=(ntfs-3g wimtools libhivex0 dosfstools fdisk grub-pc-bin grub-common faketime)
demo=(qemu-system-x86)
tests=(qemu-utils ovmf mtools gdisk 7zip genisoimage xorriso libhivex-bin grub-efi-amd64-bin util-linux git bmap-tools libxml2-utils
    wine wine64 gcc-mingw-w64-x86-64-win32 chromium)

case "${1:-build}" in
    build) ;;
    demo) packages+=("${demo[@]}") ;;
    tests) packages+=("${demo[@]}" "${tests[@]}") ;;
    *) echo "usage: $0 [build|demo|tests]" >&2; exit 64 ;;
esac

# Python, make and npm may come from elsewhere than from a package: what counts is whether they work.
python=${PYTHON:-python3}
"$python" -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3 python3-venv)
command -v make >/dev/null || packages+=(make)
[ "${1:-build}" != tests ] || npm --version >/dev/null 2>&1 || packages+=(nodejs npm)

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=()
for package in "${packages[@]}"; do
    if ! command -v dpkg-query >/dev/null || ! installed "$package"; then missing+=("$package"); fi
done
[ ${#missing[@]} -gt 0 ] || exit 0

install="apt-get install -y --no-install-recommends ${missing[*]}"
if ! command -v apt-get >/dev/null; then
    echo "This is no Debian or Ubuntu machine. Install what these packages hold, then go on by hand: ${missing[*]}" >&2
    exit 1
elif [ "$(id -u)" = 0 ]; then
    as_root=(env)
elif sudo -n true 2>/dev/null; then
    as_root=(sudo -n env)
else
    printf 'Packages are missing, and only root can install them. Run this, then try again:\n\n' >&2
    printf '  sudo apt-get update && sudo %s\n\n' "$install" >&2
    exit 1
fi

set -x
"${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get update -q </dev/null
# shellcheck disable=SC2086  # words, on purpose
"${as_root[@]}" DEBIAN_FRONTEND=noninteractive $install -q </dev/null
