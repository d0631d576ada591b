"""SQL that is put together once finds what the same query finds that Django writes anew each time."""

import os
import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from mutualaid.catalog.models import Category, Locality
from mutualaid.matching.models import Match, NeedSearch, OfferPrice, Refusal
from mutualaid.matching.scoring import Points
from mutualaid.matching.search.asked import Asked, Shape, asked_by, background_of
from mutualaid.matching.search.candidates import (
    ANYWHERE,
    EntriesInReach,
    Entry,
    Found,
    Ring,
    entries,
    known_beside,
    price_of,
    tie_break_rank,
)
from mutualaid.matching.search.invitation_history import NEVER, Invitations
from mutualaid.notify.models import Preferences
from mutualaid.people.models import AccountContactPoint
from mutualaid.policy.limits import Joining
from mutualaid.singleton.reading import read_once
from mutualaid.statements import filled, slots
from offers_app.models import Offer
from requests_app.models import AskContactPoint, Claim, Exclusion, Need
from tests.support import factories
from tests.support.people import wishes

pytestmark = pytest.mark.django_db
A_TOWN = 100
TOWNS = range(int(os.environ.get("SHAPES", A_TOWN)) // A_TOWN)
"""`make shapes` asks 10,000 times, so many in each town."""


class Town:
    """Everything that a rule asks about, at random."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        flags = ("remote_ok", "needs_vehicle", "vetted_only")
        group = factories.category("group")
        for n in range(6):
            parent = group if n % 2 else None
            factories.category(
                f"kind-{n}", parent=parent, **{f: dice.random() < 0.3 for f in flags}
            )
        self.kinds = list(Category.objects.all())
        for n in range(6):
            factories.locality(f"area-{n}", lat=dice.random() / 10, lng=dice.random() / 10)
        self.areas = list(Locality.objects.all())
        self.tongues = [factories.language(f"l{n}") for n in range(5)]
        self.offers = [self.offer() for _ in range(25)]
        self.needs = [self.need() for _ in range(25)]
        for need in self.needs:
            self.happen(need)

    def some(self, rows: list[Any], most: int) -> list[Any]:
        return self.dice.sample(rows, self.dice.randint(1, most))

    def offer(self) -> Offer:
        dice = self.dice
        by = factories.person(vetted=dice.random() < 0.5, known=dice.random() < 0.7)
        if dice.random() < 0.5:
            wishes(by, time_zone=dice.choice(["Europe/Berlin", "Asia/Tokyo"]))
        return factories.offer(
            by=by,
            categories=self.some(self.kinds, 3),
            localities=self.some(self.areas, 2),
            languages=self.some(self.tongues, 3),
            reach_km=dice.randint(0, 12),
            week_parts=dice.randint(1, 63),
            per_week=dice.randint(1, 3),
            has_vehicle=dice.random() < 0.5,
        )

    def need(self) -> Need:
        return factories.need(
            category=self.dice.choice(self.kinds), languages=self.some(self.tongues, 4)
        )

    def happen(self, need: Need) -> None:
        """Somebody said yes or no to it, was invited, is kept from it, or is priced."""
        dice, offer = self.dice, self.dice.choice(self.offers)
        NeedSearch.objects.create(need=need, candidates=dice.randint(0, 5))
        Match.objects.create(
            need=need,
            offer=offer,
            score=1,
            state=dice.choice(["suggested", "notified"]),
            invited_at=timezone.now() - timedelta(days=dice.randint(0, 9)),
        )
        OfferPrice.objects.update_or_create(
            offer=dice.choice(self.offers),
            defaults={"points": dice.randint(0, 40), "solved_at": timezone.now()},
        )
        match dice.randint(0, 5):
            case 0:
                Exclusion.objects.create(ask=need.ask, person=offer.volunteer)
            case 1:
                point = AskContactPoint.objects.filter(ask=need.ask).first()
                AccountContactPoint.objects.get_or_create(
                    user=offer.volunteer, fingerprint=point.fingerprint if point else "none"
                )
            case 2:
                area = dice.choice(self.areas)
                Refusal.objects.create(offer=offer, locality=area)
            case 3:
                until = timezone.localdate() + timedelta(days=dice.randint(-1, 1))
                Refusal.objects.create(offer=offer, until=until)
            case _:
                taken = Claim.objects.filter(volunteer=offer.volunteer).count()
                Claim.objects.create(
                    need=need, volunteer=offer.volunteer, week_slot=taken + 1, live_slot=taken + 1
                )

    def asked(self) -> Asked:
        """By a need that is like none before, under a policy and points like none before."""
        dice, today = self.dice, timezone.localdate()
        need = dice.choice(self.needs)
        need.public_id = UUID(int=dice.getrandbits(128))
        need.category, need.locality = dice.choice(self.kinds), dice.choice(self.areas)
        need.week_parts = dice.choice([63, dice.randint(1, 63)])
        need.urgency = dice.randint(1, 4)
        need.needed_by = dice.choice([None, today + timedelta(days=dice.randint(0, 9))])
        factories.set_policy(
            joining=dice.choice(Joining.values),
            live_claims_per_person=dice.randint(1, 4),
            newcomer_contact_days=dice.randint(1, 20),
            price_hours=dice.randint(1, 48),
        )
        points = Points(*(dice.randint(0, 40) for _ in Points.__dataclass_fields__))
        ids = [offer.pk for offer in self.offers]
        return asked_by(
            need,
            background_of(need),
            points,
            timezone.now() - timedelta(hours=dice.randint(0, 72)),
            without=dice.choice([[], self.some(ids, 5)]),
            only=dice.choice([None, None, self.some(ids, 9)]),
        )


def plainly(asked: Asked, ring: Ring, at_least: float) -> list[Found]:
    """By Django's own way, with a query for each kind of thing that is known."""
    shape = asked.shape
    with filled(**asked.values, **ring._asdict(), at_least=at_least):
        in_order = entries(shape).order_by("-bound", "tie", "offer")
        rows = [Entry(*row) for row in in_order.values_list(*Entry._fields)]
    with filled(**asked.values, offers={entry.offer_id for entry in rows}):
        tables = [
            {row[0]: row[1:] for row in query} for query in known_beside(shape, slots("offers"))
        ]
    past, *prices, pressures, chosen = tables
    return [
        Found(
            entry,
            Invitations(*past[entry.offer_id]) if entry.offer_id in past else NEVER,
            price_of(
                entry.free,
                *(solved.get(entry.offer_id, (None,))[0] for solved in prices or [{}]),
                *pressures.get(entry.offer_id, (None, None)),
            ),
            Preferences(pk=chosen[entry.offer_id][0]) if entry.offer_id in chosen else None,
        )
        for entry in rows
    ]


def in_order(found: list[Found], need: UUID) -> list[Found]:
    """The best first, where equal but for the last digit is equal, and of one offer's entries any is first.

    A number that is sent beside the SQL may be added up in another order than one that stands in it.
    """
    rounded = [
        one._replace(entry=one.entry._replace(bound=round(one.entry.bound, 9))) for one in found
    ]
    return sorted(
        rounded,
        key=lambda one: (-one.entry.bound, tie_break_rank(need, one.entry.offer_id), one.entry),
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", TOWNS)
def test_any_need_under_any_policy_finds_what_the_plain_query_finds(seed):
    dice = random.Random(87 + seed)
    town = Town(dice)
    shapes, found_any = set[Shape](), 0
    for _ in range(A_TOWN):
        asked = town.asked()
        ring = dice.choice([ANYWHERE, Ring(-1, 4), Ring(4, 20_000)])
        at_least = dice.choice([0.0, dice.random() * 80])
        with read_once():
            found = EntriesInReach(asked).best_first(0, 1_000, ring=ring, at_least=at_least)
            plain = plainly(asked, ring, at_least)
            assert in_order(found, asked.need) == in_order(plain, asked.need)
            some = {offer.pk for offer in dice.sample(town.offers, 12)}
            everywhere = {one.entry.offer_id for one in plainly(asked, ANYWHERE, 0.0)}
            assert EntriesInReach(asked).still_fit(some) == everywhere & some
        shapes.add(asked.shape)
        found_any += bool(found)
    assert len(shapes) > A_TOWN / 4
    assert found_any > A_TOWN / 10


def test_a_part_of_the_list_is_what_stands_there_in_the_whole_list():
    town = Town(random.Random(1))
    need = factories.need(category=town.kinds[0], locality=town.areas[0], languages=town.tongues)
    asked = asked_by(need, background_of(need), Points(), timezone.now())
    whole = EntriesInReach(asked).best_first(0, 100, ring=ANYWHERE, at_least=0.0)
    assert len(whole) > 3
    part = EntriesInReach(asked).best_first(1, 3, ring=ANYWHERE, at_least=0.0)
    assert part == whole[1:3]
