"""What each process of a site holds from its start on, for ever: what few pages need is not among it."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
SELDOM_NEEDED = {
    "apprise", "charset_normalizer", "icalendar", "numpy", "openpyxl", "prometheus_client", "psycopg",
    "qrcode", "sentry_sdk",
}  # fmt: skip
"""On SQLite. Together some twenty-six megabytes in each site."""
PRELOAD = """
import sys
import django
django.setup()
from mutualaid.standalone.preload import preload
preload()
print(*sys.modules)
"""


def test_what_is_seldom_needed_is_read_when_it_is_needed(tmp_path):
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment |= {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "mutualaid.settings"}
    read = subprocess.run(
        [sys.executable, "-c", PRELOAD],
        cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "mutualaid.urls" in read.stdout.split()
    assert SELDOM_NEEDED.isdisjoint(read.stdout.split())
