"""Names of languages in the reader's language. In a list to choose from each has its own name instead."""

from collections.abc import Iterable
from functools import cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mutualaid.catalog.seed_data import LANGUAGES

IN_HAITIAN_CREOLE = {
    "am": "amarik", "ar": "arab", "bn": "bengali", "de": "alman", "en": "angle", "es": "panyòl",
    "fa": "pèsan", "fr": "franse", "hi": "hindi", "ht": "kreyòl", "it": "italyen", "ja": "japonè",
    "ko": "koreyen", "pl": "polonè", "pt": "pòtigè", "ro": "woumen", "ru": "ris", "so": "somali",
    "sw": "swayili", "ti": "tigrinya", "tl": "tagalòg", "tr": "tik", "uk": "ikrenyen", "ur": "oudou",
    "vi": "vyetnamyen", "zh": "chinwa",
}  # fmt: skip
"""The CLDR has none, and gives the French names instead."""


def in_readers_language(own_names: Iterable[str]) -> str:
    """List languages, given by their own names ("Español"), in the active language ("Spanish").

    A language that a group added under a name of its own keeps that name.
    """
    known = _names(get_language() or "en")
    return _(", ").join(known.get(name, name) for name in own_names)


def spoken_in(language: str) -> str:
    """Return the code of the language that readers of pages in `language` speak: "zh" of "zh-hans"."""
    return language.partition("-")[0]


@cache
def _names(reader: str) -> dict[str, str]:
    """Return {own name: name in `reader`} of the seeded languages, by the Unicode CLDR."""
    try:
        known = Locale.parse(reader, sep="-").languages
    except UnknownLocaleError:
        return {}
    names = IN_HAITIAN_CREOLE if reader == "ht" else known
    return {own_name: names[code] for code, own_name in LANGUAGES if code in names}
