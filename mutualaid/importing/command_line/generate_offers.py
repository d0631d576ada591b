"""Make up volunteers with offers, to try a city out before anyone has signed up.

Shares and amounts are assumed, not measured.
"""

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
from mutualaid.people.models import Introduction, Membership, Role, User
from offers_app.models import Offer
from requests_app.models import Ask, Need

Choice = TypeVar("Choice")

ADDRESS = "volunteer-{seed}-{number}@people.example"
"""RFC 2606: mail to .example never reaches anyone."""

USUAL_LANGUAGE = 0.6
"""Share of volunteers who speak a given language of the needs."""


@dataclass(frozen=True)
class Catalogue:
    """What offers are made of. `wanted_…` are those that the needs ask for."""

    categories: Sequence[Category]
    localities: Sequence[Locality]
    languages: Sequence[Language]
    wanted_categories: Sequence[Category]
    wanted_languages: Sequence[Language]


@transaction.atomic
def generate_offers(count: int, *, seed: int) -> int:
    """Make the volunteers 1 to `count` of `seed` with an offer each; return how many are new.

    They count as known to the group, so that all of a city can be tried out.
    The same seed makes the same ones in the same catalogue; those that exist already stay.

    Raises `FileProblem` when there are no categories, areas or languages.
    """
    catalogue = _catalogue()
    emails = [ADDRESS.format(seed=seed, number=n) for n in range(1, count + 1)]
    existing = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    people = [
        User(email=email, name=f"Volunteer {number}", password=make_password(None))
        for number, email in enumerate(emails, start=1)
        if email not in existing
    ]
    User.objects.bulk_create(people, batch_size=500)
    roles = (Role.NEIGHBOUR, Role.VOLUNTEER)
    Membership.objects.bulk_create(
        [Membership(user=person, role=role) for person in people for role in roles]
    )
    Introduction.objects.bulk_create(
        [Introduction(person=person, how=Introduction.How.COORDINATOR) for person in people]
    )
    _write_offers(people, catalogue)
    return len(people)


def _write_offers(people: list[User], catalogue: Catalogue) -> None:
    randoms = [Random(person.email) for person in people]  # noqa: S311  made-up people, no secret
    offers = [_offer(person, random) for person, random in zip(people, randoms, strict=True)]
    Offer.objects.bulk_create(offers, batch_size=500)
    categories, localities = Offer.categories.through, Offer.localities.through
    languages = Offer.languages.through
    pairs = list(zip(offers, randoms, strict=True))
    categories.objects.bulk_create(
        categories(offer=offer, category=category)
        for offer, random in pairs
        for category in _offered_categories(random, catalogue)
    )
    localities.objects.bulk_create(
        localities(offer=offer, locality=area)
        for offer, random in pairs
        for area in _sample(random, catalogue.localities, 3)
    )
    languages.objects.bulk_create(
        languages(offer=offer, language=language)
        for offer, random in pairs
        for language in _spoken_languages(random, catalogue)
    )


def _offer(person: User, random: Random) -> Offer:
    return Offer(
        volunteer=person,
        reach_km=random.randint(2, 15),
        week_parts=_free_times(person),
        per_week=random.choice([1, 1, 2, 2, 3, 5]),
        has_vehicle=random.random() < 0.4,
        match_due_at=timezone.now(),
    )


def _free_times(person: User) -> int:
    """At any time for half of them, in two or three parts of the week for the others."""
    random = Random(f"{person.email} times")  # noqa: S311  made-up people, no secret
    if random.random() < 0.5:
        return ANY_TIME
    return sum(random.sample(list(PARTS), random.choice([2, 3])))


def _offered_categories(random: Random, catalogue: Catalogue) -> list[Category]:
    """One to four; half of the offers are of categories that needs ask for."""
    wanted = random.random() < 0.5 and catalogue.wanted_categories
    return _sample(random, wanted or catalogue.categories, 4)


def _spoken_languages(random: Random, catalogue: Catalogue) -> list[Language]:
    wanted = [lang for lang in catalogue.wanted_languages if random.random() < USUAL_LANGUAGE]
    return list(dict.fromkeys([*wanted, *_sample(random, catalogue.languages, 1)]))


def _sample(random: Random, choices: Sequence[Choice], most: int) -> list[Choice]:
    """Between one and `most` of the choices, each at most once."""
    return random.sample(choices, min(len(choices), random.randint(1, most)))


def _catalogue() -> Catalogue:
    categories = list(Category.objects.filter(is_active=True))
    areas = list(Locality.objects.filter(children=None).order_by("slug"))
    languages = list(Language.objects.order_by("code"))
    if not (categories and areas and languages):
        raise FileProblem(_("Categories, areas and languages are needed first: seed the site."))
    wanted_ids = set(Need.objects.values_list("category", flat=True))
    spoken_ids = set(Ask.objects.values_list("languages", flat=True))
    return Catalogue(
        categories=categories,
        localities=areas,
        languages=languages,
        wanted_categories=[category for category in categories if category.pk in wanted_ids],
        wanted_languages=[language for language in languages if language.pk in spoken_ids],
    )
