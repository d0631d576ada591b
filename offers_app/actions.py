"""The use-cases of an offer."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from mutualaid.admin.history import write_history
from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.catalog.time_slots import ANY_TIME
from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import Role, User
from mutualaid.people.roles import add_role
from mutualaid.transitions import apply_transition
from offers_app.models import Offer
from offers_app.signals import offer_opened
from offers_app.states import COUNTS, OFFER_TRANSITIONS

SEVERAL = {"categories", "localities", "languages"}
OF_AN_OFFER = (*sorted(SEVERAL), "reach_km", "per_week", "has_vehicle", "week_parts")
HOLDS: dict[str, Any] = {"confirmed_at": Now(), "reconfirm_asked_at": None}
"""What is written down when a volunteer says that their offer holds."""


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
def change_offer(offer: Offer, given: Mapping[str, Any], *, by: User) -> None:
    """A coordinator changes what a volunteer told them: fields named in `OF_AN_OFFER`.

    What fits is looked for anew. That the offer holds is the volunteer's to say and is not written down.
    """
    fields = dict(given)
    for name in SEVERAL & fields.keys():
        getattr(offer, name).set(fields.pop(name))
    if fields:
        Offer.objects.filter(pk=offer.pk).update(**fields)
    offer.refresh_from_db()
    write_history(offer, by=by, changed=given)
    if offer.state in COUNTS:
        announce(offer)


@transaction.atomic
def set_limits(offer: Offer, *, reach_km: int, per_week: int) -> None:
    """How far and how often; what fits is looked for anew."""
    Offer.objects.filter(pk=offer.pk).update(reach_km=reach_km, per_week=per_week)
    offer.refresh_from_db()
    if offer.state in COUNTS:
        announce(offer)


@transaction.atomic
def pause_offer(offer: Offer, *, until: date | None, by: User | None = None) -> bool:
    """Invite this person to nothing until that day; without a day, until they come back by themself.

    `by` is the coordinator who does it for them. Returns whether it is paused now: what was taken back
    is not.
    """
    return _move(offer, "pause", by=by, paused_until=until, reconfirm_asked_at=None)


@transaction.atomic
def resume_offer(offer: Offer, *, by: User | None = None) -> bool:
    """End a pause; harmless when there is none. Returns whether the offer counts now."""
    if _move(offer, "resume", by=by, paused_until=None, **HOLDS):
        announce(offer)
    return offer.state in COUNTS


@transaction.atomic
def keep_offer(offer: Offer) -> bool:
    """It still holds; nobody asks again for `RECONFIRM_DAYS`.

    Returns whether it counts now: what is paused or was taken back stays so.
    """
    return _move(offer, "keep", **HOLDS)


@transaction.atomic
def withdraw_offer(offer: Offer, *, by: User | None = None) -> None:
    """Stop: no invitations any more. What they wrote stays, in case they come back."""
    _move(offer, "withdraw", by=by, paused_until=None, reconfirm_asked_at=None)


@transaction.atomic
def ask_whether_it_holds(offer: Offer) -> None:
    """Ask the volunteer, once: keep, pause or stop?"""
    if _move(offer, "ask_to_reconfirm", reconfirm_asked_at=Now()):
        key = f"offer_reconfirm:{offer.pk}:{offer.reconfirm_asked_at}"
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


def _move(offer: Offer, action: str, *, by: User | None = None, **fields: Any) -> bool:
    here = Offer.objects.filter(pk=offer.pk)
    moved = apply_transition(here, OFFER_TRANSITIONS[action], **fields) == 1
    offer.refresh_from_db(fields=["state", *fields])
    if moved and by:
        write_history(offer, by=by, changed=["state"])
    return moved
