"""Every page and every state has a row in a table: what is looked at in a browser is all there is."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import transaction
from django.test import Client, RequestFactory

from mutualaid.demo.patterns import patterns
from tests.support import scene
from tests.support.branches import not_drawn, recorded
from tests.support.pages import BEHIND_A_LINK, LOST, MEMBERS, MORE_PUBLIC, PUBLIC, SIGNING_IN
from tests.support.signing_in import sign_in
from tests.support.states import SHOWN

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
TEMPLATES = Path(settings.BASE_DIR) / "templates"
EXTENDS = re.compile(r'{% extends "([^"]+)" %}')
ONLY_IN_THE_DEMO = {"patterns.html", "demo_mail.html"}
"""Their addresses are in `MORE_PUBLIC`; a site that is no demo has none."""
OF_OTHERS = (
    "group/logo_input.html", "needs/_slip.html",  # of the admin
    "notify/_message.html", "notify/frame.html",  # mails
    "demo_mail.html",
    "away.html", "away_words.html",  # a file that a proxy shows: tests/test_away_page.py
)  # fmt: skip
IN_NO_ROW = {
    "500.html: if bidi … else": "the table is drawn in Arabic; `tests/test_errors.py` has it in English",
    "base.html: if demo": "a site that is no demo has no mail of it",
    "components/_lost_language.html: if bidi": "the table is drawn in Arabic, which is not lost",
}
"""Branches of public templates that no row draws, and why."""


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


def public_templates() -> set[str]:
    names = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
    return {name for name in names if not name.startswith("admin/")} - set(OF_OTHERS)


def draw_pages_of_walks(here: scene.Scene) -> set[str]:
    """Draw what the walks of `tests.support.pages` come past; return the names of the templates."""
    sam, request = sign_in(Client(), here.people["sam"]), RequestFactory().get("/")
    request.user = AnonymousUser()
    link = f"/need/{here.token}/"
    looked_at = set(ONLY_IN_THE_DEMO)
    for path in PUBLIC + MORE_PUBLIC + LOST + tuple(link + path for path in BEHIND_A_LINK):
        looked_at |= drawn(Client().get(path))
    for path in SIGNING_IN + MEMBERS:
        looked_at |= drawn(sam.get(path))
    patterns(request)
    return looked_at


@contextmanager
def undone() -> Iterator[None]:
    """Undo what happens in the database within the block, and in what counts for limits."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()


@pytest.mark.slow
def test_every_page_and_every_state_has_a_row(db: None, new_scene: Callable[[], scene.Scene]):
    """A state that shows something of its own is a branch of a template."""
    with recorded() as places:
        with undone():
            looked_at = draw_pages_of_walks(new_scene())
        for row in SHOWN:
            with undone():
                answer = row.draw(new_scene(), Client(headers={"accept-language": "ar"}))
            assert row.template in drawn(answer), (row.state, answer.status_code, answer.headers)
            assert '<html lang="ar" dir="rtl">' in answer.content.decode(), row.state
            looked_at.add(row.template)
        states = not_drawn(public_templates(), places)
    assert pages() - looked_at == set(), "add a row to tests/support/rare_pages.py"
    assert states == set(IN_NO_ROW), "add a row to tests/support/states/"


def test_what_was_typed_is_shown_again_without_the_names_of_our_fields(here: scene.Scene):
    row = next(row for row in SHOWN if row.template == "needs/too_late.html")
    page = row.draw(here, Client()).content.decode()
    assert '<dd dir="auto">Milk</dd>' in page
    assert ">notes<" not in page
