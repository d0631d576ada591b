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

FOLDER = Path("var/test")
ON_POSTGRES = (sys.executable, "-m", "tests.servers.postgres")
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
AGAIN = ("--numprocesses=0", "--last-failed", "--last-failed-no-failures=none")


@dataclass(frozen=True)
class Suite:
    title: str
    marks: str
    """Which tests, as an expression of markers."""
    under: Sequence[str] = ()
    """The command that the tests run under."""
    processes: str = "auto"
    environment: Mapping[str, str] = field(default_factory=dict)
    tests: Sequence[str] = ()
    """Where they are; nothing is everywhere."""


SUITES = {
    "fast": Suite("fast tests on SQLite", "not browser and not slow"),
    "sqlite": Suite("tests on SQLite", "not browser"),
    "postgres": Suite("tests on PostgreSQL", "not browser", under=ON_POSTGRES),
    "browser": Suite(
        "journeys in a browser",
        "browser",
        processes="0",
        # Playwright's own loop runs beside the tests, and Django would take them for asynchronous.
        environment={"DJANGO_ALLOW_ASYNC_UNSAFE": "true"},
    ),
}


class Run:
    """A suite on its way: its first try, and its second where one is needed."""

    def __init__(self, name: str, suite: Suite, folder: Path) -> None:
        self.name = name
        self.suite = suite
        self.folder = folder / name
        self.output = self.folder / "output.txt"
        self.flakes: list[str] = []
        self.passed = False
        self._failed: set[str] = set()

    def first(self, *, aloud: bool) -> None:
        """Run it all, and keep what it says until it ends, unless it may be said `aloud`."""
        print(f"== {self.suite.title}", flush=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        if aloud:
            self.passed = self._pytest("--cache-clear", out=None)
        else:
            with self.output.open("w") as out:
                self.passed = self._pytest("--cache-clear", out=out.fileno())
            seconds = time.monotonic() - began
            print(f"== {self.suite.title}: {seconds:.0f} s\n{self.output.read_text()}", flush=True)
        self._failed = self._last_failed()

    def second(self) -> None:
        print(f"== once more, one after the other, what failed of: {self.suite.title}", flush=True)
        self.passed = self._pytest(*AGAIN, out=None)
        self.flakes = sorted(self._failed - self._last_failed())

    def _pytest(self, *options: str, out: int | None) -> bool:
        cache = (self.folder / "cache").resolve()
        how = ["-rs", "-m", self.suite.marks, "--numprocesses", self.suite.processes]
        how += ["--maxprocesses=8", "--dist=worksteal", "-o", f"cache_dir={cache}"]
        command = [*self.suite.under, sys.executable, "-m", "pytest", *how, *options]
        data = {"DATA_DIR": str(self.folder.resolve())}
        done = subprocess.run(
            [*command, *self.suite.tests],
            env={**os.environ, **self.suite.environment, **data},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out and subprocess.STDOUT,
        )
        return done.returncode == 0

    def _last_failed(self) -> set[str]:
        noted = self.folder / "cache" / "v" / "cache" / "lastfailed"
        return set(json.loads(noted.read_text())) if noted.exists() else set()


def run(lanes: Sequence[Sequence[Run]]) -> bool:
    """Run the lanes side by side, then what failed once more; say how it went, and if all is well."""

    def go_along(lane: Sequence[Run]) -> None:
        for one in lane:
            one.first(aloud=len(lanes) == 1)

    with ThreadPoolExecutor(len(lanes)) as pool:
        list(pool.map(go_along, lanes))
    runs = [one for lane in lanes for one in lane]
    for one in runs:
        if not one.passed:
            one.second()
    for one in runs:
        for test in one.flakes:
            print(f"FLAKE: {test} passed only at its second try ({one.suite.title})")
        if not one.passed:
            print(f"FAILED: {one.suite.title}")
    return all(one.passed for one in runs)


def main(words: Sequence[str]) -> int:
    wanted = [word.split("+") for word in words]
    if not CHROMIUM and any("browser" in lane for lane in wanted):
        print("Not run, for chromium is missing (Debian: sudo apt install chromium): make browser")
        if os.environ.get("CI") == "true":
            return 1
        wanted = [[name for name in lane if name != "browser"] for lane in wanted]
    lanes = [[Run(name, SUITES[name], FOLDER) for name in lane] for lane in wanted if lane]
    return 0 if not lanes or run(lanes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
