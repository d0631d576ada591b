"""The use-cases of an offer."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from mutualaid.admin.history import write_history
from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.catalog.time_slots import ANY_TIME
from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import BlockedContactPoint, Role, User
from mutualaid.people.roles import add_role
from mutualaid.transitions import apply_transition
from offers_app.models import Offer
from offers_app.signals import offer_opened
from offers_app.states import COUNTS, OFFER_TRANSITIONS, OfferState

MANY_TO_MANY = {"categories", "localities", "languages"}
EDITABLE = (*sorted(MANY_TO_MANY), "reach_km", "per_week", "has_vehicle", "week_parts")
"""The fields of an offer that its volunteer, or a coordinator for them, may change."""


class OfferFields(TypedDict, total=False):
    """What a transition may write besides the state."""

    confirmed_at: datetime | Combinable
    reconfirm_asked_at: datetime | Combinable | None
    paused_until: date | None


CONFIRMED: OfferFields = {"confirmed_at": Now(), "reconfirm_asked_at": None}
"""What is written when a volunteer says that their offer still holds."""
RESUMED: OfferFields = {**CONFIRMED, "paused_until": None}


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
    """Make or change the offer of `by`, who is a volunteer from now on. A pause stays a pause.

    `reach_km` counts between the centres of areas, `per_week` is the most tasks a week, and `week_parts` has
    a bit for each part of the week (`catalog.time_slots`).
    """
    fields = {
        "reach_km": reach_km, "per_week": per_week, "has_vehicle": has_vehicle,
        "week_parts": week_parts,
    }  # fmt: skip
    offer, _ = Offer.objects.update_or_create(volunteer=by, defaults=fields)
    offer.categories.set(categories)
    offer.localities.set(localities)
    offer.languages.set(languages)
    return renew_offer(offer)


@transaction.atomic
def renew_offer(offer: Offer) -> Offer:
    """They offer what stands there, who are a volunteer from now on. A pause stays a pause."""
    add_role(offer.volunteer, Role.VOLUNTEER)
    _transition(offer, "renew", **CONFIRMED)
    if not _stays_paused(offer) and _transition(offer, "keep", **CONFIRMED):
        announce(offer)
    return offer


@transaction.atomic
def note_offer(
    volunteer: User,
    *,
    categories: Iterable[Category],
    localities: Iterable[Locality],
    languages: Iterable[Language],
    has_vehicle: bool = False,
) -> Offer:
    """Write down what a list says that someone can give. It counts for nothing until they agree to it."""
    offer = Offer.objects.create(
        volunteer=volunteer, has_vehicle=has_vehicle, state=OfferState.ASKED
    )
    offer.categories.set(categories)
    offer.localities.set(localities)
    offer.languages.set(languages)
    return offer


@transaction.atomic
def agree_to_offer(offer: Offer) -> bool:
    """They say themself that what a list said of them is so; they are a volunteer from now on.

    Returns whether it counts now: not while a contact point of theirs is blocked.
    """
    if _transition(offer, "agree", **CONFIRMED):
        add_role(offer.volunteer, Role.VOLUNTEER)
        if not _stays_paused(offer):
            announce(offer)
    return offer.state in COUNTS


@transaction.atomic
def change_offer(offer: Offer, changes: Mapping[str, Any], *, by: User) -> None:
    """A coordinator writes what a volunteer told them: values by the names of `EDITABLE` fields.

    It is matched anew. That the offer still holds is the volunteer's to say and is not written.
    """
    _write(offer, changes)
    write_history(offer, by=by, changed=changes)
    if offer.state in COUNTS:
        announce(offer)


@transaction.atomic
def change_own_offer(offer: Offer, changes: Mapping[str, Any]) -> None:
    """Its volunteer changes a part of it: values by the names of `EDITABLE` fields.

    That says that it holds. It is matched anew; what is paused or withdrawn stays so.
    """
    _write(offer, changes)
    if _transition(offer, "keep", **CONFIRMED):
        announce(offer)


@transaction.atomic
def pause_offer(offer: Offer, *, until: date | None, by: User | None = None) -> bool:
    """Invite this person to nothing until that day; without a day, until they come back by themself.

    `by` is the coordinator who does it for them. Returns whether it is paused now: not where it was
    withdrawn.
    """
    return _transition(offer, "pause", by=by, paused_until=until, reconfirm_asked_at=None)


@transaction.atomic
def resume_offer(offer: Offer, *, by: User | None = None) -> bool:
    """End a pause; harmless when there is none. Returns whether the offer counts now.

    It does not while a contact point of the volunteer is blocked.
    """
    if not _stays_paused(offer) and _transition(offer, "resume", by=by, **RESUMED):
        announce(offer)
    return offer.state in COUNTS


@transaction.atomic
def keep_offer(offer: Offer) -> bool:
    """It still holds; they are not asked again for `reconfirm_days` days.

    Returns whether it counts now: what is paused or withdrawn stays so.
    """
    return _transition(offer, "keep", **CONFIRMED)


@transaction.atomic
def withdraw_offer(offer: Offer, *, by: User | None = None) -> None:
    """Invite this person to nothing any more. What they offered stays, in case they come back."""
    _transition(offer, "withdraw", by=by, paused_until=None, reconfirm_asked_at=None)


@transaction.atomic
def ask_whether_it_holds(offer: Offer) -> None:
    """Ask the volunteer once whether to keep, pause or stop; nothing where they are asked already."""
    if _transition(offer, "ask_to_reconfirm", reconfirm_asked_at=Now()):
        key = f"offer_reconfirm:{offer.pk}:{offer.reconfirm_asked_at}"
        enqueue("offer_reconfirm", about_id=offer.pk, to=offer.volunteer, key=key)


def resume_when_pause_is_over() -> int:
    """Resume every offer whose pause is over; returns how many."""
    over = list(Offer.objects.pause_is_over())
    for offer in over:
        resume_offer(offer)
    return len(over)


def _write(offer: Offer, changes: Mapping[str, Any]) -> None:
    fields = dict(changes)
    for name in MANY_TO_MANY & fields.keys():
        getattr(offer, name).set(fields.pop(name))
    if fields:
        Offer.objects.filter(pk=offer.pk).update(**fields)
    offer.refresh_from_db()


def _stays_paused(offer: Offer) -> bool:
    """Pause the offer of someone who has a blocked contact point; returns whether that is so.

    The offer is locked and then its volunteer, as by whoever blocks them at this moment.
    """
    Offer.objects.select_for_update().get(pk=offer.pk)
    User.objects.select_for_update(no_key=True).get(pk=offer.volunteer_id)
    is_blocked = BlockedContactPoint.objects.of_account(offer.volunteer).exists()
    return is_blocked and pause_offer(offer, until=None)


def announce(offer: Offer) -> None:
    """Make an active offer due for matching, by the database's clock, and send `offer_opened`."""
    Offer.objects.filter(pk=offer.pk).update(match_due_at=Now())
    offer.refresh_from_db(fields=["match_due_at"])
    offer_opened.send(sender=Offer, offer=offer)


def _transition(
    offer: Offer, action: str, *, by: User | None = None, **fields: Unpack[OfferFields]
) -> bool:
    """Take a transition of `OFFER_TRANSITIONS` and write `fields`; returns whether it was possible."""
    row = Offer.objects.filter(pk=offer.pk)
    is_taken = apply_transition(row, OFFER_TRANSITIONS[action], **fields) == 1
    offer.refresh_from_db(fields=["state", *fields])
    if is_taken and by:
        write_history(offer, by=by, changed=["state"])
    return is_taken
