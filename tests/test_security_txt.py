"""Whom to tell of a hole, as RFC 9116 has it."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils import timezone

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def fields(client: Client) -> dict[str, str]:
    answer = client.get("/.well-known/security.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.content.decode().splitlines()
    found = dict(line.split(": ", 1) for line in lines)
    assert len(found) == len(lines), "each field once"
    return found


def test_it_names_whom_to_tell_until_when_and_in_which_languages(client: Client, settings: Any):
    settings.SECURITY_CONTACT = "mailto:safety@example.org"
    found = fields(client)
    assert found["Contact"] == "mailto:safety@example.org"
    assert found["Preferred-Languages"] == "en, es, zh-hans, ar, fr, vi, ru, ht"
    assert found["Canonical"] == "http://localhost:8000/.well-known/security.txt"
    expires = datetime.fromisoformat(found["Expires"])
    assert timedelta(days=90) < expires - timezone.now() < timedelta(days=365)


@pytest.mark.parametrize(
    ("given", "contact"),
    [
        ("", "https://help.example.org/about/"),
        ("safety@example.org", "mailto:safety@example.org"),
        ("https://example.org/safety", "https://example.org/safety"),
        ("tel:+15550100", "tel:+15550100"),
    ],
)
def test_without_a_contact_of_its_own_it_is_the_page_that_says_how_to_reach_the_group(
    given: str, contact: str, tmp_path: Any
):
    own = {"SECURITY_CONTACT": given, "SITE_URL": "https://help.example.org"}
    read = "from mutualaid import settings; print(settings.SECURITY_CONTACT)"
    done = subprocess.run(
        [sys.executable, "-c", read],
        cwd=site.BASE_DIR,
        env={**os.environ, "DATA_DIR": str(tmp_path), **own},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == contact


def test_the_document_leads_there():
    assert "/.well-known/security.txt" in (site.BASE_DIR / "SECURITY.md").read_text()
