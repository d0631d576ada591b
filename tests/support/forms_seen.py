"""The links and forms of a page, as whoever looks for a way in finds them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random


@dataclass
class SeenForm:
    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    """By name the values that the page suggests; an empty text stands for something to type."""

    def filled(self, chance: Random, typed: list[str]) -> dict[str, str]:
        """Choose a suggested value for each field, and for an empty one now and then one of `typed`."""
        chosen = {name: chance.choice(values) for name, values in self.fields.items()}
        return {name: value or chance.choice(["", *typed]) for name, value in chosen.items()}


class PageReader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[SeenForm] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "a" and has.get("href", "").startswith("/"):
            self.links.append(has["href"].partition("#")[0])
        elif tag == "form":
            self.forms.append(
                SeenForm(has.get("action", "").partition("#")[0], has.get("method", "get"))
            )
        elif tag in ("input", "textarea", "button") and has.get("name"):
            self._suggest(has["name"], has.get("value", ""))
        elif tag == "select":
            self._select = has.get("name", "")
        elif tag == "option" and self._select:
            self._suggest(self._select, has.get("value", ""))

    def _suggest(self, name: str, value: str) -> None:
        if self.forms:
            self.forms[-1].fields.setdefault(name, []).append(value)
