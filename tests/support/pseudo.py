"""A pseudo-locale: English that is 40 % longer, accented and in brackets, to see what does not fit.

What stands on a page without brackets cannot be translated.
"""

import re
from pathlib import Path

import polib

from mutualaid.i18n.catalogue import load

LONGER = 1.4
KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]*>|&\w+;)")
ACCENTED = str.maketrans("aceinouyAEINOUsgl", "áçéîñôüýÅÉÎÑÖÜšğł")


def pseudo(text: str) -> str:
    """Return `text` as a long language would have it; placeholders and markup stay as they are."""
    if not re.search(r"[A-Za-z]", KEPT.sub("", text)):
        return text
    pieces = KEPT.split(text)
    pieces[::2] = [piece.translate(ACCENTED) for piece in pieces[::2]]
    missing = max(3, round(len(KEPT.sub("", text)) * (LONGER - 1)))
    return f"[{''.join(pieces)} {('ëéêèü ' * missing)[:missing].strip()}]"


def write_catalogue(folder: Path) -> None:
    """Write every string in the pseudo-locale below `folder`, as English."""
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Plural-Forms": "nplurals=2; plural=n != 1;",
    }
    for known in load("es"):  # reads in a second what the source gives in ten
        entry = polib.POEntry(
            msgid=known.msgid, msgctxt=known.msgctxt, msgid_plural=known.msgid_plural
        )
        if known.msgid_plural:
            entry.msgstr_plural = {0: pseudo(known.msgid), 1: pseudo(known.msgid_plural)}
        else:
            entry.msgstr = pseudo(known.msgid)
        catalogue.append(entry)
    path = folder / "en" / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save_as_mofile(str(path))
