import pytest
from django.core.management.base import CommandError

from mutualaid.catalog.models import Locality
from mutualaid.people.models import User
from offers_app.models import Offer
from tests.support import factories
from tests.support.sheets import database, output_of


def shape():
    return [
        (o.volunteer.email, o.reach_km, o.per_week, o.has_vehicle,
         sorted(c.slug for c in o.categories.all()), sorted(a.slug for a in o.localities.all()),
         sorted(t.code for t in o.languages.all()))
        for o in Offer.objects.order_by("volunteer__email")
    ]  # fmt: skip


def test_real_people_are_not_mixed_with_made_up_ones_unless_it_is_meant():
    before = database()
    with pytest.raises(CommandError, match="--really"):
        output_of("generate_offers", 3)
    assert database() == before


def test_offers_are_whole_due_and_within_what_people_do(settings):
    settings.DEMO = True
    factories.need(languages=[factories.language("ht")])
    assert "Added: 40" in output_of("generate_offers", 40)
    offers = Offer.objects.due_for_matching()
    assert offers.count() == 40
    for offer in offers:
        assert 1 <= offer.categories.count() <= 4
        assert 1 <= offer.localities.count() <= 3
        assert 2 <= offer.reach_km <= 15
        assert offer.languages.exists()
        assert offer.volunteer.roles == {"neighbour", "volunteer"}
        assert not offer.volunteer.has_usable_password()
    assert offers.filter(languages__code="ht").count() > 15


def test_a_seed_makes_the_same_people_again_and_only_those_who_are_missing(settings):
    settings.DEMO = True
    output_of("generate_offers", 10)
    first = shape()
    assert "Added: 0. Were there already: 10" in output_of("generate_offers", 10)
    Offer.objects.all().delete()
    User.objects.all().delete()
    output_of("generate_offers", 4)
    assert "Added: 6. Were there already: 4" in output_of("generate_offers", 10)
    assert shape() == first


def test_without_areas_there_is_nowhere_to_help(settings):
    settings.DEMO = True
    Locality.objects.all().delete()
    with pytest.raises(CommandError, match="are needed first"):
        output_of("generate_offers", 1)
