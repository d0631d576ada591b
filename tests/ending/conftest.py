from pathlib import Path
from typing import Any

import pytest

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
