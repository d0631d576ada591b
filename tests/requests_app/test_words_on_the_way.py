"""How long the way to an ask is, for a slow reader on the shortest ordinary way: screens and words."""

from html.parser import HTMLParser

import pytest
from django.test import Client

from mutualaid.catalog.seeding import seed_categories, seed_languages
from tests.support import asking, factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
MOST_SCREENS = 8
MOST_WORDS = 700
WITHOUT_END = {"input", "br", "meta", "link", "img", "hr"}


class VisibleWords(HTMLParser):
    """Counts the words of a page that one sees without a script, before anything is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: list[str] = []
        self.is_open: list[bool] = []
        self.words = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in WITHOUT_END:
            return
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        is_hidden = (
            tag in ("head", "script", "style", "svg", "select")
            or "hidden" in given
            or bool({"visually-hidden", "skip", "trap"} & set(classes))
        )
        is_folded = tag not in ("details", "summary") and self.is_open[-1:] == [False]
        if tag == "details":
            self.is_open.append("open" in given)
        if self.hidden or is_hidden or is_folded:
            self.hidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            self.hidden.pop()
        if tag == "details":
            self.is_open.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words += sum(any(c.isalnum() for c in word) for word in data.split())


def words_of(client: Client, path: str) -> int:
    reader = VisibleWords()
    reader.feed(client.get(path).content.decode())
    return reader.words


def test_the_shortest_way_has_no_more_than_eight_screens_and_700_words(client):
    seed_categories()
    seed_languages()
    factories.locality()
    counted = {}
    path = "/ask/who/"
    while path != "/ask/check/":
        counted[path] = words_of(client, path)
        step = path.split("/")[2]
        path = asking.answer(client, step).headers["Location"]
    counted[path] = words_of(client, path)
    table = "\n".join(f"{path:16}{n:5}" for path, n in counted.items())
    print(table, sum(counted.values()))
    assert len(counted) <= MOST_SCREENS, table
    assert sum(counted.values()) <= MOST_WORDS, table
