import os
import subprocess
import sys

import pytest
from django.db import connection


@pytest.mark.each_database
def test_the_tests_run_on_the_database_that_was_asked_for() -> None:
    asked = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"

    assert connection.vendor == asked


@pytest.mark.slow
def test_a_command_gets_a_database_and_hands_back_its_own_exit_code() -> None:
    look = (
        "import os, psycopg;"
        "version = psycopg.connect(os.environ['DATABASE_URL']).info.server_version;"
        "raise SystemExit(7 if version >= 150000 else 1)"
    )
    command = [sys.executable, "-m", "tests.servers.postgres", sys.executable, "-c", look]

    assert subprocess.run(command).returncode == 7
