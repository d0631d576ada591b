"""Bringing a catalogue in step with the source: new strings come in empty, vanished ones go."""

import polib
from django.conf import settings

from mutualaid.i18n.catalogue import Key, load, path_of
from mutualaid.i18n.extract import Found, strings_in


def in_source() -> dict[Key, list[Found]]:
    """Every string of the source with the places it stands in."""
    found: dict[Key, list[Found]] = {}
    for one in strings_in(settings.BASE_DIR):
        found.setdefault((one.context, one.text), []).append(one)
    return found


def collect(language: str) -> int:
    """Update the catalogue of a language; returns how many strings came in."""
    source = in_source()
    catalogue = load(language)
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue}
    entries = [known.get(key) or _new(key, places) for key, places in source.items()]
    for entry in entries:
        places = source[(entry.msgctxt or "", entry.msgid)]
        entry.occurrences = [(name, "") for name in sorted({one.file for one in places})]
    catalogue[:] = sorted(entries, key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    return len(source.keys() - known.keys())


def _new(key: Key, places: list[Found]) -> polib.POEntry:
    context, text = key
    plural = next((one.plural for one in places if one.plural), "")
    entry = polib.POEntry(msgid=text, msgctxt=context or None, msgid_plural=plural)
    if plural:
        entry.msgstr_plural = {0: ""}
    if "%(" in text or "%d" in text or "%s" in text:
        entry.flags.append("python-format")
    return entry
