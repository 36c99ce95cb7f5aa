#!/bin/bash
# Builds the libFuzzer target of the pkiMessage path (Fuzzing/SCEPMessage) and runs it for so many seconds (default 60).
# Only PKIFormats and SCEPWire are compiled anew, with the fuzzer's instrumentation and the address sanitizer; the packages
# below them are the objects that `make build` left. What it finds stays in .build-fuzz/findings and goes into the corpus.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:-60}
built=.build/debug
out=.build-fuzz
checkouts=.build/checkouts
[ -d "$built/Crypto.build" ] || { echo "fuzz: run \`make build\` first" >&2; exit 1; }
runtime=$(swiftc -print-target-info | /usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["paths"]["runtimeResourcePath"])')/clang/lib/linux
machine=$(uname -m)
mkdir -p "$out/found" "$out/findings"

flags=(-swift-version 6 -enable-upcoming-feature ExistentialAny -package-name muster -parse-as-library -O -wmo -g
    -sanitize=address -sanitize=fuzzer -I "$out" -I "$built/Modules" -I Sources/CLibs/COpenSSL -I Fuzzing/FuzzerDriver
    -Xcc "-fmodule-map-file=$checkouts/swift-crypto/Sources/CCryptoBoringSSL/include/module.modulemap"
    -Xcc "-fmodule-map-file=$checkouts/swift-crypto/Sources/CCryptoBoringSSLShims/include/module.modulemap"
    -I "$checkouts/swift-crypto/Sources/CCryptoBoringSSL/include" -I "$checkouts/swift-crypto/Sources/CCryptoBoringSSLShims/include")

compile() {
    echo "fuzz: compiling $1"
    mapfile -t sources < <(find "$2" -name '*.swift' | sort)
    swiftc "${flags[@]}" -module-name "$1" -emit-module -emit-module-path "$out/$1.swiftmodule" -c -o "$out/$1.o" "${sources[@]}"
}
inputs=(Sources/PKIFormats Sources/SCEPFrontend/Wire Fuzzing Scripts/fuzz.sh)
if [ ! -x "$out/scep-message" ] || [ -n "$(find "${inputs[@]}" \( -name '*.swift' -o -name '*.sh' \) -newer "$out/scep-message" -print -quit)" ]; then
    compile PKIFormats Sources/PKIFormats
    compile SCEPWire Sources/SCEPFrontend/Wire
    compile SCEPMessageFuzzer Fuzzing/SCEPMessage

    mapfile -t objects < <(find "$built"/{Crypto,CryptoBoringWrapper,CCryptoBoringSSL,CCryptoBoringSSLShims,CXKCP,CXKCPShims}.build -name '*.o')
    # The objects of a coverage build want the profile runtime.
    swiftc -sanitize=address -use-ld=lld -o "$out/scep-message" "$out"/{SCEPMessageFuzzer,SCEPWire,PKIFormats}.o "${objects[@]}" \
        "$runtime/libclang_rt.fuzzer_no_main-$machine.a" "$runtime/libclang_rt.profile-$machine.a" -lstdc++ -lcrypto
fi

# The recorded messages of real clients are the first inputs; what an earlier run found interesting comes on top.
export SWIFT_BACKTRACE=enable=no LLVM_PROFILE_FILE=/dev/null ASAN_OPTIONS=detect_leaks=0
if ! "$out/scep-message" "$out/found" Fuzzing/corpus/scep -max_total_time="$seconds" -max_len=16384 -timeout=10 -rss_limit_mb=1024 \
    -artifact_prefix="$out/findings/" -print_final_stats=1 -verbosity=0 >"$out/log" 2>&1 </dev/null; then
    tail -60 "$out/log"
    echo "fuzz: the input lies in $out/findings; run $out/scep-message FILE to see it again" >&2
    exit 1
fi
grep -E 'number_of_executed_units|peak_rss' "$out/log"
echo "fuzz: nothing found in $seconds s"
