"""Run suites of tests side by side: `python -m tests.support.suites sqlite+postgres browser`.

Suites joined by + follow one another. Real servers on a busy machine may be late, so what failed is
run once more when all else is over, alone. What passes then is named as a flake, to be mended; what
fails twice has failed.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.own_names import take_name

FOLDER = Path("var/test")
ON_POSTGRES = (sys.executable, "-m", "tests.servers.postgres")
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
ONE_MORE = str((os.cpu_count() or 1) + 1)
"""Processes. Each waits long for whole sites that it has started, and while a server works."""
ONLY_FAILED = ("--numprocesses=0", "--last-failed", "--last-failed-no-failures=none")


@dataclass(frozen=True)
class Suite:
    title: str
    marks: str
    """Which tests, as an expression of markers."""
    under: Sequence[str] = ()
    """The command that the tests run under."""
    processes: str = "auto"
    environment: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[str] = ()
    """More of pytest's."""
    tests: Sequence[str] = ()
    """Where they are; nothing is everywhere."""


SUITES = {
    "fast": Suite(
        "fast tests on SQLite",
        "not browser and not slow",
        # Whoever writes a slow one sees it here first.
        options=("-p", "tests.support.few", "--durations=20", "--durations-min=1"),
    ),
    "sqlite": Suite("tests on SQLite", "not browser", processes=ONE_MORE),
    "postgres": Suite("tests on PostgreSQL", "not browser", under=ON_POSTGRES, processes=ONE_MORE),
    "browser": Suite(
        "journeys in a browser",
        "browser",
        processes="0",
        tests=("tests/journeys",),
        # Playwright's own loop runs beside the tests, and Django would take them for asynchronous.
        environment={"DJANGO_ALLOW_ASYNC_UNSAFE": "true"},
    ),
}


class Run:
    """One run of a suite: its first try, and its second where one is needed.

    Its database, cache and output are in `folder`, which no other run may use at the same time.
    """

    def __init__(self, suite: Suite, folder: Path) -> None:
        self.suite = suite
        self.folder = folder
        self.output = self.folder / "output.txt"
        self.passed = False
        self.flakes: list[str] = []
        """What failed at the first try and passed at the second."""
        self.failed: list[str] = []
        """What failed at both."""

    def first_try(self, *, live: bool) -> None:
        """Run all tests; print their output when they have ended, or at once if `live`."""
        print(f"== {self.suite.title}", flush=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        if live:
            self.passed = self._pytest("--cache-clear", out=None)
        else:
            with self.output.open("w") as out:
                self.passed = self._pytest("--cache-clear", out=out.fileno())
            seconds = time.monotonic() - began
            print(f"== {self.suite.title}: {seconds:.0f} s\n{self.output.read_text()}", flush=True)
        self.failed = self._last_failed()

    def second_try(self) -> None:
        """Run what failed once more, and note as flakes what passes now."""
        print(f"== once more, one after the other, what failed of: {self.suite.title}", flush=True)
        self.passed = self._pytest(*ONLY_FAILED, out=None)
        before, self.failed = self.failed, self._last_failed()
        self.flakes = [test for test in before if test not in self.failed]

    def _pytest(self, *options: str, out: int | None) -> bool:
        cache = (self.folder / "cache").resolve()
        fixed = ["-rs", "-m", self.suite.marks, "--numprocesses", self.suite.processes]
        fixed += ["--maxprocesses=8", "--dist=worksteal", "-o", f"cache_dir={cache}"]
        command = [*self.suite.under, sys.executable, "-m", "pytest", *fixed, *options]
        data = {"DATA_DIR": str(self.folder.resolve())}
        done = subprocess.run(
            [*command, *self.suite.options, *self.suite.tests],
            env={**os.environ, **self.suite.environment, **data},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out and subprocess.STDOUT,
        )
        return done.returncode == 0

    def _last_failed(self) -> list[str]:
        file = self.folder / "cache" / "v" / "cache" / "lastfailed"
        return sorted(json.loads(file.read_text())) if file.exists() else []


def run(lanes: Sequence[Sequence[Run]]) -> bool:
    """Run the lanes side by side, then what failed once more; print flakes and failures.

    The runs of a lane follow one another. Returns whether all passed, at the first or second try.
    """

    def run_lane(lane: Sequence[Run]) -> None:
        for suite_run in lane:
            suite_run.first_try(live=len(lanes) == 1)

    with ThreadPoolExecutor(len(lanes)) as pool:
        list(pool.map(run_lane, lanes))
    runs = [suite_run for lane in lanes for suite_run in lane]
    for suite_run in runs:
        if not suite_run.passed:
            suite_run.second_try()
    # Names come last of all: a log that is cut is cut in the middle.
    for suite_run in runs:
        if not suite_run.passed:
            print(f"FAILED: {suite_run.suite.title}")
    for suite_run in runs:
        for test in suite_run.flakes:
            print(f"FLAKE: {test} passed only at its second try ({suite_run.suite.title})")
        for test in suite_run.failed:
            print(f"FAILED: {test} failed at both tries ({suite_run.suite.title})")
    return all(suite_run.passed for suite_run in runs)


def main(arguments: Sequence[str]) -> int:
    names = [argument.split("+") for argument in arguments]
    if not CHROMIUM and any("browser" in lane for lane in names):
        print("Not run, for chromium is missing (Debian: sudo apt install chromium): make browser")
        if os.environ.get("CI") == "true":
            return 1
        names = [[name for name in lane if name != "browser"] for lane in names]
    lanes = [
        [Run(SUITES[name], FOLDER / take_name(FOLDER, name)) for name in lane]
        for lane in names
        if lane
    ]
    return 0 if not lanes or run(lanes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
