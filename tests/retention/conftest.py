from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def ledger(tmp_path: Path, settings: Any) -> Path:
    """Each test has a ledger file of its own."""
    settings.ERASURE_LEDGER = tmp_path / "erasures.csv"
    return tmp_path / "erasures.csv"
