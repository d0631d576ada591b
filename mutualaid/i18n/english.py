"""American and British English: the words that differ, and a catalogue for each (ADR 71).

The source has British spelling and some American words. Both catalogues are written from it by
`manage.py translations collect`, and hold only what differs; the site serves the one of its region.
"""

import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polib
from django.conf import settings

if TYPE_CHECKING:  # it needs Babel, which is there for development only
    from mutualaid.i18n.extract import SourceString

DIFFERENT = {
    "american": {
        "centre": "center",
        "colour": "color",
        "cancelled": "canceled",
        "favourite": "favorite",
        "kilometre": "kilometer",
        "letter box": "mailbox",
        "neighbour": "neighbor",
        "organise": "organize",
        "post and parcels": "mail and packages",
        "practise": "practice",
        "recognise": "recognize",
        "travelling": "traveling",
    },
    "british": {"diapers": "nappies", "yard": "garden"},
}
"""English → what begins a word of the source → what begins it there; what follows it stays."""
Key = tuple[str, str]


def path_of(english: str) -> Path:
    return folder_of(english) / "en" / "LC_MESSAGES" / "django.po"


def folder_of(english: str) -> Path:
    """Return the folder for `LOCALE_PATHS`."""
    return Path(settings.LOCALE_PATHS[0]).with_name("locale_english") / english


def in_english(text: str, english: str) -> str:
    """Return `text` with the words of that English. Placeholders and markup stay as they are."""
    pieces = re.split(r"(%\(\w+\)[sd]|\{\w*\}|<[^>]*>)", text)
    pieces[::2] = [_respell(piece, english) for piece in pieces[::2]]
    return "".join(pieces)


def catalogue(english: str, uses: "dict[Key, list[SourceString]]") -> polib.POFile:
    """Return the catalogue of that English: the strings of the source that differ in it."""
    differing = polib.POFile(wrapwidth=100)
    differing.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "en",
        "Plural-Forms": "nplurals=2; plural=n != 1;",
    }
    differing.extend(_entries(english, uses))
    return differing


def _entries(english: str, uses: "dict[Key, list[SourceString]]") -> Iterable[polib.POEntry]:
    for (context, text), strings in sorted(uses.items()):
        plural = next((string.plural for string in strings if string.plural), "")
        one, many = in_english(text, english), in_english(plural, english)
        if (one, many) == (text, plural):
            continue
        entry = polib.POEntry(msgid=text, msgctxt=context or None, msgid_plural=plural)
        if plural:
            entry.msgstr_plural = {0: one, 1: many}
        else:
            entry.msgstr = one
        yield entry


def _respell(text: str, english: str) -> str:
    for word, better in DIFFERENT[english].items():
        text = re.sub(rf"\b{word}", partial(_like, better), text, flags=re.I)
    return text


def _like(word: str, found: re.Match[str]) -> str:
    """Return `word` with a capital where what was found has one."""
    return word[0].upper() + word[1:] if found[0][0].isupper() else word
