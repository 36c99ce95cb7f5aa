#!/bin/bash
# Prints the line coverage of Sources/, in all and a module, from the raw profiles in the folder given.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools="$(dirname "$(readlink -f "$(command -v swift)")")"
merged="$1/merged.profdata"
objects=(.build/debug/musterPackageTests.xctest -object .build/debug/muster)

"$tools/llvm-profdata" merge -sparse "$1"/*.profraw -o "$merged"
"$tools/llvm-cov" export -summary-only -skip-expansions -ignore-filename-regex '/(\.build|Tests)/' -instr-profile "$merged" "${objects[@]}" \
    2>/dev/null >"$1/coverage.json"
/usr/bin/python3 - "$1/coverage.json" <<'PY'
import collections, json, os, sys

covered, count = collections.Counter(), collections.Counter()
sources = os.path.join(os.getcwd(), "Sources") + os.sep
for file in json.load(open(sys.argv[1]))["data"][0]["files"]:
    if file["filename"].startswith(sources):
        module = file["filename"][len(sources):].split(os.sep)[0]
        covered[module] += file["summary"]["lines"]["covered"]
        count[module] += file["summary"]["lines"]["count"]
for module in sorted(count):
    print(f"coverage of {module}: {100 * covered[module] / max(1, count[module]):.1f} %")
print(f"coverage of Sources/: {100 * covered.total() / max(1, count.total()):.1f} % of {count.total()} lines")
PY
