"""Whatever begins to fit is found by the next sweep, whatever way it was written, or came with the time."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from mutualaid.catalog.models import Locality
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.local_time import this_week
from mutualaid.matching import tasks
from mutualaid.matching.models import Refusal
from mutualaid.matching.search.ranking import best_offers
from mutualaid.people.models import Introduction, User
from mutualaid.policy.actions import make_policy
from mutualaid.policy.models import Policy
from offers_app.models import Offer
from requests_app.actions import (
    ContactDetails,
    claim_need,
)
from requests_app.models import AccessLogEntry, Ask, AskContactPoint, Claim, Exclusion, Need
from tests.support import factories

pytestmark = pytest.mark.django_db
A_WEEK = timedelta(days=7)


@pytest.fixture
def offer(sam) -> Offer:
    return factories.offer(by=sam, per_week=1)


def fits(need: Need, offer: Offer) -> bool:
    found = best_offers(Need.objects.select_related("category", "ask").get(pk=need.pk), 20).offers
    return offer.pk in {one.offer_id for one in found}


def was_found(need: Need, offer: Offer) -> bool:
    return need.matches.filter(offer=offer).exists()


class Fact(NamedTuple):
    """What `hinders` an offer from a need, and the row, column and value that end it.

    A value may be made of the need and the offer.
    """

    row: Callable[[Need, Offer], Model]
    before: dict[str, Any]
    after: dict[str, Any]
    kind: str = "may_repeat"
    """A flag of the kind of help that is needed."""


def at(area: str) -> Callable[[Need, Offer], Locality]:
    return lambda *_: factories.locality(area)


def days(ahead: int) -> Callable[[Need, Offer], date]:
    """That day by the time it is needed: the tests may run over midnight."""
    return lambda *_: timezone.localdate() + timedelta(days=ahead)


FACTS = {
    "known to the group": Fact(
        lambda need, offer: offer.volunteer,
        {"vetted": False}, {"vetted": True}, "vetted_only",
    ),
    "active again": Fact(
        lambda need, offer: offer.volunteer, {"is_active": False}, {"is_active": True}
    ),
    "a vehicle": Fact(
        lambda need, offer: offer,
        {"has_vehicle": False}, {"has_vehicle": True}, "needs_vehicle",
    ),
    "more a week": Fact(lambda need, offer: offer, {"per_week": 1}, {"per_week": 2}),
    "farther": Fact(lambda need, offer: offer, {"reach_km": 1}, {"reach_km": 9}),
    "at more times": Fact(lambda need, offer: offer, {"week_parts": 1}, {"week_parts": 63}),
    "back": Fact(lambda need, offer: offer, {"state": "withdrawn"}, {"state": "active"}),
    "a kind without a vehicle": Fact(
        lambda need, offer: need.category, {"needs_vehicle": True}, {"needs_vehicle": False}
    ),
    "a kind for everyone": Fact(
        lambda need, offer: need.category, {"vetted_only": True}, {"vetted_only": False}
    ),
    "a kind from afar": Fact(
        lambda need, offer: need.category, {"remote_ok": False}, {"remote_ok": True}
    ),
    "the area of the offer": Fact(
        lambda need, offer: offer.localities.get(), {"lat": 0.5}, {"lat": 0.0}
    ),
    "the area of the need": Fact(lambda need, offer: need.locality, {"lat": 0.5}, {"lat": 0.0}),
    "the need itself": Fact(
        lambda need, offer: need,
        {"locality": at("far")}, {"locality": at("hill")},
    ),
    "the state of the need": Fact(
        lambda need, offer: need,
        {"state": "triage", "match_due_at": None}, {"state": "open"},
    ),
    "the day of the need": Fact(
        lambda need, offer: need, {"needed_by": days(0)}, {"needed_by": days(7)}
    ),
    "an ended task": Fact(
        lambda need, offer: Claim.objects.get(), {"state": "claimed"}, {"state": "released"}
    ),
    "a task of another week": Fact(
        lambda need, offer: Claim.objects.get(),
        {"week": lambda *_: this_week()}, {"week": lambda *_: this_week() + A_WEEK},
    ),
    "a no to something else": Fact(
        lambda need, offer: offer.refusals.get(), {"locality": at("hill")}, {"locality": at("far")}
    ),
    "a no that is over": Fact(
        lambda need, offer: offer.refusals.get(),
        {"until": days(0)}, {"until": days(-1)},
    ),
    "a policy for everyone": Fact(
        lambda need, offer: Policy.objects.get(), {"joining": "meet_first"}, {"joining": "open"}
    ),
    "a policy of more at once": Fact(
        lambda need, offer: Policy.objects.get(),
        {"live_claims_per_person": 1}, {"live_claims_per_person": 2},
    ),
    "a policy of a contact sooner": Fact(
        lambda need, offer: Policy.objects.get(),
        {"newcomer_contact_days": 7}, {"newcomer_contact_days": 2},
    ),
}  # fmt: skip


def their_email(need: Need, offer: Offer) -> str:
    (fingerprint,) = fingerprints(str(offer.volunteer.email))
    return fingerprint


def their_account(need: Need, offer: Offer) -> User:
    return offer.volunteer


def an_ask_kept_from_them(need: Need, offer: Offer) -> Ask:
    return Exclusion.objects.get(person=offer.volunteer).ask


def its_ask(need: Need, offer: Offer) -> Ask:
    return need.ask


FACTS |= {
    "kept from another person": Fact(
        lambda need, offer: Exclusion.objects.get(fingerprint=""),
        {"person": their_account}, {"person": lambda *_: factories.person()},
    ),
    "kept from another e-mail": Fact(
        lambda need, offer: Exclusion.objects.get(person=None),
        {"fingerprint": their_email}, {"fingerprint": "other"},
    ),
    "asked with another e-mail": Fact(
        lambda need, offer: AskContactPoint.objects.get(ask=need.ask),
        {"fingerprint": their_email}, {"fingerprint": "other"},
    ),
    "an account with another e-mail": Fact(
        lambda need, offer: offer.volunteer.contact_points.get(),
        {"fingerprint": their_email}, {"fingerprint": "other"},
    ),
    "asked from another account": Fact(
        its_ask, {"account": their_account}, {"account": None}
    ),
    "put together with no other ask": Fact(
        an_ask_kept_from_them, {"merged_into": its_ask}, {"merged_into": None}
    ),
    "a need of another ask": Fact(
        lambda need, offer: need, {"ask": an_ask_kept_from_them}, {"ask": its_ask}
    ),
    "another language": Fact(
        lambda need, offer: Ask.languages.through.objects.get(ask=need.ask),
        {"language": lambda *_: factories.language("es")},
        {"language": lambda *_: factories.language("en")},
    ),
}  # fmt: skip
STILL_FIT = ("the area of the offer", "the area of the need", "the state of the need")
"""Until areas are measured again, and whoever fits what is not open is not asked."""
FAR = ("farther", "a kind from afar")
"""Here the need is farther away than the offer reaches."""
FULL = ("more a week", "the day of the need", "an ended task", "a task of another week")
"""Here a task fills the only place of this week."""


def by_save(row: Model, values: dict[str, Any]) -> None:
    fresh = type(row)._default_manager.get(pk=row.pk)
    for name, value in values.items():
        setattr(fresh, name, value)
    fresh.save()


def by_update(row: Model, values: dict[str, Any]) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**values)


def by_statement(row: Model, values: dict[str, Any]) -> None:
    for name, value in values.items():
        field = row._meta.get_field(name)
        value = value.pk if isinstance(value, Model) else value
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {row._meta.db_table} SET {field.column} = %s WHERE id = %s",
                [value, row.pk],
            )


WAYS = [by_save, by_update, by_statement]


def a_need_for(fact: str, offer: Offer) -> Need:
    """One that only this fact keeps from the offer. A task of this week fills it, where that counts."""
    factories.locality("hill", lat=0.018 if fact in FAR else 0.0)
    factories.locality("far", lat=3)
    if fact == "a kind from afar":
        Offer.objects.filter(pk=offer.pk).update(reach_km=1)
    if fact in FULL:
        claim_need(factories.need(), by=offer.volunteer, weekly_limit=1)
    if fact == "a policy of more at once":
        claim_need(
            factories.need(needed_by=timezone.localdate() + A_WEEK),
            by=offer.volunteer,
            weekly_limit=1,
        )
    if fact.startswith("a no"):
        Refusal.objects.create(
            offer=offer, locality=factories.locality("hill"), until=timezone.localdate()
        )
    if fact in ("a policy for everyone", "a policy of a contact sooner"):
        Introduction.objects.all().delete()
    if fact == "a policy of a contact sooner":
        a_look(offer, days_ago=3)
    kind = factories.category("kind", None, **{FACTS[fact].kind: True})
    offer.categories.add(kind)
    day = timezone.localdate() if fact == "the day of the need" else None
    hill = factories.locality("hill")
    email = ContactDetails(email="ana@people.example")
    need = factories.need(
        category=kind, locality=hill, week_parts=63 if day else 4, needed_by=day, contact=email
    )
    keep_from_someone(fact, need, offer)
    return need


def keep_from_someone(fact: str, need: Need, offer: Offer) -> None:
    """What the fact is about, as it is before the fact changes it."""
    match fact:
        case "kept from another person":
            Exclusion.objects.create(ask=need.ask, person=factories.person())
        case "kept from another e-mail":
            Exclusion.objects.create(ask=need.ask, fingerprint="other")
        case "an account with another e-mail":
            AskContactPoint.objects.update(fingerprint=their_email(need, offer))
        case "put together with no other ask" | "a need of another ask":
            Exclusion.objects.create(ask=factories.ask(), person=offer.volunteer)


def a_look(offer: Offer, *, days_ago: int) -> None:
    """The volunteer has seen how to reach a neighbour."""
    AccessLogEntry.objects.create(
        ask=factories.ask(),
        by=offer.volunteer,
        by_kind="volunteer",
        at=timezone.now() - timedelta(days=days_ago),
    )


def resolved(values: dict[str, Any], need: Need, offer: Offer) -> dict[str, Any]:
    return {
        name: value(need, offer) if callable(value) else value for name, value in values.items()
    }


@pytest.mark.parametrize("write", WAYS)
@pytest.mark.parametrize("name", FACTS)
def test_what_begins_to_fit_is_found_by_the_next_sweep_and_what_ceases_to_is_not(
    name, write, offer
):
    make_policy()
    need, fact = a_need_for(name, offer), FACTS[name]
    row = fact.row(need, offer)
    before, after = (resolved(values, need, offer) for values in (fact.before, fact.after))
    by_update(row, before)
    tasks.sweep()
    assert not was_found(need, offer)
    write(row, after)
    tasks.sweep()
    assert was_found(need, offer)
    write(row, before)
    assert name in STILL_FIT or not fits(need, offer)
    tasks.sweep()
    assert name == "the state of the need" or not fits(need, offer)
