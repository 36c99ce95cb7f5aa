#!/bin/bash
# Runs the tests that `swift build --build-tests` built, all or those that match the filter given, then prints the
# coverage of Sources/ and, as its last line, `N passed, N failed`. Fails when a test failed or none ran.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

profiles="$PWD/.build/profiles"
events="$PWD/.build/test-events.jsonl"
rm -rf "$profiles" "$events"
mkdir -p "$profiles"

# The C library overwrites what is freed, so that who reads it nevertheless fails at once and not one time in a thousand. What a thread would
# keep for its next use is spared that: nothing is kept.
export MALLOC_PERTURB_=165 GLIBC_TUNABLES=glibc.malloc.tcache_count=0
# The tests and every server they start leave a profile each (one that is killed leaves none; %m, which merges at exit, leaves a torn
# one). Without a limit, all tests start at once, and those that look at the clock fail for want of a turn.
LLVM_PROFILE_FILE="$profiles/%p.profraw" swift test --skip-build --disable-xctest --experimental-maximum-parallelization-width 4 \
    --event-stream-version 0 --event-stream-output-path "$events" ${1:+--filter "$1"} </dev/null
status=$?

Scripts/coverage.sh "$profiles"
/usr/bin/python3 Scripts/count-tests.py "$events" "$status"
