"""Names of areas: changed, searched, and inside a line of plain text, which may run the other way."""

from collections.abc import Mapping
from unicodedata import bidirectional

from django.conf import settings
from django.utils.translation import get_language_bidi

from mutualaid.catalog.models import Locality

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def with_changes(names: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """Return {language: name} with these changes; an empty one takes a name away."""
    return {code: name for code, name in {**names, **changes}.items() if name}


def names_to_search(path: str = "") -> tuple[str, ...]:
    """Return the fields by which a list of the admin finds an area; `path` leads to it: "locality__"."""
    return (f"{path}name", *(f"{path}names__{code}" for code, _name in settings.LANGUAGES))


def in_text(locality: Locality) -> str:
    """Return the name of an area, isolated where it runs against the line."""
    return isolated(locality.label)


def isolated(name: str) -> str:
    """Put marks no one sees around a name that runs against the line, where no element can isolate it.

    Only there, for a text message with such a mark has room for less than half as many letters.
    """
    runs_left = any(bidirectional(letter) in ("R", "AL") for letter in name)
    if runs_left == get_language_bidi():
        return name
    return f"{FIRST_STRONG_ISOLATE}{name}{POP_ISOLATE}"
