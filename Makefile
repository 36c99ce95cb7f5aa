# Muster: the few commands a person needs. `make help` lists them.

SHELL := /bin/bash
DATA ?= ./muster-data
# One build serves `make run` and `make test`: the same flags everywhere, or SwiftPM builds twice.
BUILD_FLAGS := --enable-code-coverage -debug-info-format none
# The compiler lays the code out by where it went while it served (decision 0023), the linker puts side by side what was reached then (0024)
# and takes jemalloc for the heap (0026).
PROFILE := Benchmarks/serve.profdata
REACHED := Benchmarks/serve.functions
OPTIMIZED := -c release --static-swift-stdlib
BY_PROFILE := $(OPTIMIZED) -Xswiftc -Xfrontend -Xswiftc -ir-profile-use=$(CURDIR)/$(PROFILE) -Xswiftc -Xfrontend -Xswiftc -function-sections \
	-Xswiftc -use-ld=lld -Xlinker --symbol-ordering-file=$(CURDIR)/$(REACHED) -Xlinker --no-warn-symbol-ordering \
	-Xlinker -ljemalloc
RELEASE_FLAGS := $(BY_PROFILE) --scratch-path .build-release --product muster
SWIFT_FILES := Sources Tests Fuzzing Package.swift
FUZZ_SECONDS ?= 600
BENCH_FLAGS := $(BY_PROFILE) --scratch-path .build-bench
COUNTING_FLAGS := $(OPTIMIZED) --scratch-path .build-profile --product muster -Xswiftc -Xfrontend -Xswiftc -ir-profile-generate \
	-Xswiftc -Xclang-linker -Xswiftc -fprofile-generate
MUSTER := .build/debug/muster

.PHONY: help run test test-release build release profile bench bench-quick bench-full bench-build fuzz format lint check clean dependencies

help:
	@echo "make run      build, make a lab CA in $(DATA) if there is none, and serve it until Ctrl-C"
	@echo "make test     build, run every test, and print the coverage of Sources/"
	@echo "make build    build the server and the tests"
	@echo "make release  build an optimised, stripped .build-release/muster"
	@echo "make test-release  let the real clients loose on what make release builds"
	@echo "make bench    measure beside peers and the physical limit, 15 minutes (bench-quick: 3 minutes; bench-full: 2 hours)"
	@echo "make profile  look anew where release builds spend their time, some 30 minutes"
	@echo "make fuzz     throw mutated SCEP messages at the parsers for FUZZ_SECONDS (10 minutes)"
	@echo "make format   format the Swift sources;  make lint says what is not formatted"
	@echo "make check    check imports, symbols and the commands that the documents name"
	@echo "make clean    remove what was built; a CA in $(DATA) stays"

# The profile runtime of a coverage build would leave a file wherever it runs; /dev/null takes it.
run: export LLVM_PROFILE_FILE := /dev/null
run:
	@Scripts/install-dependencies.sh run
	swift build $(BUILD_FLAGS) --product muster
	@test -e "$(DATA)/muster.yaml" || $(MUSTER) init --dir "$(DATA)" --lab
	@exec $(MUSTER) serve --dir "$(DATA)"

test: dependencies
	swift build $(BUILD_FLAGS) --build-tests
	@Scripts/run-tests.sh $(FILTER)

build: dependencies
	swift build $(BUILD_FLAGS) --build-tests

release:
	@Scripts/install-dependencies.sh release
	swift build $(RELEASE_FLAGS)
	strip -o .build-release/muster .build-release/release/muster
	@ls -lh .build-release/muster

# Other options, another linker and a static Foundation: not every fault of it shows in a debug build.
test-release: release build
	@MUSTER_UNDER_TEST=$(CURDIR)/.build-release/muster Scripts/run-tests.sh InteropTests

# Measuring (docs/PERFORMANCE.md). The results land in Benchmarks/results.
bench: bench-build
	Benchmarks/bench.py --mode default --minutes 15

bench-quick: bench-build
	Benchmarks/bench.py --mode quick --minutes 2.5

bench-full: bench-build
	Benchmarks/bench.py --mode full --minutes 110

bench-build: export MUSTER_BENCHMARKS := 1
bench-build:
	@Scripts/install-dependencies.sh release
	swift build $(BENCH_FLAGS) --product muster
	swift build $(BENCH_FLAGS) --product muster-load
	swift build $(BENCH_FLAGS) --product muster-floor
	swift build $(BENCH_FLAGS) --product muster-issuance
	swift build $(BENCH_FLAGS) --product muster-search
	@Benchmarks/install-peers.sh

# The compiler keeps the object files of what has not changed, whatever its profile says now.
profile: bench-build
	swift build $(COUNTING_FLAGS)
	Benchmarks/profile.py .build-profile/release .build-bench/release/muster-load $(PROFILE)
	Benchmarks/reached.py .build-bench/release .build-bench/release/muster-load $(REACHED)
	rm -rf .build-profile
	@find .build-bench .build-release -name '*.swift.o' -delete 2>/dev/null || true

fuzz: build
	Scripts/fuzz.sh $(FUZZ_SECONDS)

format:
	swift format format --in-place --parallel --recursive $(SWIFT_FILES)

lint:
	swift format lint --strict --parallel --recursive $(SWIFT_FILES)

check:
	@status=0; for check in check-imports.py check-symbols.sh check-readme.py; do Scripts/$$check || status=1; done; exit $$status

clean:
	rm -rf .build .build-release .build-profile .build-bench .build-fuzz

dependencies:
	@Scripts/install-dependencies.sh test
