"""How messages and the pages of their links name a need: enough to tell it apart, and no sensitive kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import get_language_bidi

from mutualaid.catalog.area_names import in_text
from mutualaid.local_time import format_day
from requests_app.models import Claim, Need

NUMBERS = 1000
"""So many needs in a row have different numbers in subjects, which stay short by that."""
MOST_LISTED = 10
"""Needs that one message lists; of more, the last line says how many."""


@dataclass(frozen=True)
class Mention:
    """One need in a message, with the claim whose agreed day counts. As text: kind, area and day or time.

    A sensitive kind stays out: a code stands for it, by which the reader's page calls it too.
    """

    need: Need
    claim: Claim | None = None

    def __str__(self) -> str:
        is_sensitive = self.need.category.sensitive
        kind = "" if is_sensitive else str(self.need.category.label)
        code = self.need.code if is_sensitive else ""
        parts = filter(None, [kind, in_text(self.need.locality), self.when, code])
        return " · ".join(map(_in_its_direction, parts))

    @property
    def when(self) -> str:
        """The day agreed on with its time, else by which day or how soon it is needed."""
        return (self.claim.agreed_once if self.claim else "") or self.need.when

    @property
    def day(self) -> date | None:
        """The day agreed on, else the day by which it is needed; None without either."""
        return (self.claim.scheduled_for if self.claim else None) or self.need.needed_by


def _in_its_direction(part: str) -> str:
    """Between FSI and PDI where the language runs right to left: an area in Latin would pull a day along."""
    is_isolated = part.startswith("\u2068")
    return f"\u2068{part}\u2069" if get_language_bidi() and not is_isolated else part


def mention(need: Need, claim: Claim | None = None) -> dict[str, Any]:
    """Return what templates of a message about one need show; see `mention_all`."""
    return mention_all([Mention(need, claim)])


def mention_all(mentions: Sequence[Mention]) -> dict[str, Any]:
    """Return what templates show: `mentions` for the body, and their `mark` for the subject.

    Of several needs for one day the `number` beside it tells which a subject is about.
    `need` is the first. Days are put into words when the message is rendered, in its reader's language.
    """
    return {
        "need": mentions[0].need,
        "mentions": mentions[:MOST_LISTED],
        "more": max(len(mentions) - MOST_LISTED, 0),
        "mark": partial(_mark, mentions),
        "number": str(mentions[0].need.pk % NUMBERS),
    }


def _mark(mentions: Iterable[Mention]) -> str:
    """Tell subjects apart by the day that all have in common, else by the code of the ask.

    Short, for a text message and the list of a mailbox. Neither says what it is about to someone who looks
    at the screen of a locked phone. A need's own code would: the address of its page on the board has it.
    """
    first, *others = mentions
    if first.day and all(other.day == first.day for other in others):
        return format_day(first.day, "MONTH_DAY_FORMAT")
    return first.need.ask.code
