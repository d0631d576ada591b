"""The index of offers is right whatever way an offer is written: by page, by admin, in bulk, by hand."""

from typing import Any

import pytest
from django.db import connection

from mutualaid.catalog.models import Category
from mutualaid.importing.command_line.generate_offers import generate_offers
from mutualaid.matching import tasks
from mutualaid.matching.models import OfferIndexEntry
from mutualaid.people.models import User
from offers_app.actions import pause_offer, resume_offer
from offers_app.models import Offer
from tests.support import factories
from tests.support.admin_form import as_it_stands

pytestmark = pytest.mark.django_db


def entries() -> set[tuple[Any, ...]]:
    return set(
        OfferIndexEntry.objects.values_list(
            "offer", "category__slug", "locality__slug", "reach_km", "exact", "speaks", "week_parts"
        )
    )


def by_hand() -> set[tuple[Any, ...]]:
    """What ought to be there, offer by offer."""
    found = set()
    for offer in Offer.objects.active():
        offered = set(offer.categories.all())
        family = {c.parent for c in offered if c.parent}
        family |= {child for c in offered for child in c.children.all()}
        speaks = "".join(f",{pk}" for pk in sorted(t.pk for t in offer.languages.all())) + ","
        for category in offered | family:
            for area in offer.localities.all():
                exact = category in offered
                row = (offer.pk, category.slug, area.slug, offer.reach_km, exact, speaks)
                found.add((*row, offer.week_parts))
    return found


@pytest.fixture
def offer() -> Offer:
    food = factories.category("food")
    factories.category("bread", parent=food)
    return factories.offer(
        categories=[food, factories.category("rides")],
        localities=[factories.locality("riverside"), factories.locality("hill")],
        languages=[factories.language("en"), factories.language("es")],
    )


def test_an_offer_is_found_under_all_that_fits_it_as_soon_as_it_is_made(offer):
    assert {row[1] for row in entries()} == {"food", "bread", "rides"}
    assert entries() == by_hand()


def add_a_category(offer: Offer) -> None:
    offer.categories.add(factories.category("laundry"))


def clear_the_areas(offer: Offer) -> None:
    offer.localities.clear()


def change_the_reach_of_many(offer: Offer) -> None:
    Offer.objects.update(reach_km=9)


def change_the_times_of_many(offer: Offer) -> None:
    Offer.objects.update(week_parts=3)


def link_in_bulk(offer: Offer) -> None:
    links = Offer.languages.through
    links.objects.bulk_create([links(offer=offer, language=factories.language("ar"))])


def by_hand_in_the_database(offer: Offer) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM offers_app_offer_languages WHERE offer_id = %s", [offer.pk])


def move_a_category(offer: Offer) -> None:
    bread = factories.category("bread")
    bread.parent = factories.category("garden")
    bread.save()


def move_categories_in_bulk(offer: Offer) -> None:
    Category.objects.filter(slug="bread").update(parent=factories.category("garden"))


def move_one_into_a_group_that_is_offered(offer: Offer) -> None:
    milk = factories.category("milk", parent=factories.category("garden"))
    tasks.sweep()
    Category.objects.filter(pk=milk.pk).update(parent=factories.category("food"))


def add_a_kind(offer: Offer) -> None:
    factories.category("water", parent=factories.category("food"))


@pytest.mark.parametrize(
    "write",
    [add_a_category, clear_the_areas, change_the_reach_of_many,
     change_the_times_of_many, link_in_bulk,
     by_hand_in_the_database, move_a_category,
     move_categories_in_bulk, move_one_into_a_group_that_is_offered, add_a_kind],
)  # fmt: skip
def test_whatever_way_it_is_changed_it_is_never_wrong_and_soon_right_again(offer, write):
    tasks.sweep()
    before = entries()
    write(offer)
    assert entries() <= by_hand(), "an entry that is wrong"
    tasks.sweep()
    assert entries() == by_hand() != before


def test_offers_made_in_bulk_are_indexed_by_the_sweep(offer):
    generate_offers(30, seed=7)
    tasks.sweep()
    assert len({row[0] for row in entries()}) == 31
    assert entries() == by_hand()


def test_the_admin_keeps_it_too(offer, carla, signed_in):
    typed = {
        "categories": [factories.category("laundry").pk],
        "localities": [factories.locality("mill").pk],
        "languages": [factories.language("en").pk],
        "reach_km": 7,
        "per_week": 2,
    }
    client, page = signed_in(carla), f"/admin/offers_app/offer/{offer.pk}/change/"
    answer = client.post(page, as_it_stands(client, page) | typed)
    assert answer.status_code == 302
    assert entries() == by_hand()
    assert {row[2] for row in entries()} == {"mill"}


def test_who_takes_a_break_stands_nowhere_and_comes_back(offer):
    before = entries()
    pause_offer(offer, until=None)
    assert entries() == set()
    resume_offer(offer)
    assert entries() == before


def test_an_offer_or_a_person_that_goes_leaves_nothing(offer):
    offer.delete()
    assert entries() == set()
    User.objects.filter(pk=offer.volunteer_id).delete()
