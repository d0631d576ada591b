"""The use-cases of an offer."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.catalog.time_slots import ANY_TIME
from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import Role, User
from mutualaid.people.roles import add_role
from offers_app.models import Offer
from offers_app.signals import offer_opened
from offers_app.states import COUNTS, OFFER_MOVES

HOLDS: dict[str, Any] = {"confirmed_at": Now(), "asked_at": None}
"""What is written down when a volunteer says that her offer holds."""


@transaction.atomic
def save_offer(
    *,
    by: User,
    categories: Iterable[Category],
    localities: Iterable[Locality],
    languages: Iterable[Language],
    reach_km: int,
    per_week: int,
    has_vehicle: bool,
    week_parts: int = ANY_TIME,
) -> Offer:
    """Make or change the offer of `by`, who is a volunteer from now on. A pause stays a pause."""
    fields = {
        "reach_km": reach_km, "per_week": per_week, "has_vehicle": has_vehicle,
        "week_parts": week_parts,
    }  # fmt: skip
    offer, _ = Offer.objects.update_or_create(volunteer=by, defaults=fields)
    offer.categories.set(categories)
    offer.localities.set(localities)
    offer.languages.set(languages)
    add_role(by, Role.VOLUNTEER)
    _move(offer, "renew", **HOLDS)
    if _move(offer, "keep", **HOLDS):
        announce(offer)
    return offer


@transaction.atomic
def set_limits(offer: Offer, *, reach_km: int, per_week: int) -> None:
    """How far and how often; what fits is looked for anew."""
    Offer.objects.filter(pk=offer.pk).update(reach_km=reach_km, per_week=per_week)
    offer.refresh_from_db()
    if offer.state in COUNTS:
        announce(offer)


@transaction.atomic
def pause_offer(offer: Offer, *, until: date | None) -> None:
    """Ask this person nothing until that day; without a day, until she comes back by herself."""
    _move(offer, "pause", paused_until=until, asked_at=None)


@transaction.atomic
def resume_offer(offer: Offer) -> None:
    """End a pause; harmless when there is none."""
    if _move(offer, "resume", paused_until=None, **HOLDS):
        announce(offer)


@transaction.atomic
def keep_offer(offer: Offer) -> None:
    """It still holds; nobody asks again for `RECONFIRM_DAYS`."""
    _move(offer, "keep", **HOLDS)


@transaction.atomic
def withdraw_offer(offer: Offer) -> None:
    """Stop: nobody is asked any more. What she wrote stays, in case she comes back."""
    _move(offer, "withdraw", paused_until=None, asked_at=None)


@transaction.atomic
def ask_whether_it_holds(offer: Offer) -> None:
    """Ask the volunteer, once: keep, pause or stop?"""
    if _move(offer, "ask", asked_at=Now()):
        key = f"offer_reconfirm:{offer.pk}:{offer.asked_at}"
        enqueue("offer_reconfirm", about_id=offer.pk, to=offer.volunteer, key=key)


def resume_when_pause_is_over() -> int:
    """Resume every offer whose last day of pause has come; returns how many."""
    over = list(Offer.objects.pause_is_over())
    for offer in over:
        resume_offer(offer)
    return len(over)


def announce(offer: Offer) -> None:
    """Make an active offer due for matching, by the database's clock, and tell the rooms above."""
    Offer.objects.filter(pk=offer.pk).update(match_due_at=Now())
    offer.refresh_from_db(fields=["match_due_at"])
    offer_opened.send(sender=Offer, offer=offer)


def _move(offer: Offer, action: str, **fields: Any) -> bool:
    move = OFFER_MOVES[action]
    here = Offer.objects.filter(pk=offer.pk, state__in=move.sources)
    moved = here.update(state=move.target, **fields) == 1
    offer.refresh_from_db(fields=["state", *fields])
    return moved
