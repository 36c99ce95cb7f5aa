#!/bin/bash
# Writes the list from the files of whole combinations: each key's eight octets, in ascending order, once.
set -euo pipefail
export LC_ALL=C
for file in "$@"; do
    [ "$(cut -d ' ' -f 1 "$file" | sort -nu | wc -l)" = 32768 ] || { echo "$file: not all of 32768 processes" >&2; exit 1; }
done
cut -d ' ' -f 2 -- "$@" | sort -u | xxd -r -p
