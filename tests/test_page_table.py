"""Every page has a row in a table of pages, so that what is looked at in a browser is all there is."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.support import scene
from tests.support.pages import BEHIND_A_LINK, LOST, MEMBERS, MORE_PUBLIC, PUBLIC, SIGNING_IN
from tests.support.rare_pages import SHOWN, Shown
from tests.support.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
TEMPLATES = Path(settings.BASE_DIR) / "templates"
EXTENDS = re.compile(r'{% extends "([^"]+)" %}')
ONLY_IN_THE_DEMO = {"patterns.html", "demo_mail.html"}
"""Their addresses are in `MORE_PUBLIC`; a site that is no demo has none."""


def layout_of(name: str) -> str:
    found = EXTENDS.match((TEMPLATES / name).read_text())
    return found.group(1) if found else ""


def pages() -> set[str]:
    """The templates that are drawn as a page: they extend `base.html`, and nothing extends them."""
    names = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
    layouts = {name: layout_of(name) for name in names if not name.startswith("admin/")}

    def is_a_page(name: str) -> bool:
        return name == "base.html" or bool(name in layouts and is_a_page(layouts[name]))

    return {name for name in layouts if is_a_page(name)} - set(layouts.values())


def drawn(answer: Any) -> set[str]:
    return {template.name for template in answer.templates}


def test_every_page_has_a_row(here: scene.Scene):
    sam = sign_in(Client(), here.people["sam"])
    link = f"/need/{here.token}/"
    looked_at = {row.template for row in SHOWN} | ONLY_IN_THE_DEMO
    for path in PUBLIC + MORE_PUBLIC + LOST + tuple(link + path for path in BEHIND_A_LINK):
        looked_at |= drawn(Client().get(path))
    for path in SIGNING_IN + MEMBERS:
        looked_at |= drawn(sam.get(path))
    assert pages() - looked_at == set(), "add a row to tests/support/rare_pages.py"


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: row.state)
def test_every_row_draws_its_page(here: scene.Scene, row: Shown):
    answer = row.draw(here, Client(headers={"accept-language": "ar"}))
    assert row.template in drawn(answer), (answer.status_code, answer.headers, drawn(answer))
    assert '<html lang="ar" dir="rtl">' in answer.content.decode()


def test_what_was_typed_is_shown_again_without_the_names_of_our_fields(here: scene.Scene):
    row = next(row for row in SHOWN if row.template == "needs/too_late.html")
    page = row.draw(here, Client()).content.decode()
    assert '<li dir="auto">Milk</li>' in page
    assert ">notes<" not in page
