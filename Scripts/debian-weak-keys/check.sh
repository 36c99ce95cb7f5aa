#!/bin/bash
# Makes the keys of published.txt again and counts those that agree. A line is kind, machine, seed file, process id, and how the base64 of the published
# PEM file ends.
set -uo pipefail
program=$(realpath "${1:-$(dirname "${BASH_SOURCE[0]}")/debian-weak-keys}")
published=${2:-$(dirname "${BASH_SOURCE[0]}")/published.txt}
(
    differs=0
    while read -r kind machine file pid end; do
        made=$("$program" "$kind" "$machine" "$file" "$pid" 2>/dev/null | tail -n 2 | head -n 1)
        case $made in
            *"$end") echo "$kind $machine $file" ;;
            *) echo "differs: $kind $machine $file $pid"; differs=1 ;;
        esac
    done < "$published"
    exit $differs
) | sort | uniq -c
