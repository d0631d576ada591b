"""How the people of a simulation decide: alike under each strategy, and by two sets of laws."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import fmean
from typing import Any

import pytest
from django.db.models.functions import Now

from mutualaid.matching.models import AcceptanceRate, CalendarMark, Match, OfferPrice
from mutualaid.simulation import metrics
from mutualaid.simulation.assumptions import OtherLaws, SameLaws
from mutualaid.simulation.behaviour import POPULATIONS, Answer, Invitation, Pair, Population
from mutualaid.simulation.clock import moved_clock
from mutualaid.simulation.draws import Draws
from mutualaid.simulation.engine import Simulation
from mutualaid.simulation.needs import Arrival
from mutualaid.simulation.settings import START, CitySettings, SimulationSettings
from offers_app.models import Offer
from requests_app.models import Claim, Need
from tests.support import factories

pytestmark = pytest.mark.one_database

NEXT_DOOR = Pair(person=1, need=1, km=0.0, is_exact=True, urgency=2)
TUESDAY_NOON = datetime(2024, 1, 2, 12, tzinfo=UTC)
INVITED = Invitation(NEXT_DOOR, nth=1, factor=1.0, in_seven_days=1, at=TUESDAY_NOON)


def _people(name: str) -> Population:
    return POPULATIONS[name](Draws(1))


def _invited(person: int, **changes: Any) -> Invitation:
    pair = {name: value for name, value in changes.items() if name in vars(NEXT_DOOR)}
    rest = {name: value for name, value in changes.items() if name not in pair}
    return replace(INVITED, pair=replace(NEXT_DOOR, person=person, **pair), **rest)


def _share_of_yes(people: Population, **changes: Any) -> float:
    return fmean(people.answer(_invited(n, **changes)).kind == "yes" for n in range(2000))


def test_what_is_drawn_depends_on_its_name_and_not_on_what_came_before():
    first, second = Draws(7), Draws(7)
    for other in range(5):
        second.uniform("answer", 1, other)
    assert first.uniform("answer", 3, 4) == second.uniform("answer", 3, 4)
    assert first.uniform("answer", 3, 4) != first.uniform("answer", 4, 3)
    assert first.uniform("answer", 3, 4) != Draws(8).uniform("answer", 3, 4)
    drawn = [first.uniform("many", number) for number in range(2000)]
    assert 0.47 < fmean(drawn) < 0.53
    assert min(drawn) < 0.01 < 0.99 < max(drawn)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["same laws", "other laws"])
def test_whoever_is_invited_often_says_yes_less_often_and_turns_silent_not_cross(name):
    people = _people(name)
    assert _share_of_yes(people, in_seven_days=8) < _share_of_yes(people) / 2
    for person in range(300):
        rested = people.answer(_invited(person))
        tired = people.answer(_invited(person, in_seven_days=8))
        assert rested.after == tired.after
        assert (rested.kind, tired.kind) in {
            ("yes", "yes"),
            ("yes", "silence"),
            ("silence", "silence"),
            ("no", "no"),
        }


@pytest.mark.django_db
def test_without_fatigue_no_one_tires(monkeypatch):
    monkeypatch.setattr(SameLaws, "FATIGUE", 0.0)
    people = _people("same laws")
    assert _share_of_yes(people, in_seven_days=8) == _share_of_yes(people)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "is_likelier"),
    [
        ({"km": 5.0}, False),
        ({"is_exact": False}, False),
        ({"urgency": 4}, True),
        ({"at": TUESDAY_NOON + timedelta(hours=6)}, True),
        ({"at": TUESDAY_NOON + timedelta(days=4)}, True),
        ({"factor": 0.1}, None),
    ],
)
def test_by_other_laws_distance_kind_and_hour_count_and_not_what_the_waves_believe(
    changes, is_likelier
):
    people = _people("other laws")
    usual, changed = people.chance_of_yes(INVITED), people.chance_of_yes(_invited(1, **changes))
    assert (None if changed == usual else changed > usual) == is_likelier


@pytest.mark.django_db
def test_by_other_laws_each_person_is_willing_in_their_own_way_whatever_the_need():
    people = _people("other laws")
    chances = [people.chance_of_yes(_invited(person)) for person in range(200)]
    assert max(chances) > 4 * min(chances)
    assert people.chance_of_yes(_invited(7, need=2)) == chances[7]


@pytest.mark.django_db
def test_by_other_laws_who_is_invited_at_night_answers_in_the_morning():
    factories.set_policy(quiet_from="22:00", quiet_until="08:00")
    people, at_night = _people("other laws"), TUESDAY_NOON + timedelta(hours=12)
    by_day = people.answer(INVITED).after
    assert people.answer(_invited(1, at=at_night)).after == by_day + timedelta(hours=8)
    assert _people("same laws").answer(_invited(1, at=at_night)).after < timedelta(hours=41)


def test_by_other_laws_some_leave_who_are_invited_more_than_they_mind_and_no_one_before():
    people, most = _people("other laws"), int(OtherLaws.PATIENCE)
    left = [
        [people.leaves(_invited(n, in_seven_days=many)) for n in range(2000)]
        for many in (most, most + 1)
    ]
    assert not any(left[0])
    assert 0.01 < fmean(left[1]) < 0.06
    assert not _people("same laws").leaves(_invited(1, in_seven_days=99))


def test_only_by_other_laws_people_look_at_the_board_some_often_and_most_hardly():
    people, weeks = _people("other laws"), timedelta(weeks=10)
    looks = [len(list(people.visits(person, weeks))) for person in range(400)]
    assert 2 < fmean(looks) < 4
    assert max(looks) > 8
    assert 0 in looks
    assert all(at < weeks for at in people.visits(looks.index(max(looks)), weeks))
    assert not list(_people("same laws").visits(1, weeks))


def _city(volunteers: int) -> list[Arrival]:
    """Volunteers in one area, and three needs there; on an empty site."""
    for _ in range(volunteers):
        factories.offer(per_week=5, reach_km=9)
    need = factories.need()
    arrivals = [
        Arrival(
            START + timedelta(hours=hour), need.category, need.locality, [factories.language()], 2
        )
        for hour in (4, 5, 6)
    ]
    Need.objects.all().delete()
    with moved_clock(START):
        Offer.objects.update(match_due_at=Now())
    return arrivals


def _answers(
    arrivals: list[Arrival], strategy: str, *, seed: int = 1
) -> dict[tuple[int, int, int], Answer]:
    play = Simulation(SimulationSettings(strategy, CitySettings(seed)), arrivals)
    play.end = START + timedelta(hours=14)
    play.run()
    for left_over in (Need, OfferPrice, CalendarMark, AcceptanceRate):
        left_over._default_manager.all().delete()
    return play.answers


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_strategies_that_invite_a_person_to_a_need_get_the_same_answer(monkeypatch):
    monkeypatch.setattr(SameLaws, "FATIGUE", 0.0)
    arrivals = _city(12)
    everybody, five = (_answers(arrivals, name) for name in ("everybody", "nearest five"))
    both = everybody.keys() & five.keys()
    assert len(both) >= 15
    assert all(everybody[name] == five[name] for name in both)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_same_seed_plays_the_same_and_another_one_does_not():
    arrivals = _city(30)
    first, again = (_answers(arrivals, "ours") for _ in range(2))
    assert first == again
    assert first.keys() != _answers(arrivals, "ours", seed=2).keys()


@pytest.mark.django_db(transaction=True)
def test_who_browses_takes_a_need_from_the_board_without_an_invitation(monkeypatch):
    arrivals = _city(2)
    play = Simulation(SimulationSettings("everybody", population="other laws"), arrivals)
    monkeypatch.setattr(play.population, "takes_from_board", lambda pair: pair.need == 1)
    with moved_clock(START):
        for number, arrival in enumerate(arrivals):
            play._send(number, arrival)
        first, _second = play.volunteers.values()
        play._look_at_board(first)
        claim = Claim.objects.get()
        assert (claim.volunteer, play.need_numbers[claim.need_id]) == (first.user, 1)
        assert not Match.objects.exclude(invited_at=None).exists()
        play._look_at_board(first)
    assert Claim.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_leaves_is_invited_no_more_and_answers_nothing(monkeypatch):
    arrivals = _city(2)
    play = Simulation(SimulationSettings("everybody"), arrivals)
    monkeypatch.setattr(play.population, "leaves", lambda invitation: invitation.pair.person == 0)
    monkeypatch.setattr(
        play.population, "answer", lambda _invitation: Answer("yes", timedelta(hours=1))
    )
    play.end = START + timedelta(hours=9)
    play.run()
    leaver, stays = play.volunteers.values()
    assert Match.objects.filter(offer=leaver.offer).count() == 1
    assert set(Claim.objects.values_list("volunteer", flat=True)) == {stays.user.pk}
    assert metrics.count().left == 0.5
