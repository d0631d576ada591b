"""`make bench`: the benchmarks of the matcher one after the other, and then all their goals together.

At sizes that fit an hour on two cores. `python -m tests.benchmarks.matcher --small` does the same with the
smallest ones, where only ratios mean anything.
"""

import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import NamedTuple

from tests.benchmarks.goals import said_in

ON_POSTGRES = (sys.executable, "-m", "tests.servers.postgres")

SMALL = {"NEEDS": "20", "OFFERS": "200"}
"""How many needs are measured, and how many offers there are, where only ratios mean anything."""


class Benchmark(NamedTuple):
    """What to run, with the words for a whole and for a small run; `sizes` are those of the environment."""

    module: str
    whole: str = ""
    small: str = ""
    on_postgres: bool = False
    whole_sizes: str = ""
    small_sizes: str = ""

    def command(self, *, small: bool) -> list[str]:
        words = self.small if small else self.whole
        server = ON_POSTGRES if self.on_postgres else ()
        return [*server, sys.executable, "-m", *self.module.split(), *words.split()]

    def environment(self, *, small: bool) -> dict[str, str]:
        sizes = self.small_sizes if small else self.whole_sizes
        return ({"SIZES": sizes} if sizes else {}) | (SMALL if small else {})


BENCHMARKS = (
    Benchmark(
        "tests.benchmarks.bench_one_need",
        whole_sizes="10000 100000",
        small_sizes="200",
    ),
    Benchmark(
        "tests.benchmarks.bench_one_need",
        on_postgres=True,
        whole_sizes="10000 1000000",
        small_sizes="200",
    ),
    Benchmark("tests.benchmarks.bench_backlog", "--needs 10000", "--needs 100", on_postgres=True),
    Benchmark("tests.benchmarks.bench_backlog", "--needs 100000", "--needs 200", on_postgres=True),
    Benchmark(
        "tests.benchmarks.bench_backlog", "--needs 5000 --a-week 1", "--needs 100 --a-week 1"
    ),
    Benchmark("tests.benchmarks.bench_quality", small="200 --seeds 1"),
    Benchmark("tests.benchmarks.bench_surge", small="10"),
    Benchmark("tests.benchmarks.bench_surge", small="10", on_postgres=True),
    Benchmark("tests.benchmarks.bench_flood", small="50", on_postgres=True),
    Benchmark(
        "django simulate", "--seeds 10 --minutes 12", "--weeks 1 --volunteers 30 --needs-a-week 10"
    ),
)


def main(*, small: bool) -> int:
    """Run all; returns how many failed. A benchmark that fails has its line among the goals."""
    goals, failed = list[str](), 0
    for benchmark in BENCHMARKS:
        began = time.monotonic()
        code, found = _run(benchmark, small=small)
        goals += found
        if code:
            goals.append(f"   {benchmark.module} FAILED, see above")
            failed += 1
        print(f"   {(time.monotonic() - began) / 60:.1f} min", flush=True)
    print("== every goal", *goals, sep="\n")
    return failed


def _run(benchmark: Benchmark, *, small: bool) -> tuple[int, list[str]]:
    """Run one, show what it says as it does, and return its exit code and its goals."""
    environment = os.environ | benchmark.environment(small=small)
    command = benchmark.command(small=small)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        lines = list[str]()
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line.rstrip())
    return process.returncode, said_in(lines)


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="the smallest sizes")
    sys.exit(main(small=parser.parse_args().small))
