"""A mistake in the environment is told in a line or two before the site starts, and nothing is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.site import Site

pytestmark = pytest.mark.slow
WRONG = [
    ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
    ({"DATABASE_URL": "sqlite:////nowhere/at-all.sqlite3"}, "unable to open database file"),
    ({"REDIS_URL": "nonsense"}, "REDIS_URL is not the address of a Redis."),
    ({"CONTACT_KEYS": "short"}, "CONTACT_KEYS cannot be used"),
    ({"CONTACT_KEYS": "k1:***"}, "CONTACT_KEYS cannot be used"),
    ({"CONTACT_KEYS": f"k1:{'A' * 43}="}, "CONTACT_KEYS: k1 can be guessed."),
    ({"SECRET_KEY": "django-insecure-0123456789abcdefghijklmnopqrstuvwxyz"}, "SECRET_KEY can be guessed."),
    ({"DATA_DIR": "/proc/nowhere"}, "cannot be read"),
    ({"WAVE_CHANCES": "0.1,0.2"}, "WAVE_CHANCES=0.1,0.2: Write 4 numbers with commas between them"),
    ({"DIGEST_HOUR": "24"}, "DIGEST_HOUR=24: Write a whole number from 0 to 23."),
    ({"LAPSE_HOURS": "1"}, "CONTACT_HOURS=24, LAPSE_HOURS=1: A silent yes can't end before"),
    ({"PHONE_REGION": "XX"}, "PHONE_REGION is no country."),
    ({"EMAIL_URL": ""}, "EMAIL_URL cannot be used. Write an address"),
    ({"SMS_URL": "twillio://x:y@api.twilio.com/1"}, "SMS_URL is not the address of a gateway."),
    ({"TEAM_CHAT_URLS": "nonsense"}, "TEAM_CHAT_URLS has 1 addresses"),
    ({"REDIS_URL": "redis://host:x"}, "REDIS_URL is not the address of a Redis."),
    ({"WORKER_THREADS": "0"}, "WORKER_THREADS"),
    ({"TIME_ZONE": "Mars"}, "TIME_ZONE cannot be used"),
    ({"LANGUAGE_CODE": "xx"}, "LANGUAGE_CODE cannot be used. Write one of these: en, es,"),
    ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL cannot be used"),
]  # fmt: skip


@pytest.mark.parametrize(("environment", "reason"), WRONG, ids=[reason for _e, reason in WRONG])
def test_what_is_wrong_is_named_without_a_traceback(
    tmp_path: Path, environment: dict[str, str], reason: str
) -> None:
    site = Site(tmp_path / "data", **environment)
    output = site.refuses("up", "--port", str(site.port))
    assert reason in output
    assert "Traceback" not in output


def test_damaged_keys_are_not_replaced_by_new_ones(new_site: Callable[..., Site]) -> None:
    site = new_site()
    site.folder.mkdir(parents=True)
    keys = site.folder / "secrets.json"
    keys.write_text("{damaged")
    assert "cannot be read" in site.refuses("up", "--port", str(site.port))
    assert keys.read_text() == "{damaged"
