"""Parts of the benchmark runner; `bench.py` is the program."""
