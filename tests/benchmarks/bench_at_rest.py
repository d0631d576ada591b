"""What sites weigh when nothing happens: memory of each process, and the share of a core.

`python -m tests.benchmarks.bench_at_rest SITES SECONDS`: so many real sites at once, `manage.py up` without
a demo, each measured after so many seconds at rest. Memory is PSS: a page that several processes share
counts for each by its share, so that the sums are what the machine has less. Linux only.
"""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.site import Site

TICKS = os.sysconf("SC_CLK_TCK")
GOAL_MB = 150


@dataclass(frozen=True)
class Process:
    pid: int
    name: str

    def megabytes(self) -> float:
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024

    def seconds(self) -> float:
        """Of processor time so far."""
        return sum(map(int, _stat(self.pid)[11:13])) / TICKS


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def tree(site: Site) -> list[Process]:
    """The supervisor and all below it, in the order in which they were started."""
    assert site.process
    names = dict(zip(site.groups(), ("broker", "worker with beat", "web server"), strict=True))
    numbers = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    parents = {pid: int(_stat(pid)[1]) for pid in numbers}
    found = [site.process.pid]
    for pid in found:
        found += sorted(child for child, parent in parents.items() if parent == pid)
    others = {site.process.pid: "supervisor"}
    return [Process(pid, (names | others).get(pid, "web worker")) for pid in found]


def measure(sites: int, seconds: float) -> None:
    with TemporaryDirectory(prefix="mutualaid-rest-") as name:
        started = [Site(Path(name) / f"site-{number}") for number in range(sites)]
        try:
            for site in started:
                site.start(first=True)
            trees = [tree(site) for site in started]
            time.sleep(seconds)
            before = [sum(process.seconds() for process in one) for one in trees]
            began = time.monotonic()
            time.sleep(seconds)
            share = [
                (sum(process.seconds() for process in one) - spent) / (time.monotonic() - began)
                for one, spent in zip(trees, before, strict=True)
            ]
            for process in trees[0]:
                print(f"{process.megabytes():8.1f} MB  {process.name}")
            sums = [sum(process.megabytes() for process in one) for one in trees]
            print(f"{sum(sums) / sites:8.1f} MB  a site (goal {GOAL_MB}), {sites} at once")
            print(f"{sum(sums):8.1f} MB  all")
            print(f"{100 * sum(share) / sites:8.2f} %   of a core a site")
        finally:
            for site in started:
                site.clear_up()


if __name__ == "__main__":
    given = [float(word) for word in sys.argv[1:]]
    measure(int(given[0]) if given else 1, given[1] if len(given) > 1 else 30)
