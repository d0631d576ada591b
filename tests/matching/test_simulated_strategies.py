"""The plain ways to invite, as they are described: by a clock of their own, whatever is answered."""

from datetime import timedelta

import pytest

from mutualaid.matching.actions import accept, decline
from mutualaid.matching.models import Match
from mutualaid.matching.search.offer_index import index_offers
from mutualaid.simulation.clock import moved_clock
from mutualaid.simulation.settings import START
from mutualaid.simulation.strategies import STRATEGIES
from offers_app.models import Offer
from requests_app.actions import release_claim
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Need
from tests.support import factories

pytestmark = [pytest.mark.one_database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clock():
    with moved_clock(START) as clock:
        yield clock


def _offers(many: int) -> None:
    offers = [factories.offer() for _ in range(many)]
    index_offers([offer.pk for offer in offers])


def _invited(need: Need) -> int:
    return Match.objects.filter(need=need).exclude(invited_at=None).count()


@pytest.mark.parametrize(("strategy", "invited"), [("everybody", 7), ("nearest five", 5)])
def test_all_or_the_five_nearest_of_those_who_fit_are_invited(clock, strategy, invited):
    _offers(7)
    other = factories.offer(categories=[factories.category("other")])
    index_offers([other.pk])
    need = factories.need()
    STRATEGIES[strategy]().sweep()
    assert need.matches.filter(state="notified").count() == invited
    assert not need.matches.filter(offer=other).exists()


def test_the_next_five_are_invited_after_two_hours_and_not_after_a_no(clock):
    _offers(12)
    need = factories.need()
    strategy = STRATEGIES["nearest five"]()
    strategy.sweep()
    decline(Match.objects.filter(state="notified").select_related("need", "offer__volunteer")[0])
    need.refresh_from_db()
    assert need.match_due_at <= START  # the site would invite someone else at once
    for minutes, invited in ((15, 5), (105, 5), (120, 10), (225, 10), (240, 12)):
        clock.move_to(START + timedelta(minutes=minutes))
        strategy.sweep()
        assert _invited(need) == invited


def test_everybody_is_invited_once_and_who_comes_to_fit_the_next_day(clock):
    _offers(3)
    need = factories.need()
    strategy = STRATEGIES["everybody"]()
    strategy.sweep()
    _offers(2)
    for hours, invited in ((1, 3), (23, 3), (24, 5)):
        clock.move_to(START + timedelta(hours=hours))
        strategy.sweep()
        assert _invited(need) == invited


def test_who_could_not_answer_before_someone_else_may_be_invited_when_it_is_open_again(clock):
    _offers(6)
    need = factories.need()
    strategy = STRATEGIES["nearest five"]()
    strategy.sweep()
    yes, no = Match.objects.filter(state="notified").select_related("need", "offer__volunteer")[:2]
    decline(no)
    claim = accept(yes)
    release_claim(claim, by=volunteer(claim.volunteer))
    clock.move_to(START + timedelta(hours=2))
    strategy.sweep()
    assert set(need.matches.filter(state="notified").values_list("offer", flat=True)) == set(
        Offer.objects.exclude(pk__in=[yes.offer_id, no.offer_id]).values_list("pk", flat=True)
    )
