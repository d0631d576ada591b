"""The made-up city of the benchmarks is one that the site of today could have."""

import pytest

from mutualaid.matching.outreach.match_need import match_need
from offers_app.models import Offer
from requests_app.models import Need
from tests.benchmarks.city import City

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_its_offers_and_needs_are_complete_and_meet():
    city = City(offers=60, seed=1)
    city.fill()
    needs = city.needs(5)
    for offer in Offer.objects.prefetch_related("categories", "localities", "languages"):
        offer.full_clean()
        assert all(rows.exists() for rows in (offer.categories, offer.localities, offer.languages))
    for need in needs:
        match_need(need)
    assert Need.objects.filter(pk__in=needs, matches__isnull=False).exists()
