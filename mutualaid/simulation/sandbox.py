"""Run simulations in processes of their own, each on a copy of a throw-away database.

A city is made once for each seed, and copied for each of its plays. The site's own database is only read,
for its policy.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import asdict
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

from mutualaid.policy.environment import as_environment
from mutualaid.simulation.group_settings import policy_of_site
from mutualaid.simulation.metrics import Metrics
from mutualaid.simulation.settings import CitySettings, SimulationSettings

RunCommand = Callable[..., object]
"""Runs a management command, given as its words, on the throw-away database."""
Prepare = Callable[[RunCommand, Path], None]
"""Fills the database by management commands; may use the folder."""
Progress = Callable[[int], None]
"""Is told how many simulations are done."""


class SimulationFailed(Exception):
    """A process ended badly. Holds the last lines it wrote."""


def simulate_all(
    simulations: Sequence[SimulationSettings],
    prepare: Prepare,
    progress: Progress = lambda _done: None,
    *,
    at_once: int | None = None,
    seconds: float = inf,
) -> list[Metrics]:
    """Run these side by side, as many `at_once` as there are processors; metrics in the same order.

    After so many `seconds` none is begun any more: then the metrics are those of the first few. Lets
    through `SimulationFailed` of a process that ended badly, also of one that prepares.
    """
    until = time.monotonic() + seconds
    with TemporaryDirectory(prefix="mutualaid-simulate-") as name:
        folder = Path(name)
        policy = as_environment(policy_of_site())  # which `seed` reads
        prepare(lambda *words: _run(["django", *words], folder, policy), folder)
        pool = ThreadPoolExecutor(at_once or os.cpu_count())
        try:
            cities: dict[CitySettings, Future[Path | None]] = {}
            plays = []
            for number, settings in enumerate(simulations):
                if settings.city not in cities:  # begun before its plays, which wait for it
                    made = pool.submit(_make_city, settings.city, folder, until=until)
                    cities[settings.city] = made
                own = folder / f"play-{number}"
                plays.append(pool.submit(_play, settings, cities[settings.city], own, until=until))
            _watch(plays, progress)
            results = (play.result() for play in plays)
            return [metrics for metrics in results if metrics is not None]
        finally:
            pool.shutdown(cancel_futures=True)


def seed_only(run: RunCommand, _folder: Path) -> None:
    """Prepare a database as that of a new site."""
    run("migrate", "--verbosity", "0")
    run("seed", "--verbosity", "0")


def _watch(plays: Sequence[Future[Metrics | None]], progress: Progress) -> None:
    """Tell of each that is done; let through what went wrong in one, and wait for no other."""
    for done, play in enumerate(as_completed(plays), 1):
        play.result()
        progress(done)


def _make_city(settings: CitySettings, folder: Path, *, until: float) -> Path | None:
    """None where it is later than `until`."""
    if time.monotonic() > until:
        return None
    city = folder / f"city-{settings.seed}"
    city.mkdir()
    _copy_site(folder, city)
    _run(["mutualaid.simulation", "city", json.dumps(asdict(settings))], city)
    return city


def _play(
    settings: SimulationSettings, made: Future[Path | None], own: Path, *, until: float
) -> Metrics | None:
    """None where it is later than `until`."""
    city = made.result()
    if city is None or time.monotonic() > until:
        return None
    own.mkdir()
    _copy_site(city, own)
    shutil.copy(city / "arrivals.json", own)
    output = _run(["mutualaid.simulation", "play", json.dumps(asdict(settings))], own)
    shutil.rmtree(own)
    return Metrics(**json.loads(output.splitlines()[-1]))


def _copy_site(folder: Path, to: Path) -> None:
    """The database, with its keys where the environment has none."""
    for file in ("db.sqlite3", "secrets.json"):
        if (folder / file).exists():
            shutil.copy(folder / file, to)


def _run(arguments: list[str], folder: Path, policy: dict[str, str] | None = None) -> str:
    own = {
        **(policy or {}),
        "DJANGO_SETTINGS_MODULE": "mutualaid.settings",
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "EMAIL_URL": "dummy://",
        "DEMO": "false",
        "TIME_ZONE": "UTC",
    }
    command = [sys.executable, "-m", *arguments]
    process = subprocess.run(
        command, env=os.environ | own, capture_output=True, text=True, check=False
    )
    if process.returncode:
        raise SimulationFailed("\n".join(process.stderr.strip().splitlines()[-3:]))
    return process.stdout
