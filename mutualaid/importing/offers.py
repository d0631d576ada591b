"""Made-up volunteers, to try a city out before anybody has signed up."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.catalog.time_slots import ANY_TIME, PARTS
from mutualaid.importing.problems import FileProblem
from mutualaid.people.models import Membership, Role, User
from offers_app.models import Offer
from requests_app.models import Ask, Need

Row = TypeVar("Row")

ADDRESS = "volunteer-{seed}-{number}@people.example"
"""RFC 2606: mail to .example never reaches anybody."""

USUAL_LANGUAGE = 0.6
"""Share of volunteers who speak a given language of the needs."""


@dataclass(frozen=True)
class Catalogue:
    """What offers are made of. `wanted` is what the needs ask for."""

    categories: Sequence[Category]
    localities: Sequence[Locality]
    languages: Sequence[Language]
    wanted_categories: Sequence[Category]
    wanted_languages: Sequence[Language]


@transaction.atomic
def generate_offers(count: int, *, seed: int) -> int:
    """Make the volunteers 1 to `count` of `seed` with an offer each; returns how many are new.

    The same seed makes the same ones in the same catalogue; who is there already stays. Raises
    `FileProblem` when there are no categories, areas or languages.
    """
    catalogue = _catalogue()
    emails = [ADDRESS.format(seed=seed, number=n) for n in range(1, count + 1)]
    there = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    people = [
        User(email=email, name=f"Volunteer {n}", password=make_password(None))
        for n, email in enumerate(emails, start=1)
        if email not in there
    ]
    User.objects.bulk_create(people, batch_size=500)
    roles = (Role.NEIGHBOUR, Role.VOLUNTEER)
    Membership.objects.bulk_create(
        [Membership(user=person, role=role) for person in people for role in roles]
    )
    _write_offers(people, catalogue)
    return len(people)


def _write_offers(people: list[User], catalogue: Catalogue) -> None:
    chances = [Random(person.email) for person in people]  # noqa: S311  made-up people, no secret
    offers = [_offer(person, chance) for person, chance in zip(people, chances, strict=True)]
    Offer.objects.bulk_create(offers, batch_size=500)
    categories, localities = Offer.categories.through, Offer.localities.through
    languages = Offer.languages.through
    rows = list(zip(offers, chances, strict=True))
    categories.objects.bulk_create(
        categories(offer=o, category=c) for o, chance in rows for c in _helps(chance, catalogue)
    )
    localities.objects.bulk_create(
        localities(offer=o, locality=a)
        for o, chance in rows
        for a in _some(chance, catalogue.localities, 3)
    )
    languages.objects.bulk_create(
        languages(offer=o, language=tongue)
        for o, chance in rows
        for tongue in _speaks(chance, catalogue)
    )


def _offer(person: User, chance: Random) -> Offer:
    return Offer(
        volunteer=person,
        reach_km=chance.randint(2, 15),
        week_parts=_free(person),
        per_week=chance.choice([1, 1, 2, 2, 3, 5]),
        has_vehicle=chance.random() < 0.4,
        match_due_at=timezone.now(),
    )


def _free(person: User) -> int:
    """At any time for half of them, in two or three parts of the week for the others."""
    chance = Random(f"{person.email} times")  # noqa: S311  made-up people, no secret
    if chance.random() < 0.5:
        return ANY_TIME
    return sum(chance.sample(list(PARTS), chance.choice([2, 3])))


def _helps(chance: Random, catalogue: Catalogue) -> list[Category]:
    """One to four; half of the offers are of a kind that is wanted."""
    wanted = chance.random() < 0.5 and catalogue.wanted_categories
    return _some(chance, wanted or catalogue.categories, 4)


def _speaks(chance: Random, catalogue: Catalogue) -> list[Language]:
    wanted = [one for one in catalogue.wanted_languages if chance.random() < USUAL_LANGUAGE]
    return list(dict.fromkeys([*wanted, *_some(chance, catalogue.languages, 1)]))


def _some(chance: Random, among: Sequence[Row], most: int) -> list[Row]:
    return chance.sample(among, min(len(among), chance.randint(1, most)))


def _catalogue() -> Catalogue:
    categories = list(Category.objects.filter(is_active=True))
    areas = list(Locality.objects.filter(children=None).order_by("slug"))
    languages = list(Language.objects.order_by("code"))
    if not (categories and areas and languages):
        raise FileProblem(_("Categories, areas and languages are needed first: seed the site."))
    wanted = set(Need.objects.values_list("category", flat=True))
    spoken = set(Ask.objects.values_list("languages", flat=True))
    return Catalogue(
        categories=categories,
        localities=areas,
        languages=languages,
        wanted_categories=[one for one in categories if one.pk in wanted],
        wanted_languages=[one for one in languages if one.pk in spoken],
    )
