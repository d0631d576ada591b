"""A sheet of paper for the way: what a volunteer has said yes to, by the days, and whom they meet."""

from collections.abc import Callable, Iterable
from datetime import date, time
from typing import NamedTuple

from mutualaid.people.models import User
from requests_app.models import AskContact, Claim


class Stop(NamedTuple):
    """One task on the way; `contact` and `notes` once they were opened, or why they were not."""

    claim: Claim
    contact: AskContact | None = None
    notes: str = ""
    refusal: str = ""


def stops_of(volunteer: User) -> list[Stop]:
    """What they are on the way to, the agreed days first, without a contact detail."""
    claims = Claim.objects.of(volunteer).on_the_way()
    related = claims.select_related("need__ask", "need__category", "need__locality", "volunteer")
    return [Stop(claim) for claim in sorted(related, key=_when)]


def opened(
    stops: Iterable[Stop],
    look: Callable[[Claim], AskContact],
    refusals: tuple[type[Exception], ...],
    sentence_for: Callable[[Exception], str],
) -> list[Stop]:
    """Open the details of each by `look`, which logs it; where it refuses, the sentence stands instead."""

    def open_one(claim: Claim) -> Stop:
        try:
            return Stop(claim, look(claim), claim.need.readable_notes or "")
        except refusals as refusal:
            return Stop(claim, refusal=sentence_for(refusal))

    return [open_one(stop.claim) for stop in stops]


def _when(claim: Claim) -> tuple[date, time, int, int]:
    """The day and time agreed, or else the last day that helps; of those alike the most urgent first."""
    day = claim.scheduled_for or claim.need.needed_by or date.max
    return (day, claim.scheduled_time or time.max, -claim.need.urgency, claim.pk)
