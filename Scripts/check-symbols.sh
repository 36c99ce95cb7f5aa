#!/bin/bash
# No module that imports COpenSSL may see BoringSSL's C headers: Swift would bind OpenSSL's names to BoringSSL's
# functions without a word, and crash at run time. The objects of the debug build tell.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

found=0 modules=0
for module in $(grep -rlE '^[^/]*import +COpenSSL' Sources --include='*.swift' | sed -E 's,Sources/([^/]*)Frontend/Wire/.*,\1Wire,; s,Sources/([^/]*)/.*,\1,' | sort -u); do
    modules=$((modules + 1))
    objects=(.build/debug/"$module".build/*.o)
    if [ ! -e "${objects[0]}" ]; then
        echo "symbols: $module is not built"
        found=1
    elif nm --undefined-only "${objects[@]}" | grep -E ' U C(NIO|Crypto)BoringSSL' | sort -u | head; then
        echo "symbols: $module imports COpenSSL and refers to BoringSSL"
        found=1
    fi
done
echo "symbols: $modules modules import COpenSSL"
exit "$found"
