"""The time zones a person can choose: by the city they type, for a list of all is longer than a page."""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import get_timezone_location
from django.utils import timezone
from django.utils.translation import get_language

from mutualaid.forms.name_search import names_like, words_of

MOST_FOUND = 8


@cache
def all_zones() -> frozenset[str]:
    """Every IANA name this machine knows."""
    return frozenset(available_timezones())


def find_zones(typed: str) -> list[str]:
    """Return the IANA names of what `typed` may be, the likeliest first, `MOST_FOUND` at most.

    It is an IANA name, or a city in the reader's language, in English, or by how it begins.
    """
    if typed in all_zones():
        return [typed]
    own, english = cities(get_language() or "en"), cities("en")
    for names in (own, english):
        same = [zone for zone, city in names.items() if words_of(city) == words_of(typed)]
        if same and words_of(typed):
            return same[:MOST_FOUND]
    found = names_like(typed, own) or names_like(typed, english)
    return found[:MOST_FOUND]


def label_of(zone: str) -> str:
    """Return the city of a zone in the reader's language, with what the clock there shows now."""
    city = cities(get_language() or "en").get(zone, zone)
    return f"{city} · {timezone.now().astimezone(ZoneInfo(zone)):%H:%M}"


@cache
def cities(language: str) -> dict[str, str]:
    """Return {IANA name: its city in `language`} of the zones in `zone.tab` of the IANA database.

    A language that Babel does not know gets the English names; so does one that it fills up with the names
    of another: in Haitian Creole they would be French.
    """
    try:
        locale = Locale.parse(language, sep="-")
    except UnknownLocaleError:
        locale = Locale("en")
    if "_" in get_global("parent_exceptions").get(locale.language, ""):  # "fr_HT"
        locale = Locale("en")
    lines = (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8").splitlines()
    zones = sorted(line.split("\t")[2].strip() for line in lines if not line.startswith("#"))
    known = (zone for zone in zones if zone in all_zones())
    return {zone: get_timezone_location(zone, locale=locale, return_city=True) for zone in known}
