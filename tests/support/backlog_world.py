"""A small made-up world for the look at all needs together: something of all that the rules ask for."""

import random
from datetime import timedelta
from typing import Any

from django.utils import timezone

from mutualaid.matching.models import Match
from offers_app.models import Offer
from requests_app.actions import claim_need, release_claim
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim, Need
from tests.support import factories


def a_world(seed: int) -> None:
    """Write thirty needs and as many offers that differ in all that the rules ask for, and some answers."""
    dice = random.Random(seed)
    city = factories.locality("city", lat=0.02)
    east = factories.locality("east", parent=city)
    places = [
        factories.locality(
            f"place-{n}", dice.random() / 12, dice.random() / 12, parent=dice.choice([city, east])
        )
        for n in range(7)
    ]
    groups = [factories.category(f"group-{n}") for n in range(2)]
    flags = [{}, {"remote_ok": True}, {"vetted_only": True}, {"needs_vehicle": True}, {}, {}]
    kinds = groups + [
        factories.category(f"kind-{n}", parent=dice.choice(groups), **flag)
        for n, flag in enumerate(flags)
    ]
    tongues = [factories.language(code) for code in ("en", "es", "ar", "ti")]
    people = [factories.person(vetted=dice.random() < 0.5) for _ in range(30)]
    for person in people:
        factories.offer(
            by=person,
            categories=dice.sample(kinds, 2),
            localities=dice.sample([*places, east, city], dice.randint(1, 3)),
            languages=dice.sample(tongues, dice.randint(1, 3)),
            reach_km=dice.randint(0, 8),
            per_week=1,
            has_vehicle=dice.random() < 0.5,
            week_parts=dice.choice([63, dice.randint(1, 63)]),
        )
    needs = [
        factories.need(
            category=dice.choice(kinds),
            locality=dice.choice([*places, east, city]),
            languages=dice.sample(tongues, dice.randint(1, 3)),
            account=dice.choice([None, *people]),
            week_parts=dice.choice([63, dice.randint(1, 63)]),
            urgency=dice.choice([2, 4]),
            needed_by=dice.choice(
                [None, timezone.localdate() + timedelta(days=dice.randint(0, 9))]
            ),
        )
        for _ in range(30)
    ]
    old = dice.sample(list(Offer.objects.values_list("pk", flat=True)), 10)
    Offer.objects.filter(pk__in=old).update(confirmed_at=timezone.now() - timedelta(days=31))
    for offer in dice.sample(list(Offer.objects.all()), 8):
        what: dict[str, Any] = dice.choice(
            [{"category": dice.choice(kinds)}, {"locality": dice.choice(places)}, {}]
        )
        first, last = dice.choice([(None, -1), (None, 5), (2, 9), (7, 13)])
        day = timezone.localdate()
        since = None if first is None else day + timedelta(days=first)
        offer.refusals.create(since=since, until=day + timedelta(days=last), **what)
    for need in dice.sample(needs, 8):
        answer(need, dice.choice(list(Offer.objects.all())), dice)


def answer(need: Need, offer: Offer, dice: random.Random) -> None:
    """Let the volunteer say no, let it go or have it, some of them after an invitation."""
    if need.ask.account == offer.volunteer or need.category.vetted_only:
        return
    if dice.random() < 0.5:
        at = timezone.now() - timedelta(days=dice.randint(0, 9))
        state = dice.choice(["declined", "cancelled"])
        Match.objects.create(need=need, offer=offer, score=1, state=state, invited_at=at)
        return
    if Claim.objects.live().filter(volunteer=offer.volunteer).exists():
        return
    claim = claim_need(need, by=offer.volunteer, weekly_limit=1)
    if dice.random() < 0.5:
        release_claim(claim, by=volunteer(offer.volunteer))
