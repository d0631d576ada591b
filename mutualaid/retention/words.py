"""The table in plain words, for the public page."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mutualaid.policy.current import current_policy
from mutualaid.retention.table import TABLE
from mutualaid.retention.terms import ACCOUNT, ASK, NEED, After, Keep, Part, Whole, With


class Chapter(NamedTuple):
    title: str
    lines: dict[str, list[str]]
    """How long, and what."""


def chapters() -> list[Chapter]:
    """Everything in the table that has words, by whose it is. What is said twice is told once."""
    parts = [part for parts in TABLE.values() for part in parts if part.words]
    return [
        Chapter(_("When you ask for something"), _lines(parts, ASK, NEED)),
        Chapter(_("When you have an account"), _lines(parts, ACCOUNT)),
        Chapter(_("What the site writes down by itself"), _lines(parts, "clock")),
        Chapter(_("What stays, as a count"), _lines(parts, "keep")),
    ]


def _lines(parts: list[Part], *about: str) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {}
    for part in parts:
        if _chapter_of(part) in about:
            told = lines.setdefault(_how_long(part), [])
            if (words := str(part.words)) not in told:
                told.append(words)
    return lines


def _chapter_of(part: Part) -> str:
    if isinstance(part, Keep):
        return "keep"
    if isinstance(part, Whole):
        return part.owner
    return part.end.owner if isinstance(part.end, With) else "clock"


def _how_long(part: Part) -> str:
    if isinstance(part, Keep):
        return _("For good")
    if isinstance(part.end, After):
        days = {"days": _days(part.end.days)}
        return _("For %(days)s") % days if part.end.days else _("Until it is over")
    if part.end.owner == ACCOUNT:
        return _("Until you erase your account")
    days = {"days": _days(current_policy().erase_days)}
    if part.end.owner == ASK:
        return (
            _("Until %(days)s after the last thing you asked for is closed, or until you erase it")
            % days
        )
    return _("Until %(days)s after it is closed, or until you erase it") % days


def _days(days: int) -> str:
    return ngettext("%d day", "%d days", days) % days
