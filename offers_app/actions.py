"""The use-cases of an offer."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from mutualaid.admin.history import write_history, write_history_of_all
from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.catalog.time_slots import ANY_TIME
from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import AccountContactPoint, BlockedContactPoint, Role, User
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


def pause_offer(offer: Offer, *, until: date | None, by: User | None = None) -> bool:
    """Invite this person to nothing until that day; without a day, until they come back by themself.

    `by` is the coordinator who does it for them. Returns whether it is paused now: not where it was
    withdrawn.
    """
    return bool(pause_offers([offer], until=until, by=by))


@transaction.atomic
def pause_offers(
    offers: Collection[Offer], *, until: date | None, by: User | None = None
) -> list[Offer]:
    """Do what `pause_offer` does for several offers, in a few queries; returns those that are paused now."""
    return _transition_all(offers, "pause", by=by, paused_until=until, reconfirm_asked_at=None)


def resume_offer(offer: Offer, *, by: User | None = None) -> bool:
    """End a pause; harmless when there is none. Returns whether the offer counts now.

    It does not while a contact point of the volunteer is blocked.
    """
    resume_offers([offer], by=by)
    return offer.state in COUNTS


@transaction.atomic
def resume_offers(offers: Collection[Offer], *, by: User | None = None) -> None:
    """Do what `resume_offer` does for several offers, in a few queries."""
    blocked = _stay_paused(offers)
    free = [offer for offer in offers if offer not in blocked]
    announce_all(_transition_all(free, "resume", by=by, **RESUMED))


@transaction.atomic
def keep_offer(offer: Offer) -> bool:
    """It still holds; they are not asked again for `reconfirm_days` days.

    Returns whether it counts now: what is paused or withdrawn stays so.
    """
    return _transition(offer, "keep", **CONFIRMED)


def withdraw_offer(offer: Offer, *, by: User | None = None) -> None:
    """Invite this person to nothing any more. What they offered stays, in case they come back."""
    withdraw_offers([offer], by=by)


@transaction.atomic
def withdraw_offers(offers: Collection[Offer], *, by: User | None = None) -> None:
    """Do what `withdraw_offer` does for several offers, in a few queries."""
    _transition_all(offers, "withdraw", by=by, paused_until=None, reconfirm_asked_at=None)


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
    return bool(_stay_paused([offer]))


def _stay_paused(offers: Collection[Offer]) -> list[Offer]:
    """Pause the offers of those who have a blocked contact point; returns those that are paused so.

    The offers are locked and then their volunteers, as by whoever blocks one at this moment.
    """
    people = [offer.volunteer_id for offer in offers]
    _lock(offers)
    list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk"))
    blocks = BlockedContactPoint.objects.values("fingerprint")
    points = AccountContactPoint.objects.filter(user__in=people, fingerprint__in=blocks)
    blocked = set(points.values_list("user", flat=True))
    return pause_offers([o for o in offers if o.volunteer_id in blocked], until=None)


def announce(offer: Offer) -> None:
    """Make an active offer due for matching, by the database's clock, and send `offer_opened`."""
    announce_all([offer])


def announce_all(offers: Collection[Offer]) -> None:
    """Do what `announce` does for several offers."""
    if offers:
        _rows(offers).update(match_due_at=Now())
        _read_anew(offers, ["match_due_at"])
        offer_opened.send(sender=Offer, offers=offers)


def _transition(
    offer: Offer, action: str, *, by: User | None = None, **fields: Unpack[OfferFields]
) -> bool:
    """Take a transition of `OFFER_TRANSITIONS` and write `fields`; returns whether it was possible."""
    return bool(_transition_all([offer], action, by=by, **fields))


def _transition_all(
    offers: Collection[Offer], action: str, *, by: User | None = None, **fields: Unpack[OfferFields]
) -> list[Offer]:
    """Take a transition on each of these offers whose state allows it; returns those."""
    rule = OFFER_TRANSITIONS[action]
    possible = {pk for pk, state in _lock(offers).items() if state in rule.sources}
    taken = [offer for offer in offers if offer.pk in possible]
    apply_transition(_rows(taken), rule, **fields)
    _read_anew(offers, ["state", *fields])
    if by:
        write_history_of_all(taken, by=by, changed=["state"])
    return taken


def _rows(offers: Collection[Offer]) -> QuerySet[Offer]:
    return Offer.objects.filter(pk__in=[offer.pk for offer in offers])


def _lock(offers: Collection[Offer]) -> dict[int, str]:
    """Lock offers in the order of their ids; returns the state that each has."""
    return dict(_rows(offers).select_for_update().order_by("pk").values_list("pk", "state"))


def _read_anew(offers: Collection[Offer], fields: Sequence[str]) -> None:
    found = {pk: values for pk, *values in _rows(offers).values_list("pk", *fields)}
    for offer in offers:
        for name, value in zip(fields, found.get(offer.pk, ()), strict=False):
            setattr(offer, name, value)
