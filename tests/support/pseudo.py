"""A pseudo-locale: English that is 40 % longer, accented and in brackets, to see what does not fit.

What is not in brackets on a page cannot be translated.
"""

import re
from pathlib import Path

import polib

from mutualaid.i18n.audience import is_public
from mutualaid.i18n.collect import in_source

KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]*>|&\w+;)")
ACCENTED = str.maketrans("aceinouyAEINOUsgl", "áçéîñôüýÅÉÎÑÖÜšğł")
LONGER = 1.4
READ_BY_THE_DEMO = "mutualaid/catalog/time_slots.py"
"""Its people come from a table, with times in English."""


def pseudo(text: str) -> str:
    """Return `text` as a long language would have it; placeholders and markup stay as they are."""
    if not re.search(r"[A-Za-z]", KEPT.sub("", text)):
        return text
    pieces = KEPT.split(text)
    pieces[::2] = [piece.translate(ACCENTED) for piece in pieces[::2]]
    wanted = max(3, round(len(KEPT.sub("", text)) * (LONGER - 1)))
    return f"[{''.join(pieces)} {('ëéêèü ' * wanted)[:wanted].strip()}]"


def write_catalogue(folder: Path) -> None:
    """Write public strings in the pseudo-locale below `folder`, as English."""
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Plural-Forms": "nplurals=2; plural=n != 1;",
    }
    for (context, text), uses in in_source().items():
        if not is_public(uses) or uses[0].file == READ_BY_THE_DEMO:
            continue
        plural = next((use.plural for use in uses if use.plural), "")
        entry = polib.POEntry(msgid=text, msgctxt=context or None, msgid_plural=plural)
        if plural:
            entry.msgstr_plural = {0: pseudo(text), 1: pseudo(plural)}
        else:
            entry.msgstr = pseudo(text)
        catalogue.append(entry)
    path = folder / "en" / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save_as_mofile(str(path))
