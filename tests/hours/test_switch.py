"""Hours are off until members decide otherwise; no one switches them on or off alone, on no way."""

import os

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mutualaid.decisions.kinds.policy import HEAVY_VALUES
from mutualaid.hours.models import HourNote
from mutualaid.people.models import Role
from mutualaid.policy.actions import change_policy
from mutualaid.policy.current import current_policy, read_policy
from mutualaid.policy.environment import first_policy
from mutualaid.policy.models.in_common import DECIDED_ONLY
from mutualaid.singleton.guards import DecidedTogether
from tests.support import factories, hours, voting
from tests.support.admin_form import as_it_stands
from tests.support.hours import help_of, proposed

pytestmark = pytest.mark.django_db
PAGE = "/admin/policy/policy/1/change/"
ON = {"counts_hours": True}


def test_a_coordinator_alone_switches_nothing_on_where_members_decide_nothing(carla):
    for by in (carla, factories.person(is_superuser=True), factories.person("", Role.SITE_KEEPER)):
        with pytest.raises(DecidedTogether):
            change_policy(by=by, changes={"has_decisions": True, **ON})
        with pytest.raises(DecidedTogether):
            change_policy(by=by, changes={"hours_limit": 100})
    assert not read_policy().has_decisions


@pytest.mark.one_database
def test_the_page_of_the_policy_says_why(carla, signed_in):
    browser = signed_in(carla)
    form = as_it_stands(browser, PAGE)
    for typed in ({"counts_hours": "on", "has_decisions": "on"}, {"hours_limit": "30"}):
        answer = browser.post(PAGE, form | typed | {"_save": "1"})
        assert (
            "Only members decide about this. Begin to decide together first."
            in answer.content.decode()
        )
    assert not read_policy().counts_hours
    assert read_policy().hours_limit == 20
    assert browser.post(PAGE, form | {"has_decisions": "on", "_save": "1"}).status_code == 302


def test_no_one_switches_them_off_alone_either(carla):
    hours.on()
    for changes in ({"counts_hours": False}, {"hours_limit": 5}):
        with pytest.raises(DecidedTogether):
            change_policy(by=carla, changes=changes)
    for together in ({"has_decisions": False}, {"has_decisions": False, "counts_hours": False}):
        with pytest.raises((DecidedTogether, ValidationError)):
            change_policy(by=carla, changes=together)
    assert read_policy().counts_hours


def test_the_environment_of_a_new_site_switches_nothing_on(monkeypatch):
    for name in ("COUNTS_HOURS", "HAS_DECISIONS"):
        monkeypatch.setitem(os.environ, name, "true")
    assert first_policy().has_decisions
    assert not first_policy().counts_hours


def test_both_values_weigh_more():
    assert DECIDED_ONLY < HEAVY_VALUES


def test_members_decide_it_and_it_counts_at_once(signed_in):
    voting.together()
    people = voting.members(6)
    assert signed_in(people[0]).get("/hours/").status_code == 404
    decision = voting.proposed(people[0], {**ON, "hours_limit": 8}, kind="policy_heavy")
    assert decision.weight == "heavy"
    voting.say(decision, voting.FOR, *people)
    assert voting.closed(decision).outcome == "passed"
    assert (read_policy().counts_hours, read_policy().hours_limit) == (True, 8)
    assert "8 hours" in signed_in(people[0]).get("/hours/").content.decode()


def test_a_light_proposal_does_not_carry_them():
    voting.together()
    with pytest.raises(ValidationError):
        voting.proposed(voting.members(6)[0], ON, kind="policy")


@pytest.mark.one_database
def test_off_no_page_answers_no_link_stands_anywhere_and_nothing_is_asked(
    sam, vera, carla, signed_in
):
    hours.on()
    note, claim = proposed(sam, vera), help_of(sam)
    hours.off()
    for person in (sam, vera, carla):
        browser = signed_in(person)
        for path in ("", "note/", f"help/{claim.public_id}/"):
            assert browser.get(f"/hours/{path}").status_code == 404
            assert browser.post(f"/hours/{path}").status_code in (404, 405)
        assert browser.post(f"/hours/{note.public_id}/", {"agree": "1"}).status_code == 404
        for page in ("/me/", "/", "/about/", "/messages/"):
            assert "hours/" not in browser.get(page).content.decode()
    assert not current_policy().counts_hours
    note.refresh_from_db()
    assert note.state == "proposed"


@pytest.mark.one_database
def test_my_page_asks_the_database_as_often_on_as_off(sam, signed_in):
    browser, counts = signed_in(sam), []
    browser.get("/me/")
    for switch in (hours.on, hours.off):
        switch()
        with CaptureQueriesContext(connection) as queries:
            page = browser.get("/me/").content.decode()
        counts.append(len(queries))
        assert ("My hours" in page) == (switch is hours.on)
    assert counts[0] == counts[1]
    assert not HourNote.objects.exists()
