#!/bin/bash
# Installs what trying out (run), testing (test) or building a release of (release) Muster needs and this machine lacks:
# Debian packages by apt-get, Python packages into .build-tools/venv. Does nothing, quickly, when all is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build_packages=(pkg-config libssl-dev libp11-kit-dev libxml2-dev libsqlite3-dev zlib1g-dev libc6-dev libstdc++-12-dev binutils ca-certificates)
# Only release builds are linked with it.
release_packages=(libjemalloc-dev)
# The clients of the commands that `muster serve` prints.
client_packages=(openssl curl strongswan-pki libstrongswan-standard-plugins libstrongswan-extra-plugins lego)
test_packages=(python3 python3-venv gnutls-bin libxml2-utils certmonger dbus dbus-daemon certbot freeradius eapoltest softhsm2 opensc nginx-light haproxy scep)
python_packages=(pkilint==0.13.3 zeep==4.3.3 lxml 'cryptography>=50' PyScep==0.0.14 six==1.17.0 requests==2.34.2 asn1crypto==1.5.1
    oscrypto==1.3.0 csrbuilder==0.10.1 certbuilder==0.14.2)

say() { printf 'install-dependencies: %s\n' "$*" >&2; }

# Prints the packages of the arguments that dpkg does not hold as installed, one a line.
missing_packages() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
}

install_debian_packages() {
    command -v dpkg-query >/dev/null || {
        say "this is not a Debian system; install by hand what these packages hold: $*"
        return 0
    }
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" -gt 0 ] || return 0
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
            root=(sudo)
        else
            say "these Debian packages are missing and this user may not install them. As root, run:"
            say "    apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
            exit 1
        fi
    fi
    say "installing ${missing[*]}"
    "${root[@]}" apt-get -qq update
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "${missing[@]}" \
        </dev/null >&2
}

# The stamp holds the list that was installed: a changed list is installed anew.
install_python_packages() {
    local stamp=.build-tools/venv/installed.txt
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$*" ] && return 0
    say "installing $* into .build-tools/venv"
    rm -rf .build-tools/venv
    mkdir -p .build-tools
    /usr/bin/python3 -m venv .build-tools/venv
    .build-tools/venv/bin/pip --quiet --disable-pip-version-check install "$@" >&2
    printf '%s' "$*" >"$stamp"
}

case "${1:-}" in
release)
    install_debian_packages "${build_packages[@]}" "${release_packages[@]}"
    ;;
run)
    install_debian_packages "${build_packages[@]}"
    # Without the clients the server runs all the same.
    (install_debian_packages "${client_packages[@]}") || say "the printed client commands need them; going on without"
    ;;
test)
    install_debian_packages "${build_packages[@]}" "${client_packages[@]}" "${test_packages[@]}"
    install_python_packages "${python_packages[@]}"
    ;;
*)
    say "usage: Scripts/install-dependencies.sh run|test|release"
    exit 2
    ;;
esac
command -v swift >/dev/null || {
    say "no 'swift' in PATH: install a Swift 6.3 toolchain and try again"
    exit 1
}
