"""Who may note hours with whom, and who answers."""

from datetime import date

from django.utils import timezone

from mutualaid.hours.models import HourNote
from mutualaid.people.introductions import is_known
from mutualaid.people.models import BlockedContactPoint, User
from requests_app.access.exclusions import is_kept_from
from requests_app.models import Claim


def can_be_noted_with(user: User) -> bool:
    """Whether hours can be noted with someone whose code is known: the group knows them, and none is blocked.

    Else an account made for it could give away hours that no one has.
    """
    return is_known(user) and not BlockedContactPoint.objects.of_account(user).exists()


def receiver_of(claim: Claim) -> int | None:
    """Return the account that received a help; None, the commons, without one and for something sensitive."""
    return None if claim.need.ask.veiled else claim.need.ask.account_id


def day_of(claim: Claim) -> date:
    """Return the day on which a help was done, or else confirmed, in the group's time zone."""
    return timezone.localdate(claim.delivered_at or claim.ended_at or claim.claimed_at)


def can_answer(note: HourNote, user: User) -> bool:
    """Whether it is for them to agree or not: for the other of the two.

    For the commons it is for a coordinator who gave nothing, and from whom the ask is not kept.
    """
    if BlockedContactPoint.objects.of_account(user).exists():
        return False
    if note.asked_id is not None:
        return note.asked_id == user.pk
    is_other = user.pk not in (note.giver_id, note.receiver_id)
    return is_other and user.is_coordinator and not _is_kept(note, user)


def _is_kept(note: HourNote, user: User) -> bool:
    return note.claim is not None and is_kept_from(user, note.claim.need.ask)
