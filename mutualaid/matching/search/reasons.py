"""The reasons of a score in words, for the volunteer and for the coordinator."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mutualaid.catalog import time_slots
from mutualaid.catalog.language_names import in_readers_language
from mutualaid.matching.scoring import Line


def in_words(lines: Iterable[Line]) -> list[str]:
    """A short phrase for each reason, in the reader's language.

    That a volunteer named no time, or that other needs want them too, is no reason to them.
    """
    return [_phrase(line) for line in lines if line["code"] not in ("any_time", "wanted")]


def with_points(lines: Iterable[Line]) -> list[str]:
    """A phrase with its points for each reason, for a coordinator who wants to see the sum."""
    return [f"{_isolated(line)}: {round(line['points'], 1):g}" for line in lines]


def _isolated(line: Line) -> str:
    """The phrase; between FSI and PDI where a language written right to left could move the points."""
    phrase = _of_volunteer(line["code"]) or _phrase(line)
    return f"\u2068{phrase}\u2069" if "language" in line["code"] else phrase


def _of_volunteer(code: str) -> str | None:
    """The phrase for a reason that is told otherwise to somebody else than the volunteer."""
    match code:
        case "same_locality":
            return _("in their area")
        case "wide_area":
            return _("in the wide area they chose")
        case "in_reach":
            return _("not far from their area")
        case "same_category":
            return _("they offered this")
        case "related_category":
            return _("close to what they offered")
        case "confirmed":
            return _("said lately that their offer holds")
        case "kept":
            return _("kept for this when we looked at all needs together")
        case _:
            return None


def _phrase(line: Line) -> str:
    value = line["value"]
    match line["code"]:
        case "remote":
            return _("can be done from anywhere")
        case "same_locality":
            return _("in your area")
        case "wide_area":
            return _("in the wide area you chose")
        case "in_reach":
            return _("not far from your area")
        case "same_category":
            return _("you offered this")
        case "related_category":
            return _("close to what you offered")
        case "language" | "other_language":
            languages = in_readers_language(value.split(", "))
            return _("both speak %(languages)s") % {"languages": languages}
        case "any_time":
            return _("free at any time")
        case "shared_time":
            return _("both free: %(times)s") % {"times": time_slots.in_words(int(value))}
        case "wanted":
            return _wanted(int(value))
        case "confirmed":
            return _("you told us lately that you still offer this")
        case "kept":
            return _("kept for you when we looked at all needs together")
        case "asked":
            return _asked(int(value))
        case _:
            return _rested(value)


def _rested(days: str) -> str:
    if not days:
        return _("not asked before")
    phrase = ngettext("not asked for %(count)d day", "not asked for %(count)d days", int(days))
    return phrase % {"count": int(days)}


def _asked(times: int) -> str:
    phrase = ngettext(
        "asked %(count)d time in the last seven days",
        "asked %(count)d times in the last seven days",
        times,
    )
    return phrase % {"count": times}


def _wanted(needs: int) -> str:
    if not needs:
        return _("wanted for other needs as well")
    phrase = ngettext(
        "%(count)d other need has few people to ask",
        "%(count)d other needs have few people to ask",
        needs,
    )
    return phrase % {"count": needs}
