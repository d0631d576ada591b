"""Short forms of `make chaos`: real workers, servers and gateways, and real faults."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

DATABASE = "sqlite" if connection.vendor == "sqlite" else "postgres"


@pytest.mark.slow
@pytest.mark.parametrize(
    "what",
    [
        pytest.param("short-storm", marks=pytest.mark.each_database),
        pytest.param("calm --rows 300", marks=pytest.mark.each_database),
        "bad-addresses",
        "short-ways",
        pytest.param("short-visits", marks=pytest.mark.each_database),
    ],
)
def test_what_was_promised_is_kept(tmp_path: Path, what: str) -> None:
    command = [sys.executable, "-m", "tests.chaos.run", *what.split(), DATABASE]
    process = subprocess.run(
        [*command, "--history", tmp_path],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
    )
    assert process.returncode == 0, process.stdout
