"""Each row of the table of rare pages, as the site draws it, before a browser on a small phone."""

import mimetypes
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, Page, Route

from tests.journeys.test_every_page import broken_rules, what_does_not_fit
from tests.support.scene import Scene
from tests.support.states import SHOWN, Shown
from tests.support.visitor import PHONE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db,
]
LIGHTS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
}
LOOKS = [("en", "light"), ("ar", "dark"), ("zh-hans", "forced")]
"""Each language in another light; what colours do depends on no language."""
EVERY_LOOK = [(language, light) for language, _light in LOOKS for light in LIGHTS]
"""What `make looks` goes through."""
FIRST = {row.template: row for row in reversed(SHOWN)}.values()
"""A page in its first state is looked at in every light, in any other state in one of them, in turn."""


def looks_of(row: Shown) -> list[tuple[str, str]]:
    if os.environ.get("EVERY_LOOK"):
        return EVERY_LOOK
    return LOOKS if row in FIRST else [LOOKS[SHOWN.index(row) % len(LOOKS)]]


@dataclass
class Reader:
    page: Page

    def reads(self, html: bytes) -> None:
        """Show this page, with the style and the scripts of the site as it stands now."""

        # Asked for here: what the browser starts has another connection to the database.
        of_the_group = re.findall(rb'(?:src|href)="(/group/[^"]+)"', html)
        look = {path.decode(): Client().get(path.decode()) for path in of_the_group}

        def answer(route: Route) -> None:
            path = urlsplit(route.request.url).path
            if path == "/":
                route.fulfill(body=html, content_type="text/html; charset=utf-8")
            elif path.startswith("/static/"):
                found = finders.find(path.removeprefix("/static/"))
                kind = mimetypes.guess_type(path)[0]
                route.fulfill(body=Path(str(found)).read_bytes(), content_type=kind)
            elif path in look:
                kind = look[path].headers["Content-Type"]
                route.fulfill(body=look[path].content, content_type=kind)
            else:
                route.fulfill(status=404)

        self.page.unroute("**/*")
        self.page.route("**/*", answer)
        self.page.goto("http://localhost/")


@pytest.fixture(scope="module")
def readers(chromium: Browser) -> Iterator[dict[str, Reader]]:
    contexts = {
        light: chromium.new_context(viewport=PHONE, **options)  # type: ignore[arg-type]
        for light, options in LIGHTS.items()
    }
    yield {light: Reader(context.new_page()) for light, context in contexts.items()}
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: row.state)
def test_a_rare_page_can_be_read_and_pressed(
    here: Scene, readers: dict[str, Reader], row: Shown
) -> None:
    wrong = []
    for code, light in looks_of(row):
        reader = readers[light]
        with transaction.atomic():
            answer = row.draw(here, Client(headers={"accept-language": code}))
            reader.reads(answer.content)
            transaction.set_rollback(True)
        if folder := os.environ.get("PICTURES"):
            reader.page.screenshot(path=f"{folder}/{row.state}-{code}-{light}.png", full_page=True)
        wrong += [
            f"{code}, {light}: {what}" for what in broken_rules(reader) + what_does_not_fit(reader)
        ]
    assert not wrong, "\n".join(wrong)
