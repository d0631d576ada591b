"""Games in processes of their own, each on a copy of one throw-away database. The real one is not touched."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import DatabaseError

from mutualaid.policy.current import current_policy
from mutualaid.policy.environment import as_environment
from mutualaid.simulation.metrics import Figures
from mutualaid.simulation.settings import SimulationSettings

Run = Callable[..., object]
Prepare = Callable[[Run, Path], None]
"""Fills the database by running management commands, given as words; may use the folder."""


class SimulationFailed(Exception):
    """A process ended badly. Holds the last lines it wrote."""


def simulate_all(games: Sequence[SimulationSettings], prepare: Prepare) -> list[Figures]:
    """Run these side by side, as many at once as there are processors. Raises `SimulationFailed`."""
    with TemporaryDirectory(prefix="mutualaid-simulate-") as name:
        folder = Path(name)
        policy = _policy_here()
        prepare(lambda *words: _run(["django", *words], folder, policy), folder)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(lambda game: _play(game, folder), games))


def _play(game: SimulationSettings, folder: Path) -> Figures:
    own = folder / game.policy.replace(" ", "-")
    own.mkdir()
    shutil.copy(folder / "db.sqlite3", own / "db.sqlite3")
    told = _run(["mutualaid.simulation", json.dumps(asdict(game))], own)
    return Figures(**json.loads(told.splitlines()[-1]))


def _policy_here() -> dict[str, str]:
    """How this site's group works, as variables that `seed` reads for the throw-away database."""
    try:
        return as_environment(current_policy())
    except DatabaseError:
        return {}  # no tables yet: the environment's own first values


def _run(words: list[str], folder: Path, policy: dict[str, str] | None = None) -> str:
    own = {
        **(policy or {}),
        "DJANGO_SETTINGS_MODULE": "mutualaid.settings",
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "EMAIL_URL": "dummy://",
        "DEMO": "false",
    }
    command = [sys.executable, "-m", *words]
    done = subprocess.run(
        command, env=os.environ | own, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SimulationFailed("\n".join(done.stderr.strip().splitlines()[-3:]))
    return done.stdout
