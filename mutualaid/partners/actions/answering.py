"""A coordinator answers a partner: yes, or no with a reason. No answer in time is one too."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from mutualaid.catalog.models import Category, Locality
from mutualaid.partners.messages import ReferralAnswer
from mutualaid.partners.models import IncomingReferral, Partner
from mutualaid.partners.outbox import send
from mutualaid.partners.states import INCOMING_TRANSITIONS, DeclineReason, IncomingState
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged, apply_transition

CONTACT_WITHIN = timedelta(days=28)
"""After our yes: a neighbour takes some days, and messages are tried for 14. Assumed, not measured."""


class NotChosen(Exception):
    """Which kind of help it is, or in which area, is still to be chosen."""


@transaction.atomic
def say_yes(
    referral: IncomingReferral,
    *,
    by: User,
    category: Category | None = None,
    locality: Locality | None = None,
) -> None:
    """Say that we can help. `category` and `locality` are chosen where the partner's are unknown here.

    Raises `StateChanged` if someone else was first, the time is over, or the partnership rests or has ended,
    and `NotChosen`.
    """
    category, locality = category or referral.category, locality or referral.locality
    if category is None or locality is None:
        raise NotChosen
    in_time = IncomingReferral.objects.filter(answer_by__gt=Now())
    _answer("accept", in_time, referral, by, category=category, locality=locality)
    send(referral.partner, ReferralAnswer(referral.public_id, accepted=True))


@transaction.atomic
def say_no(referral: IncomingReferral, reason: DeclineReason, *, by: User) -> None:
    """Say that we can't, also after a yes, while no contact details have come.

    Raises `StateChanged` as `say_yes` does.
    """
    rows = IncomingReferral.objects.all()
    _answer("decline", rows, referral, by, reason=reason, ended_at=Now())
    answer = ReferralAnswer(referral.public_id, accepted=False, reason=reason)
    send(referral.partner, answer)


def let_pass() -> Iterator[int]:
    """Let end what no one answered in time, or what no contact details came for; yield how many, each."""
    rows = IncomingReferral.objects
    late = rows.filter(answer_by__lte=Now())
    yield apply_transition(late, INCOMING_TRANSITIONS["fall_silent"], ended_at=Now())
    over = rows.filter(state=IncomingState.ACCEPTED, answered_at__lt=Now() - CONTACT_WITHIN)
    yield apply_transition(over, INCOMING_TRANSITIONS["withdraw"], ended_at=Now())


def _answer(
    action: str,
    rows: QuerySet[IncomingReferral],
    referral: IncomingReferral,
    by: User,
    **fields: object,
) -> None:
    """Raises `StateChanged`."""
    row = rows.filter(pk=referral.pk, partner__in=Partner.objects.live())
    fields |= {"answered_by": by, "answered_at": Now()}
    if not apply_transition(row, INCOMING_TRANSITIONS[action], **fields):
        raise StateChanged(action)
