"""The catalogues: one .po file for each language, checked against the source and compiled (ADR 8)."""

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation import to_locale

from mutualaid.i18n import english

PLURALS = {
    "ar": (
        "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3"
        " : n%100>=11 && n%100<=99 ? 4 : 5;"
    ),
    "fr": "nplurals=2; plural=n > 1;",
    "ru": (
        "nplurals=3; plural=n%10==1 && n%100!=11 ? 0"
        " : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2;"
    ),
    "vi": "nplurals=1; plural=0;",
    "zh-hans": "nplurals=1; plural=0;",
}
"""Plural rules of the Unicode CLDR, where they are not "one and many"."""
ONE_AND_MANY = "nplurals=2; plural=n != 1;"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
MARKUP = re.compile(r"</?\w[^>]*>")
Key = tuple[str, str]
"""(context, text), by which a string is known."""


WHOLE = ("es", "ar")
"""Languages in which coordinators work too; the others hold public strings alone."""
MACHINE_MADE = "X-Machine-Made"
"""Header of a catalogue: "yes" until a person who speaks the language has read it."""


def languages() -> list[str]:
    """Return the languages that have a catalogue or are offered, but the one of the source."""
    offered = dict(settings.LANGUAGES)
    return [
        code
        for code, _name in settings.KNOWN_LANGUAGES
        if code != "en" and (code in offered or path_of(code).exists())
    ]


def path_of(language: str) -> Path:
    folder = to_locale(language)
    return Path(settings.LOCALE_PATHS[0]) / folder / "LC_MESSAGES" / "django.po"


def of_django(language: str) -> Path:
    """Return where that stands which Django itself does not say in `language`, and our pages show."""
    folder = Path(settings.LOCALE_PATHS[0]).with_name("locale_django")
    return folder / to_locale(language) / "LC_MESSAGES" / "django.po"


@cache
def is_machine_made(language: str) -> bool:
    """Return whether no person has read the catalogue of `language` yet, as its header says."""
    path = path_of(language).with_suffix(".mo")
    if not path.exists():
        return False
    with path.open("rb") as file:
        return GNUTranslations(file).info().get(MACHINE_MADE.lower()) == "yes"


def load(language: str) -> polib.POFile:
    """Return the catalogue of a language; an empty one where there is none yet."""
    path = path_of(language)
    if path.exists():
        return polib.pofile(str(path), wrapwidth=100)
    empty = polib.POFile(wrapwidth=100)
    empty.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": to_locale(language),
        "Plural-Forms": PLURALS.get(language, ONE_AND_MANY),
    }
    return empty


def compile_all() -> int:
    """Write the .mo files that are older than their .po files; return how many."""
    own = [path for code in languages() for path in (path_of(code), of_django(code))]
    paths = [*own, *map(english.path_of, english.DIFFERENT)]
    stale = [path for path in paths if path.exists() and _is_stale(path)]
    for path in stale:
        draft = path.with_suffix(
            f".{os.getpid()}.draft"
        )  # sites that share the code may start at once
        polib.pofile(str(path)).save_as_mofile(str(draft))
        draft.chmod(0o644)  # beside the code, for whichever account runs it
        draft.replace(path.with_suffix(".mo"))  # whole at any moment, for a site may be reading it
    return len(stale)


def faults(language: str, source: Iterable[Key]) -> Iterator[str]:
    """Yield what is wrong with a catalogue, a sentence for each fault.

    `source` are the strings to translate.
    """
    catalogue = load(language)
    entries = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue}
    for key in sorted(set(source) - entries.keys()):
        yield f"not in the catalogue: {key[1]!r}"
    for key in sorted(entries.keys() - set(source)):
        yield f"no longer in the source: {key[1]!r}"
    forms = plural_forms(catalogue)
    for entry in catalogue:
        yield from faults_of(entry, forms)


def plural_forms(catalogue: polib.POFile) -> int:
    return int(re.findall(r"nplurals=(\d)", catalogue.metadata["Plural-Forms"])[0])


def faults_of(entry: polib.POEntry, forms: int) -> Iterator[str]:
    """Yield what is wrong with one translation: missing, doubtful, placeholders or markup lost."""
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not all(texts) or (entry.msgid_plural and len(texts) != forms):
        yield f"not translated: {entry.msgid!r}"
    elif entry.fuzzy:
        yield f"marked as doubtful: {entry.msgid!r}"
    allowed = set(PLACEHOLDER.findall(entry.msgid + (entry.msgid_plural or "")))
    for text in filter(None, texts):
        used = set(PLACEHOLDER.findall(text))
        if used - allowed or (not entry.msgid_plural and used != allowed):
            yield f"other placeholders than the source: {entry.msgid!r}"
        if sorted(MARKUP.findall(text)) not in (
            sorted(MARKUP.findall(entry.msgid)),
            sorted(MARKUP.findall(entry.msgid_plural or entry.msgid)),
        ):
            yield f"other markup than the source: {entry.msgid!r}"


def _is_stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime
