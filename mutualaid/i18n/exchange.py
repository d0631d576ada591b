"""Give what is missing in a language to a translator, a person or a program, and read it in again."""

from pathlib import Path

import polib

from mutualaid.i18n.catalogue import MACHINE_MADE, faults_of, path_of, plural_forms
from mutualaid.i18n.collect import updated


def missing(language: str) -> polib.POFile:
    """Return the strings that `language` lacks, as a catalogue to fill; the known ones are left out."""
    catalogue, _came_in = updated(language)
    forms = plural_forms(catalogue)
    empty = polib.POFile(wrapwidth=100)
    empty.metadata = catalogue.metadata
    empty.extend(entry for entry in catalogue if any(faults_of(entry, forms)))
    for entry in empty:
        if entry.msgid_plural:
            entry.msgstr_plural = dict.fromkeys(range(forms), "")
    return empty


def fill(language: str, path: Path, *, by_machine: bool) -> tuple[int, list[str]]:
    """Take translations from a file of `missing`; return how many came in and what was wrong.

    What has a fault is left out, the rest is taken. `by_machine` marks the catalogue until someone
    has read it and takes the mark away.
    """
    catalogue, _came_in = updated(language)
    forms = plural_forms(catalogue)
    current = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    taken, wrong = 0, []
    for entry in polib.pofile(str(path)):
        own = current.get((entry.msgctxt, entry.msgid))
        found = list(faults_of(entry, forms)) if own else [f"not in the source: {entry.msgid!r}"]
        wrong += found
        if own and not found:
            own.msgstr, own.msgstr_plural = entry.msgstr, entry.msgstr_plural
            taken += 1
    if by_machine and taken:
        catalogue.metadata[MACHINE_MADE] = "yes"
    own_path = path_of(language)
    own_path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(own_path))
    return taken, wrong
