"""Run simulations in processes of their own, each on a copy of one throw-away database.

The site's own database is only read, for its policy.
"""

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
from mutualaid.simulation.metrics import Metrics
from mutualaid.simulation.settings import SimulationSettings

RunCommand = Callable[..., object]
"""Runs a management command, given as its words, on the throw-away database."""
Prepare = Callable[[RunCommand, Path], None]
"""Fills the database by management commands; may use the folder."""


class SimulationFailed(Exception):
    """A process ended badly. Holds the last lines it wrote."""


def simulate_all(simulations: Sequence[SimulationSettings], prepare: Prepare) -> list[Metrics]:
    """Run these side by side, as many at once as there are processors; metrics in the same order.

    Lets through `SimulationFailed` of a process that ended badly, also of one that prepares.
    """
    with TemporaryDirectory(prefix="mutualaid-simulate-") as name:
        folder = Path(name)
        policy = _policy_of_the_site()
        prepare(lambda *words: _run(["django", *words], folder, policy), folder)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(lambda settings: _simulate(settings, folder), simulations))


def _simulate(settings: SimulationSettings, folder: Path) -> Metrics:
    own = folder / settings.policy.replace(" ", "-")
    own.mkdir()
    shutil.copy(folder / "db.sqlite3", own / "db.sqlite3")
    output = _run(["mutualaid.simulation", json.dumps(asdict(settings))], own)
    return Metrics(**json.loads(output.splitlines()[-1]))


def _policy_of_the_site() -> dict[str, str]:
    """As environment variables, which `seed` reads for the throw-away database."""
    try:
        return as_environment(current_policy())
    except DatabaseError:
        return {}  # no tables yet: the environment's own first values


def _run(arguments: list[str], folder: Path, policy: dict[str, str] | None = None) -> str:
    own = {
        **(policy or {}),
        "DJANGO_SETTINGS_MODULE": "mutualaid.settings",
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "EMAIL_URL": "dummy://",
        "DEMO": "false",
    }
    command = [sys.executable, "-m", *arguments]
    process = subprocess.run(
        command, env=os.environ | own, capture_output=True, text=True, check=False
    )
    if process.returncode:
        raise SimulationFailed("\n".join(process.stderr.strip().splitlines()[-3:]))
    return process.stdout
