"""The benchmarks of the matcher run at their smallest and say their goals; what they measure is nothing."""

import os
import subprocess

import pytest

from tests.benchmarks.goals import MARK, said_in
from tests.benchmarks.matcher import BENCHMARKS, Benchmark

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
SHOWN = {
    "tests.benchmarks.bench_one_need": ("== one need", 0),
    "tests.benchmarks.bench_backlog": ("refereed", 0),
    "tests.benchmarks.bench_surge": ("needs that are matched", 4),
    "tests.benchmarks.bench_flood": ("first come, first served", 4),
}
"""By benchmark a part of its table, and how many goals it has at least."""


def first(module: str) -> Benchmark:
    return next(one for one in BENCHMARKS if one.module == module)


def run(benchmark: Benchmark) -> str:
    """Run it as `make bench` does, on databases and servers of its own."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    environment |= benchmark.environment(small=True)
    done = subprocess.run(
        benchmark.command(small=True), env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("module", SHOWN)
def test_a_benchmark_runs_and_shows_its_table(module):
    output, (part, least) = run(first(module)), SHOWN[module]
    assert part in output
    goals = [line for line in said_in(output.splitlines()) if MARK in line]
    assert len(goals) >= least
    assert all(line.rpartition("), ")[2].startswith(("reached", "not, by ")) for line in goals)
