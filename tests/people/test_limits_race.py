"""Each limit is exact where twelve processes try at once, with no Redis at all. Bar S7."""

from collections import Counter

import pytest
from django.db import connection

from tests.support import factories, floods
from tests.support.people import TEXTS, ask_by
from tests.support.processes import in_processes

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PROCESSES = 12


@pytest.fixture
def _as_here(settings, tmp_path, monkeypatch):
    """The other processes have the keys of this one, and a folder for the texts they send."""
    settings.SMS_URL = "sink://"
    environment = {
        "SMS_URL": settings.SMS_URL,
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": settings.SECRET_KEY,
        "CONTACT_KEYS": ",".join(settings.CONTACT_KEYS),
        "ALLOWED_HOSTS": "testserver",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("_as_here")
def test_twelve_processes_at_once_are_allowed_as_much_as_one():
    factories.set_policy()
    for _ in range(PROCESSES):
        ask_by(TEXTS)
    connection.commit()
    allowed: Counter[str] = Counter()
    for of_one in in_processes(PROCESSES, floods.try_everything):
        allowed.update(of_one)
    assert allowed == {
        "asks_from_one_network": 6,
        "asks_with_one_phone": 4,
        "asks_from_everywhere": 30 - 6 - 4,
        "codes_to_one_address": 5,
        "wrong_links": 20,
        "wrong_codes": 20,
        "texts_to_one_number": 1,
    }
