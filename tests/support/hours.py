"""A group that notes hours, helps that arrived, and notes that are agreed."""

from datetime import date, timedelta
from typing import Any

from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.hours import actions
from mutualaid.hours.models import HourNote
from mutualaid.matching.actions import accept
from mutualaid.people.models import User
from offers_app.models import Offer
from requests_app.actions import confirm_arrival, deliver_claim
from requests_app.lifecycle.actors import volunteer as as_volunteer
from requests_app.models import Claim
from tests.support import factories
from tests.support.scene import match_of


def on(**values: Any) -> None:
    """The group notes hours from now on."""
    factories.set_policy(has_decisions=True, counts_hours=True, **values)


def off() -> None:
    factories.set_policy(counts_hours=False)


def proposed(giver: User, receiver: User, minutes: int = 60, **fields: Any) -> HourNote:
    """An hour of today that the giver noted, unless named otherwise."""
    by, day = fields.pop("by", giver), fields.pop("day", None) or timezone.localdate()
    return actions.propose(giver=giver, receiver=receiver, minutes=minutes, day=day, by=by)


def agreed(giver: User, receiver: User, minutes: int = 60) -> HourNote:
    return actions.agree(proposed(giver, receiver, minutes), by=receiver)


def balance(user: User | None) -> int:
    """Minutes; of the commons for None."""
    return HourNote.objects.balance_of(user.pk if user else None)


def help_of(volunteer: User, account: User | None = None, **fields: Any) -> Claim:
    """A help that arrived today, for a neighbour without an account unless named."""
    if not Offer.objects.filter(volunteer=volunteer).exists():
        factories.offer(by=volunteer, per_week=50, categories=[factories.category()])
    claim = accept(match_of(volunteer, factories.need(account=account, **fields)))
    deliver_claim(claim, by=as_volunteer(volunteer))
    confirm_arrival(claim.need)
    claim.refresh_from_db()
    return claim


def days_go_by(note: HourNote, days: int) -> None:
    HourNote.objects.filter(pk=note.pk).update(proposed_at=Now() - timedelta(days=days))


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)
