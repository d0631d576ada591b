"""htmx is as its makers published it, and only on pages that change in part."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings

PUBLISHED = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
"""SHA-256 of dist/htmx.min.js in the npm package htmx.org 2.0.11."""


def test_the_library_is_as_it_was_published():
    script = Path(settings.BASE_DIR, "mutualaid", "static", "htmx.min.js").read_bytes()
    assert hashlib.sha256(script).hexdigest() == PUBLISHED


@pytest.mark.django_db
@pytest.mark.one_database
def test_it_evaluates_nothing_asks_no_other_site_and_keeps_no_page(client):
    page = client.get("/near/").content.decode()
    config = json.loads(re.findall(r"htmx-config\" content='(.*?)'", page)[0])
    assert (config["allowEval"], config["selfRequestsOnly"], config["historyCacheSize"]) == (
        False,
        True,
        0,
    )


@pytest.mark.django_db
@pytest.mark.one_database
@pytest.mark.parametrize("path", ["/", "/ask/what/", "/need/find/", "/account/login/"])
def test_a_page_that_does_not_need_it_does_not_load_it(client, path):
    assert "htmx" not in client.get(path).content.decode()
