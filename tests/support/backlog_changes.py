"""Random changes of a small world of needs and offers, by actions and by hand, each with dice of its own."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from mutualaid.catalog.models import Category, Locality
from mutualaid.encryption.fingerprints import veil, veil_account
from mutualaid.matching.actions import ANSWER_REFUSED
from mutualaid.matching.models import Match
from mutualaid.people.models import AccountContactPoint, Introduction
from mutualaid.policy.current import current_policy
from offers_app.actions import pause_offer, resume_offer
from offers_app.models import Offer
from requests_app.actions import withdraw_need
from requests_app.models import AccessLogEntry, Ask, AskContact, AskContactPoint, Exclusion, Need
from tests.support import factories
from tests.support.backlog_world import answer

Change = Callable[[random.Random], object]


def some(rows: Any, dice: random.Random) -> Any:
    return dice.choice(list(rows))


def new_need(dice: random.Random) -> None:
    factories.need(
        category=some(Category.objects.all(), dice),
        locality=some(Locality.objects.all(), dice),
        week_parts=dice.choice([63, dice.randint(1, 63)]),
        helpers_wanted=dice.choice([1, 1, 3]),
        needed_by=dice.choice([None, timezone.localdate() + timedelta(days=dice.randint(0, 9))]),
    )


def withdraw(dice: random.Random) -> None:
    if needs := list(Need.objects.open()):
        withdraw_need(dice.choice(needs))


def change_need(dice: random.Random) -> None:
    change: dict[str, Any] = dice.choice(
        [
            {"category": some(Category.objects.all(), dice)},
            {"locality": some(Locality.objects.all(), dice)},
            {"week_parts": dice.randint(1, 63)},
            {"urgency": dice.randint(1, 4)},
            {"helpers_wanted": dice.randint(1, 4)},
            {"created_at": timezone.now() - timedelta(days=dice.randint(0, 30))},
        ]
    )
    Need.objects.filter(pk=some(Need.objects.all(), dice).pk).update(**change)


def new_offer(dice: random.Random) -> None:
    factories.offer(
        categories=[some(Category.objects.all(), dice)],
        localities=[some(Locality.objects.all(), dice)],
        reach_km=dice.randint(0, 8),
    )


def change_offer(dice: random.Random) -> None:
    change: dict[str, Any] = dice.choice(
        [
            {"reach_km": dice.randint(0, 8)},
            {"week_parts": dice.randint(1, 63)},
            {"per_week": dice.randint(1, 3)},
            {"has_vehicle": dice.random() < 0.5},
            {"confirmed_at": timezone.now() - timedelta(days=dice.randint(20, 40))},
        ]
    )
    Offer.objects.filter(pk=some(Offer.objects.all(), dice).pk).update(**change)


def change_links(dice: random.Random) -> None:
    offer = some(Offer.objects.all(), dice)
    if dice.random() < 0.3:
        offer.categories.set([some(Category.objects.all(), dice)])
    elif dice.random() < 0.5:
        offer.localities.add(some(Locality.objects.all(), dice))
    else:
        offer.languages.set([factories.language(dice.choice(["en", "es", "ar"]))])


def pause_or_resume(dice: random.Random) -> None:
    offer = some(Offer.objects.all(), dice)
    if offer.state == "active":
        pause_offer(offer, until=None)
    elif offer.state == "paused":
        resume_offer(offer)


def change_person(dice: random.Random) -> None:
    person = some(Offer.objects.all(), dice).volunteer
    change = dice.choice([{"vetted": dice.random() < 0.5}, {"is_active": dice.random() < 0.8}])
    type(person).objects.filter(pk=person.pk).update(**change)


def say_something(dice: random.Random) -> None:
    needs, offers = list(Need.objects.open()), list(Offer.objects.active())
    if not needs or not offers:
        return
    need, offer = dice.choice(needs), dice.choice(offers)
    if not Match.objects.filter(need=need, offer=offer).exists():
        with suppress(*ANSWER_REFUSED):
            answer(need, offer, dice)


def rule_out(dice: random.Random) -> None:
    offer = some(Offer.objects.all(), dice)
    if offer.refusals.exists():
        offer.refusals.all().delete()
    else:
        what = dice.choice(
            [
                {"category": some(Category.objects.all(), dice)},
                {"locality": some(Locality.objects.all(), dice)},
            ]
        )
        offer.refusals.create(**what)


def keep_apart(dice: random.Random) -> None:
    ask, person = some(Need.objects.all(), dice).ask, some(Offer.objects.all(), dice).volunteer
    if ask.account != person:
        Exclusion.objects.get_or_create(ask=ask, person=person)


def change_languages(dice: random.Random) -> None:
    tongue = factories.language(dice.choice(["en", "es", "ar", "ti"]))
    some(Need.objects.all(), dice).ask.languages.set([tongue])


def erase(dice: random.Random) -> None:
    offer = some(Offer.objects.all(), dice)
    if Offer.objects.count() > 10:
        offer.delete()


def almost(days: int, dice: random.Random) -> datetime:
    """So many days ago, in a few minutes or some hours."""
    return timezone.now() - timedelta(days=days) + timedelta(minutes=dice.randint(-30, 300))


def invite(dice: random.Random) -> None:
    need, offer = some(Need.objects.all(), dice), some(Offer.objects.all(), dice)
    match, _ = Match.objects.get_or_create(need=need, offer=offer, defaults={"score": 1})
    Match.objects.filter(pk=match.pk).update(invited_at=almost(7, dice))


def grow_old(dice: random.Random) -> None:
    offer, need = some(Offer.objects.all(), dice), some(Need.objects.all(), dice)
    Offer.objects.filter(pk=offer.pk).update(confirmed_at=almost(30, dice))
    Need.objects.filter(pk=need.pk).update(created_at=almost(7 * dice.randint(1, 4), dice))


def look_at_contact(dice: random.Random) -> None:
    look = AccessLogEntry.objects.create(
        ask=some(Need.objects.all(), dice).ask,
        by=some(Offer.objects.all(), dice).volunteer,
        by_kind="volunteer",
    )
    days = current_policy().newcomer_contact_days
    AccessLogEntry.objects.filter(pk=look.pk).update(at=almost(days, dice))


def come_to_be_known(dice: random.Random) -> None:
    person = some(Offer.objects.all(), dice).volunteer
    if dice.random() < 0.5:
        Introduction.objects.filter(person=person).delete()
    else:
        Introduction.objects.update_or_create(person=person, defaults={"how": "coordinator"})


def share_a_contact_point(dice: random.Random) -> None:
    ask, person = some(Need.objects.all(), dice).ask, some(Offer.objects.all(), dice).volunteer
    fingerprint = f"{dice.randint(0, 3):032x}"
    if dice.random() < 0.3:
        AccountContactPoint.objects.filter(fingerprint=fingerprint).delete()
    elif dice.random() < 0.5:
        AccountContactPoint.objects.get_or_create(user=person, fingerprint=fingerprint)
    else:
        AskContactPoint.objects.get_or_create(ask=ask, fingerprint=fingerprint)


def veil_an_ask(dice: random.Random) -> None:
    ask, person = some(Need.objects.all(), dice).ask, some(Offer.objects.all(), dice).volunteer
    Ask.objects.filter(pk=ask.pk).update(veiled=True, account=None)
    Exclusion.objects.get_or_create(ask=ask, fingerprint=veil(f"{dice.randint(0, 3):032x}"))
    Exclusion.objects.get_or_create(ask=ask, fingerprint=veil_account(person.pk))


def write_in_another_language(dice: random.Random) -> None:
    ask = some(Need.objects.all(), dice).ask
    AskContact.objects.filter(ask=ask).update(language=dice.choice(["en", "es", ""]))


CHANGES: list[Change] = [
    new_need, new_need, withdraw, change_need, change_need, new_offer, change_offer, change_links,
    pause_or_resume, change_person, say_something, rule_out, keep_apart, change_languages, erase,
    invite, grow_old, look_at_contact, come_to_be_known, share_a_contact_point, veil_an_ask,
    write_in_another_language,
]  # fmt: skip
