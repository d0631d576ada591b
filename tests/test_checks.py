"""What `check` says of a site before it goes out into the world."""

from typing import Any

import pytest
from django.core.checks import run_checks

NAMES = ("TIME_ZONE", "PHONE_REGION", "LANGUAGE_CODE")


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


def test_a_region_that_is_no_country_is_told(settings: Any):
    assert messages_of("E004") == []
    settings.PHONE_REGION = "XX"
    assert messages_of("E004") == ["PHONE_REGION is no country."]


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
