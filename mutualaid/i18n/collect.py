"""Update a catalogue from the source: new strings come in empty, vanished ones go."""

import polib
from django.conf import settings

from mutualaid.i18n import english
from mutualaid.i18n.audience import is_public
from mutualaid.i18n.catalogue import WHOLE, Key, load, path_of
from mutualaid.i18n.extract import SourceString, strings_in


def in_source() -> dict[Key, list[SourceString]]:
    """Return every string to translate with each of its uses."""
    uses: dict[Key, list[SourceString]] = {}
    for string in strings_in(settings.BASE_DIR):
        uses.setdefault((string.context, string.text), []).append(string)
    return uses


def to_translate(language: str) -> dict[Key, list[SourceString]]:
    """Return the strings that a language has to have: all, or those that everyone reads."""
    source = in_source()
    if language in WHOLE:
        return source
    return {key: uses for key, uses in source.items() if is_public(uses)}


def collect(language: str) -> int:
    """Update the catalogue of a language; return how many strings came in."""
    catalogue, came_in = updated(language)
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    return came_in


def updated(language: str) -> tuple[polib.POFile, int]:
    """Return the catalogue of a language as the source asks for it, unsaved, and how many strings came in."""
    source = to_translate(language)
    catalogue = load(language)
    current = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue}
    entries = [current.get(key) or _new_entry(key, uses) for key, uses in source.items()]
    for entry in entries:
        uses = source[(entry.msgctxt or "", entry.msgid)]
        entry.occurrences = [(name, "") for name in sorted({string.file for string in uses})]
    catalogue[:] = sorted(entries, key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    return catalogue, len(source.keys() - current.keys())


def write_englishes() -> None:
    """Write the catalogues of American and of British English."""
    source = in_source()
    for name in english.DIFFERENT:
        path = english.path_of(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        english.catalogue(name, source).save(str(path))


def stale_englishes() -> list[str]:
    """Return the Englishes whose catalogue is not what the source gives."""
    source = in_source()
    return [
        name
        for name in english.DIFFERENT
        if not english.path_of(name).exists()
        or str(polib.pofile(str(english.path_of(name)), wrapwidth=100))
        != str(english.catalogue(name, source))
    ]


def _new_entry(key: Key, uses: list[SourceString]) -> polib.POEntry:
    context, text = key
    plural = next((string.plural for string in uses if string.plural), "")
    entry = polib.POEntry(msgid=text, msgctxt=context or None, msgid_plural=plural)
    if plural:
        entry.msgstr_plural = {0: ""}
    if "%(" in text or "%d" in text or "%s" in text:
        entry.flags.append("python-format")
    return entry
