#!/usr/bin/env python3
"""Makes the profile that release builds are optimized by (`make profile`): an instrumented server under the benchmark's own load.

    Benchmarks/profile.py INSTRUMENTED LOADER PROFILE

INSTRUMENTED is a folder with a `muster` that counts where it goes; LOADER the load program; PROFILE the file to write.
"""
import argparse
import pathlib
import shutil
import subprocess
import tempfile

from runner.cases import CASES, ours, run
from runner.lab import Lab


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("instrumented", "loader", "profile"):
        parser.add_argument(name, type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="muster-profile-") as scratch:
        counts = pathlib.Path(scratch) / "serve.profraw"
        lab = Lab(options.instrumented.resolve(), pathlib.Path(scratch))
        try:
            lab.start(LLVM_PROFILE_FILE=str(counts))
            for case in (case for case in CASES if not case.only_in_full):
                for connections in (8, 64):
                    words = ours(case, lab, case.requests // 2 + connections, connections)
                    report = run(options.loader.resolve(), words, case, lab.pids, connections, case.requests // 2, seconds=120)
                    print(f"{case.name} x{connections}: {report['serverCPUPerUnit']:,.0f} us", flush=True)
        finally:
            lab.stop()
        # The compiler's own: another version does not read its counts. Without what never ran, a tenth of the size; without the functions that
        # are known by the path of their object file, which no other build has.
        tool = pathlib.Path(shutil.which("swiftc") or "swiftc").resolve().with_name("llvm-profdata")
        subprocess.run([tool, "merge", "--sparse", "--no-function=;", "-o", options.profile, counts], check=True)


if __name__ == "__main__":
    main()
