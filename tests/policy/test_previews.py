"""What a coordinator sees of a change before it is saved: counts as they really are now."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.matching.admin.policy_preview import first_wave
from mutualaid.matching.models import AcceptanceRate
from mutualaid.policy.current import current_policy
from mutualaid.policy.models import Policy
from mutualaid.retention.policy_preview import next_sweep
from requests_app.models import Need
from tests.support import factories
from tests.support.admin_form import as_it_stands

pytestmark = pytest.mark.django_db


def test_how_many_would_be_invited_first_for_each_urgency():
    shown = first_wave(current_policy(), Policy(wave_chance_high=0.5, wave_minutes_high=60))
    assert shown.rows == [
        ["No hurry", "3 people, 240 minutes", "3 people, 240 minutes"],
        ["This week", "5 people, 120 minutes", "5 people, 120 minutes"],
        ["In two days", "13 people, 45 minutes", "7 people, 60 minutes"],
        ["Today", "20 people, 15 minutes", "20 people, 15 minutes"],
    ]
    assert "At present 10 of 100" in shown.explanation


def test_never_more_than_the_short_list_holds():
    shown = first_wave(current_policy(), Policy(shortlist_size=40))
    assert shown.rows[3][1:] == ["20 people, 15 minutes", "34 people, 15 minutes"]


def test_the_rate_is_the_measured_one_once_there_are_enough_answers():
    rate = AcceptanceRate(category=factories.category(), invitations=400, yes=200)
    rate.counted_at = timezone.now()
    rate.save()
    shown = first_wave(current_policy(), Policy(base_acceptance_rate=0.9))
    assert "At present 50 of 100" in shown.explanation
    assert shown.rows[3][1] == shown.rows[3][2] == "6 people, 15 minutes"


def test_what_fewer_days_would_erase_at_once_is_counted():
    for days in (10, 20, 40):
        factories.need()
        Need.objects.filter(closed_at=None).update(
            state="closed",
            close_reason="expired",
            closed_at=timezone.now() - timedelta(days=days),
        )
    shown = next_sweep(current_policy(), Policy(erase_days=14))
    assert shown
    assert shown.rows == [["28", "1"], ["14", "2"]]
    assert next_sweep(current_policy(), Policy(shortlist_size=3)) is None


def test_the_page_shows_both(carla, signed_in):
    browser = signed_in(carla)
    form = as_it_stands(browser, "/admin/policy/policy/1/change/")
    changed = {"erase_days": "30", "wave_chance_low": "0.5"}
    page = browser.post("/admin/policy/policy/1/preview/", form | changed).content.decode()
    assert "The first wave of invitations" in page
    assert "What would be erased right away" in page
