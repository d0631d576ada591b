"""What `check` says of a site before it goes out into the world."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.checks import run_checks

from mutualaid.checks import SET_BY_EACH_GROUP

NAMES = tuple(SET_BY_EACH_GROUP)


def messages_of(number: str) -> list[str]:
    messages = run_checks(include_deployment_checks=True)
    return [message.msg for message in messages if message.id == f"mutualaid.{number}"]


@pytest.mark.parametrize("name", NAMES)
def test_what_only_the_group_knows_is_asked_for(monkeypatch: Any, name: str):
    for other in NAMES:
        monkeypatch.setenv(other, "said")
    assert messages_of("W003") == []
    monkeypatch.delenv(name)
    (warning,) = messages_of("W003")
    assert warning.startswith(f"{name} is not set: it is ")


def test_a_site_with_tls_and_no_proxy_is_told(settings: Any):
    assert messages_of("W101") == []
    settings.SITE_URL = "https://help.example.org"
    assert messages_of("W101") == [
        "TRUSTED_PROXY_COUNT is 0, but SITE_URL begins with https.",
    ]
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert messages_of("W101") == []


def test_a_region_that_is_no_country_is_told(settings: Any):
    assert messages_of("E004") == []
    settings.PHONE_REGION = "XX"
    assert messages_of("E004") == ["PHONE_REGION is no country."]


def test_neighbouring_groups_on_this_machine_are_for_tests_alone(settings: Any):
    assert messages_of("E045") == []
    settings.PARTNERS_ON_LOOPBACK = True
    (error,) = messages_of("E045")
    assert error.startswith("PARTNERS_ON_LOOPBACK is set")


@pytest.mark.parametrize("url", ["nonsense", "twillio://a:b@host/1", "twilio://[", "sink://host:x"])
def test_a_gateway_that_is_none_is_told(settings: Any, url: str):
    assert messages_of("E005") == []
    settings.SMS_URL = url
    assert messages_of("E005") == ["SMS_URL is not the address of a gateway."]


def test_a_chat_that_is_none_is_told_without_its_address(settings: Any):
    settings.TEAM_CHAT_URLS = ["json://localhost", "nonsense://hunter2@host"]
    assert messages_of("E006") == ["TEAM_CHAT_URLS has 1 addresses that are those of no chat."]


@pytest.mark.parametrize("contact", ["", "ring us", "safety@", "javascript:x", "mailto:nobody"])
def test_a_security_contact_that_is_no_address_is_told(settings: Any, contact: str):
    assert messages_of("E008") == []
    settings.SECURITY_CONTACT = contact
    assert messages_of("E008") == ["SECURITY_CONTACT is neither an e-mail nor an address."]


@pytest.mark.parametrize(
    "url", ["", "wikipedia.org", "javascript:x", "http://localhost:8000/about/"]
)
def test_an_exit_that_leads_nowhere_else_is_told(settings: Any, url: str):
    assert messages_of("E009") == []
    settings.EXIT_URL = url
    assert messages_of("E009") == ["EXIT_URL is not the address of another site."]


ON_POSTGRES = {"ENGINE": "django.db.backends.postgresql", "HOST": "db.example"}
CLEAR: dict[str, dict[str, Any]] = {
    "DATABASE_URL": {"DATABASES": ON_POSTGRES},
    "REDIS_URL": {"CELERY_BROKER_URL": "redis://:word@10.0.0.7:6379/0"},
    "EMAIL_URL": {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example",
    },
    "SMS_URL": {"SMS_URL": "android+http://name:word@192.168.1.10:8080"},
}
SAFE: list[dict[str, Any]] = [
    {"DATABASES": ON_POSTGRES | {"OPTIONS": {"sslmode": "verify-full"}}},
    {"DATABASES": ON_POSTGRES | {"HOST": "/run/pg"}},
    {"DATABASES": ON_POSTGRES | {"HOST": "::1"}},
    {"CELERY_BROKER_URL": "rediss://10.0.0.7:6379/0"},
    {"CELERY_BROKER_URL": "redis://127.0.0.2:6379/0"},
    {"CELERY_BROKER_URL": "redis://[::1]:6379/0"},
    {"EMAIL_HOST": "localhost"},
    {"EMAIL_HOST": "mail.example", "EMAIL_USE_TLS": True},
    {"EMAIL_HOST": "mail.example", "EMAIL_USE_SSL": True},
    {"SMS_URL": "android://name:word@api.example"},
    {"SMS_URL": "sink://"},
]  # fmt: skip


@pytest.mark.parametrize("name", CLEAR)
def test_another_machine_without_tls_is_told_without_its_password(
    settings: Any, monkeypatch: Any, name: str
):
    assert messages_of("W010") == []
    _set(settings, monkeypatch, CLEAR[name])
    assert messages_of("W010") == [f"{name} is on another machine and without TLS."]


@pytest.mark.parametrize("values", SAFE, ids=str)
def test_tls_or_this_machine_is_fine(settings: Any, monkeypatch: Any, values: dict[str, Any]):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    _set(settings, monkeypatch, values)
    assert messages_of("W010") == []


def _set(settings: Any, monkeypatch: Any, values: dict[str, Any]) -> None:
    monkeypatch.delenv("PGSSLMODE", raising=False)
    for setting, value in values.items():
        if setting == "DATABASES":
            monkeypatch.setitem(settings.DATABASES, "default", value)
        else:
            setattr(settings, setting, value)


def test_how_a_database_is_called_is_as_its_address_says():
    """What the site adds does not take the place of what the keeper wrote."""
    program = "from mutualaid.settings import DATABASES; print(DATABASES['default']['OPTIONS']['sslmode'])"
    url = "postgres://me@db.example/help?sslmode=verify-full"
    environment = {**os.environ, "DATABASE_URL": url}
    said = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "verify-full"
