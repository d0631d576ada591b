"""In a language that needs 40 % more room nothing is cut off, and every word can be translated."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from django.utils.dates import WEEKDAYS
from pytest_django.live_server_helper import LiveServer

from mutualaid.catalog.models import Language, Locality
from mutualaid.demo.neighbourhood import fill
from mutualaid.group.current import current_group
from mutualaid.resources.models import Resource
from tests.journeys.conftest import NewVisitor
from tests.support.pages import every_page_of_a_neighbour
from tests.support.pseudo import pseudo, write_catalogue

WORD = re.compile(r"[A-Za-z]{3,}")
TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"
CUT = """() => [...document.querySelectorAll('main *, header *, footer *')]
  .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1
    && ['hidden', 'clip'].includes(getComputedStyle(e).overflowX))
  .map(e => e.outerHTML.slice(0, 120))"""
NOT_OURS = "bdi, q, blockquote, time, [lang]:not(html), .name, .mail, script, style, [translate=no]"
TEXTS = """(notOurs) => {
  const texts = [document.title];
  for (const name of ['aria-label', 'title', 'alt', 'placeholder'])
    for (const one of document.querySelectorAll(`[${name}]`))
      if (!one.closest(notOurs)) texts.push(one.getAttribute(name));
  const blocks = 'p, li, dt, dd, td, th, label, h1, h2, h3';
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    if (!parent.closest(notOurs)) texts.push((parent.closest(blocks) || parent).textContent);
  }
  return texts.map(text => text.trim().replace(/\\s+/g, ' '));
}"""


@pytest.fixture
def long_site(tmp_path: Path, live_server: LiveServer) -> Iterator[Any]:
    """The demo in the pseudo-locale, within this process: a second site would cost a minute."""
    call_command("seed", verbosity=0)
    fill()
    write_catalogue(tmp_path)
    with override_settings(LOCALE_PATHS=[tmp_path, *settings.LOCALE_PATHS]):
        yield SimpleNamespace(port=live_server.thread.port)


def words_of_people() -> re.Pattern[str]:
    """Return what matches names and texts that someone typed, and the days, which Django translates."""
    texts = {*Locality.objects.values_list("name", flat=True), *map(str, WEEKDAYS.values())}
    texts.update([current_group().name, *(name for _code, name in settings.LANGUAGES)])
    texts.update(Language.objects.values_list("name", flat=True))
    for fields in Resource.objects.values_list("name", "organization", "hours", "address"):
        texts.update(line for text in fields for line in text.splitlines())
    return re.compile("|".join(map(re.escape, sorted(texts, key=len, reverse=True))))


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_every_page_holds_long_words_and_every_word_can_be_translated(
    visitor: NewVisitor, long_site: Any
) -> None:
    wrong: list[str] = []
    not_ours = words_of_people()
    count = 0
    for person in every_page_of_a_neighbour(visitor(site=long_site, locale="en")):
        person.page.wait_for_load_state()
        count += 1
        found = ["scrolls sideways"] * person.page.evaluate(TOO_WIDE)
        found += [f"is cut: {element}" for element in person.page.evaluate(CUT)]
        found += [
            f"cannot be translated: {text[:80]}"
            for text in dict.fromkeys(person.page.evaluate(TEXTS, NOT_OURS))
            if "[" not in text and WORD.search(not_ours.sub("", text))
        ]
        wrong += [f"{person.page.url.removeprefix(person.home)}: {what}" for what in found]
    assert count > 50
    assert not wrong, "\n".join(dict.fromkeys(wrong))


@pytest.mark.parametrize(
    "text", ["Save", "Hello %(name)s, how are you?", "<b>Two</b> {n} things", "%d need", ", "]
)
def test_the_pseudo_locale_is_longer_and_keeps_placeholders_and_markup(text: str) -> None:
    longer = pseudo(text)
    assert len(longer) >= len(text) * 1.3 or text == ", "
    for kept in ("%(name)s", "<b>", "</b>", "{n}", "%d"):
        assert (kept in longer) is (kept in text)
