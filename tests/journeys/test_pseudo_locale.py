"""In a language that needs 40 % more room nothing is cut off, and every sentence can be translated."""

import re
from collections.abc import Iterator

import pytest

from tests.journeys.conftest import NewVisitor
from tests.support.pages import every_page
from tests.support.pseudo import pseudo, write_catalogue
from tests.support.site import Site
from tests.support.visitor import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ENGLISH = re.compile(r"\b(you|your|we|our|the|this|with|please)\b", re.IGNORECASE)
CUT = """() => [...document.querySelectorAll('main *, header *, footer *')]
  .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1
    && ['hidden', 'clip'].includes(getComputedStyle(e).overflowX))
  .map(e => e.outerHTML.slice(0, 120))"""
SENTENCES = """() => {
  const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const found = [];
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    if (!parent.closest('bdi, q, blockquote, .mail, script, style, option'))
      found.push(parent.innerText || '');
  }
  return found;
}"""


@pytest.fixture(scope="module")
def long_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("pseudo") / "data"
    write_catalogue(folder / "pseudo")
    site = Site(folder, DJANGO_SETTINGS_MODULE="tests.support.pseudo_settings")
    try:
        yield site.start("--demo")
    finally:
        site.clear_up()


def test_every_page_holds_long_words_and_every_sentence_can_be_translated(
    visitor: NewVisitor, long_site: Site
) -> None:
    wrong: list[tuple[str, str]] = []
    count = 0
    for person in every_page(visitor, site=long_site, viewport=PHONE, locale="en"):
        count += 1
        path = person.page.url.removeprefix(person.home)
        if person.page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            wrong.append((path, "scrolls sideways"))
        wrong += [(path, f"is cut: {element}") for element in person.page.evaluate(CUT)]
        wrong += [
            (path, f"cannot be translated: {text[:80]}")
            for text in dict.fromkeys(person.page.evaluate(SENTENCES))
            if "[" not in text and ENGLISH.search(text)
        ]
    assert count > 30
    assert not wrong, "\n".join(f"{path}: {what}" for path, what in dict.fromkeys(wrong))


@pytest.mark.parametrize(
    "text", ["Save", "Hello %(name)s, how are you?", "<b>Two</b> {n} things", "%d need", ", "]
)
def test_the_pseudo_locale_is_longer_and_keeps_placeholders_and_markup(text: str) -> None:
    longer = pseudo(text)
    assert len(longer) >= len(text) * 1.3 or text == ", "
    for kept in ("%(name)s", "<b>", "</b>", "{n}", "%d"):
        assert (kept in longer) is (kept in text)
