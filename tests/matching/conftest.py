from pathlib import Path
from typing import Any

import pytest

from mutualaid.simulation import sandbox
from tests.support import migrated


@pytest.fixture
def tables_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the databases of simulations begin as copies, in which `migrate` finds nothing left to do."""
    run = sandbox._run

    def run_on_a_copy(arguments: list[str], folder: Path, *policy: Any) -> str:
        if not (folder / "db.sqlite3").exists():
            migrated.copy_to(folder / "db.sqlite3")
        return run(arguments, folder, *policy)

    monkeypatch.setattr(sandbox, "_run", run_on_a_copy)
