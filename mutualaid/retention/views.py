"""The public page about data: the table by which the site erases, in plain words."""

from typing import NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from mutualaid.policy.current import current_policy
from mutualaid.retention.table import TABLE
from mutualaid.retention.terms import ACCOUNT, ASK, NEED, After, Keep, Part, Whole, With


@login_not_required
@require_safe
def what_we_keep(request: HttpRequest) -> HttpResponse:
    days = _days(current_policy().backup_days)
    return render(request, "data.html", {"chapters": chapters(), "backup_days": days})


class Chapter(NamedTuple):
    title: str
    lines: dict[str, list[str]]
    """How long → what is kept so long."""


def chapters() -> list[Chapter]:
    """Return all parts of the table that have a label, by whose data it is, each label once."""
    parts = [part for parts in TABLE.values() for part in parts if part.label]
    return [
        Chapter(_("When you ask for something"), _lines(parts, ASK, NEED)),
        Chapter(_("When you have an account"), _lines(parts, ACCOUNT)),
        Chapter(_("What the site writes down by itself"), _lines(parts, "clock")),
        Chapter(_("What stays, as a count"), _lines(parts, "keep")),
    ]


def _lines(parts: list[Part], *chapters: str) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {}
    for part in parts:
        if _chapter_of(part) in chapters:
            same_period = lines.setdefault(_how_long(part), [])
            if (label := str(part.label)) not in same_period:
                same_period.append(label)
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
