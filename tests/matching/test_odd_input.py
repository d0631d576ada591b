"""What no group means but may have: points that are all 0, one area or ten thousand, times no one has."""

import pytest

from mutualaid.catalog.models import Locality
from mutualaid.matching import tasks
from mutualaid.matching.backlog import run as runs
from mutualaid.matching.backlog.run import run_backlog
from mutualaid.matching.models import OfferPrice, Proposal, ScoringWeights
from mutualaid.matching.scoring import Price
from mutualaid.matching.search.ranking import best_offers
from offers_app.models import Offer
from requests_app.models import Need
from tests.support import factories

pytestmark = pytest.mark.django_db


def found(need: Need) -> set[int]:
    fresh = Need.objects.select_related("category", "locality", "ask").get(pk=need.pk)
    return {one.offer_id for one in best_offers(fresh, 20).offers}


def proposed(*needs: Need) -> set[tuple[int, int]]:
    assert run_backlog(cold=True).outcome == "done"
    wanted = Proposal.objects.filter(need__in=needs)
    return set(wanted.values_list("need", "offer"))


def test_where_no_reason_has_points_whoever_fits_is_found_and_invited():
    names = [field.name for field in ScoringWeights._meta.concrete_fields if field.name != "id"]
    factories.set_points(**dict.fromkeys(names, 0))
    offers = {factories.offer().pk for _ in range(3)}
    need = factories.need()
    tasks.sweep()
    matches = need.matches.all()
    assert {match.offer_id for match in matches} == found(need) == offers
    assert {match.score for match in matches} == {0}
    assert matches.filter(state="notified").exists()
    assert len(proposed(need)) == 1


def test_in_a_group_of_one_area_everyone_is_near():
    only = factories.locality("here")
    offer = factories.offer(localities=[only], reach_km=0)
    need = factories.need(locality=only)
    tasks.sweep()
    assert Locality.objects.count() == 1
    assert found(need) == {offer.pk}
    assert proposed(need) == {(need.pk, offer.pk)}


@pytest.mark.slow
def test_in_a_city_of_ten_thousand_areas_a_part_finds_the_whole_and_the_whole_its_parts():
    city = factories.locality("city")
    Locality.objects.bulk_create(
        Locality(slug=f"part-{n}", name="Part", lat=n // 100 / 500, lng=n % 100 / 500, parent=city)
        for n in range(10_000)
    )
    first, last = (Locality.objects.get(slug=f"part-{n}") for n in (0, 9_999))
    wide = factories.offer(localities=[city], reach_km=0)
    near = factories.offer(localities=[first], reach_km=0)
    of_a_part, of_the_city = factories.need(locality=last), factories.need(locality=city)
    tasks.sweep()
    assert found(of_a_part) == {wide.pk}
    assert found(of_the_city) == {wide.pk, near.pk}
    pairs = proposed(of_a_part, of_the_city)
    assert (of_a_part.pk, wide.pk) in pairs
    assert len(pairs) == 2


def test_at_a_time_that_no_one_has_no_one_is_found_and_a_coordinator_hears_of_it():
    for _ in range(2):
        factories.offer(week_parts=0b111110)
    need, other = factories.need(week_parts=0b000001), factories.need()
    tasks.sweep()
    assert found(need) == set()
    assert need.search.handed_over_at
    assert {pair[0] for pair in proposed(need, other)} == {other.pk}


def test_after_a_look_at_all_needs_that_failed_the_prices_of_the_one_before_count(monkeypatch):
    wanted = factories.offer(per_week=1)
    needs = [factories.need() for _ in range(3)]
    run_backlog(cold=True)
    (before,) = OfferPrice.objects.values_list("points", flat=True)
    Offer.objects.update(per_week=3)
    monkeypatch.setattr(runs, "store", lambda *_, **__: 1 / 0)
    assert run_backlog(cold=False).outcome == "failed"
    (ranked,) = best_offers(needs[0], 20).offers
    assert (ranked.offer_id, ranked.facts.price) == (wanted.pk, Price(int(before)))
    assert before > 0
