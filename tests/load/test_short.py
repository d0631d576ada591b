"""A short form of `make load`: each journey can still be walked to its end."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

DATABASE = "sqlite" if connection.vendor == "sqlite" else "postgres"
COMMAND = (sys.executable, "-m", "tests.load.run", "steady")
SHORT = "--seconds 5 --needs 300 --volunteers 100 --people 5"


@pytest.mark.slow
@pytest.mark.each_database
def test_each_who_comes_gets_to_the_end_and_sees_what_they_should(tmp_path: Path) -> None:
    process = subprocess.run(
        [*COMMAND, DATABASE, *SHORT.split(), "--history", str(tmp_path)],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
    )
    assert process.returncode == 0, process.stdout
