"""Trials: what values that no one has saved yet would do in a made-up city, asked for on their preview."""

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.matching.models import current_points
from mutualaid.people.models import Role
from mutualaid.policy.current import read_policy
from mutualaid.simulation.metrics import Metrics
from mutualaid.simulation.sandbox import SimulationFailed
from mutualaid.simulation.settings import CitySettings, SimulationSettings
from mutualaid.trials import actions, tasks
from mutualaid.trials.models import MOST_TRIES, Trial
from tests.matching.test_simulation import SOME
from tests.support import factories
from tests.support.admin_form import as_it_stands

pytestmark = pytest.mark.django_db

POLICY, POINTS = "/admin/policy/policy/1/change/", "/admin/matching/scoringweights/1/change/"
START = "/admin/trials/trial/start/"


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[SimulationSettings]:
    """What was to be played; the processes of a simulation are left out, for they take minutes."""
    played: list[SimulationSettings] = []

    def simulate_all(simulations: list[SimulationSettings], *_: Any, **__: Any) -> list[Metrics]:
        played.extend(simulations)
        return [SOME, replace(SOME, claimed=0.6)]

    monkeypatch.setattr(actions, "simulate_all", simulate_all)
    return played


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def simulate_all(*_: Any, **__: Any) -> None:
        raise SimulationFailed

    monkeypatch.setattr(actions, "simulate_all", simulate_all)


def _end_leases() -> None:
    Trial.objects.update(lease_until=Now() - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("page", "what", "name"),
    [(POLICY, "policy", "invitations_per_week"), (POINTS, "points", "near")],
)
def test_a_coordinator_tries_what_they_typed_and_nothing_is_saved(
    carla, signed_in, page, what, name, played
):
    factories.set_points()
    browser = signed_in(carla)
    typed = as_it_stands(browser, page) | {name: "3"}
    preview = browser.post(page.replace("change", "preview"), typed).content.decode()
    assert f'formaction="{START}{what}/"' in preview
    before = read_policy().values(), current_points()
    shown = browser.post(f"{START}{what}/", typed, follow=True).content.decode()
    assert ": 3" in shown
    assert "It takes a few minutes." in shown
    trial = Trial.objects.get()
    assert float(trial.changes[name]) == 3
    tasks.sweep()
    now, then = played
    assert (now.changes, float(then.changes[name])) == ({}, 3)
    assert now.city == then.city
    shown = browser.get(f"/admin/trials/trial/{trial.pk}/change/").content.decode()
    assert "400 volunteers and 120 needs" in shown
    assert ("50.0%" in shown, "60.0%" in shown) == (True, True)
    assert "nothing changed" not in shown
    assert (read_policy().values(), current_points()) == before


def test_two_plays_that_are_equal_in_all_are_one_sentence_and_no_table(carla, signed_in):
    trial = Trial.objects.create(
        key="equal", changes={}, ended_at=Now(), now=asdict(SOME), then=asdict(SOME)
    )
    shown = signed_in(carla).get(f"/admin/trials/trial/{trial.pk}/change/").content.decode()
    assert (
        "With these values nothing changed in this city: both times 50.0% of the needs were taken on,"
        " with 3.2 invitations for each." in shown
    )
    assert '<table class="preview">' not in shown


def test_what_too_few_needs_stand_behind_is_not_known(carla, signed_in):
    few = replace(SOME, critical=9, worst_locality=None)
    trial = Trial.objects.create(
        key="few", changes={}, ended_at=Now(), now=asdict(few), then=asdict(SOME)
    )
    shown = signed_in(carla).get(f"/admin/trials/trial/{trial.pk}/change/").content.decode()
    assert shown.count("<td>not known</td>") == 2


def test_the_points_of_this_group_are_those_of_today(played):
    factories.set_points(near=20)
    actions.play_trial(actions.ask_for_trial({"rested": 1}).pk)
    assert [play.changes for play in played] == [{"near": 20}, {"near": 20, "rested": 1}]


def test_the_same_is_played_once_until_what_is_in_force_has_changed(played):
    first = actions.ask_for_trial({"near": 3})
    assert actions.ask_for_trial({"near": 3}) == first
    assert actions.ask_for_trial({"near": 4}) != first
    factories.set_policy(shortlist_size=7)
    assert actions.ask_for_trial({"near": 3}) != first


def test_in_another_city_it_is_played_again(played, monkeypatch):
    first = actions.ask_for_trial({"near": 3})
    monkeypatch.setattr(actions, "CITY", replace(actions.CITY, volunteers=4))
    assert actions.ask_for_trial({"near": 3}) != first


def test_one_worker_plays_a_trial_and_another_one_after_it_died(played):
    trial = actions.ask_for_trial({"near": 3})
    assert Trial.objects.take(trial.pk)
    actions.play_trial(trial.pk)
    tasks.sweep()
    assert not played
    _end_leases()
    tasks.sweep()
    tasks.sweep()
    actions.play_trial(trial.pk)
    assert len(played) == 2


def test_one_that_cannot_be_played_ends_and_can_be_asked_for_again(carla, signed_in, broken):
    trial = actions.ask_for_trial({"near": 3})
    for _ in range(MOST_TRIES):
        assert Trial.objects.get(pk=trial.pk).ended_at is None
        tasks.play(trial.pk)
        _end_leases()
    assert Trial.objects.get(pk=trial.pk).ended_at
    shown = signed_in(carla).get(f"/admin/trials/trial/{trial.pk}/change/").content.decode()
    assert "This could not be played." in shown
    assert actions.ask_for_trial({"near": 3}).pk != trial.pk


def test_one_whose_workers_died_too_often_ends_and_old_ones_go(played):
    Trial.objects.create(key="died", changes={}, tries=MOST_TRIES)
    old = Trial.objects.create(key="old", changes={})
    Trial.objects.filter(pk=old.pk).update(asked_at=timezone.now() - timedelta(days=31))
    tasks.sweep()
    assert Trial.objects.get().ended_at
    assert not played


def test_wrong_values_are_shown_with_their_errors_and_not_tried(carla, signed_in):
    browser = signed_in(carla)
    typed = as_it_stands(browser, POLICY) | {"invitations_per_week": "0"}
    assert "errorlist" in browser.post(f"{START}policy/", typed).content.decode()
    same = browser.post(f"{START}policy/", as_it_stands(browser, POLICY), follow=True)
    assert "Nothing is different." in same.content.decode()
    assert browser.get(f"{START}policy/").status_code == 302
    assert browser.post(f"{START}people/").status_code == 404
    assert not Trial.objects.exists()


def test_who_may_only_look_starts_none(signed_in):
    trial = actions.ask_for_trial({"near": 3})
    browser = signed_in(factories.person("Mei", Role.AUDITOR))
    browser.raise_request_exception = False
    assert browser.get(f"/admin/trials/trial/{trial.pk}/change/").status_code == 200
    assert browser.post(f"{START}policy/").status_code == 403
    assert Trial.objects.count() == 1


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.usefixtures("tables_are_there")
def test_a_trial_is_played_for_real(monkeypatch):
    monkeypatch.setattr(actions, "CITY", CitySettings(weeks=1, volunteers=4, needs_a_week=2))
    trial = actions.ask_for_trial({"invitations_per_week": 1})
    tasks.play(trial.pk)
    trial.refresh_from_db()
    assert trial.ended_at
    assert (trial.now or {})["needs"] == (trial.then or {})["needs"] == 2
