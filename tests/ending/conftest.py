from pathlib import Path
from typing import Any

import pytest

from mutualaid.ending.steps import erasing
from mutualaid.people.models import Role, User
from tests.support import factories


@pytest.fixture
def dora(db: None) -> User:
    return factories.person("Dora", Role.COORDINATOR)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, settings: Any) -> Path:
    """A folder of data of its own, with a ledger."""
    settings.DATA_DIR = tmp_path
    settings.MAIL_DIR = tmp_path / "mail"
    settings.ERASURE_LEDGER = tmp_path / "erasures.csv"
    return tmp_path


@pytest.fixture
def rewriting() -> None:
    """Let the files of the tables be written anew, as it is on the last day."""


@pytest.fixture(autouse=True)
def _no_rewriting(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes seconds of PostgreSQL, and only those who ask for it say something of it."""
    if "rewriting" not in request.fixturenames:
        monkeypatch.setattr(erasing, "rewrite_what_is_due", lambda: iter(()))
