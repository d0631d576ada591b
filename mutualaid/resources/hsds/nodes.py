"""Objects of a JSON file that anyone may have written: each field is checked, and each mistake noted."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

MOST_PARTS = 200
"""In one list of one service, such as its phones. Assumed, not measured."""


class Node:
    """A JSON object at `path`; what is wrong in it is added to `mistakes`, which the whole file shares."""

    def __init__(self, fields: Mapping[str, Any], path: str, mistakes: list[str]) -> None:
        self.fields, self.path, self.mistakes = fields, path, mistakes

    def text(self, *names: str) -> str:
        """Return the text of the first of these fields that has one; "" for none. A number counts as text."""
        for name in names:
            value = self.fields.get(name)
            if isinstance(value, int) and not isinstance(value, bool):
                return str(value)
            if not isinstance(value, str | None):
                self.mistake(name, _("It has to be a text."))
            elif value and value.strip():
                return value.strip()
        return ""

    def day(self, name: str) -> date | None:
        """Return a date; of a moment its day. None for none."""
        text = self.text(name)
        try:
            return date.fromisoformat(text[:10]) if text else None
        except ValueError:
            self.mistake(name, _("Write a date like 2026-05-31."))
            return None

    def part(self, name: str) -> "Node":
        """Return the object in a field; one without fields for none."""
        value = self.fields.get(name)
        if value is not None and not isinstance(value, dict):
            self.mistake(name, _("It has to be an object."))
        return Node(value if isinstance(value, dict) else {}, self._to(name), self.mistakes)

    def parts(self, name: str) -> list["Node"]:
        """Return the objects in a list; none where there is no list, or one that is too long."""
        value = self.fields.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > MOST_PARTS:
            message = _("It has to be a list of at most %(most)d objects.")
            self.mistake(name, message % {"most": MOST_PARTS})
            return []
        nodes = []
        for number, item in enumerate(value, 1):
            if isinstance(item, dict):
                nodes.append(Node(item, self._to(f"{name} {number}"), self.mistakes))
            else:
                self.mistake(f"{name} {number}", _("It has to be an object."))
        return nodes

    def mistake(self, name: str, message: str) -> None:
        """Note what is wrong with this field."""
        self.mistakes.append(f"{self._to(name)}: {message}")

    def _to(self, name: str) -> str:
        return f"{self.path}, {name}" if name else self.path
