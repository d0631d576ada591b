"""The admin where a group decides together: saving proposes, or asks a second coordinator."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mutualaid.decisions.models import Admission, Decision, RuleOfTwo
from mutualaid.decisions.pages.previews import is_about_inviting
from mutualaid.matching.models import current_points
from mutualaid.people.models import Role, User
from mutualaid.policy.current import read_policy
from mutualaid.policy.models import Policy
from mutualaid.trials.models import Trial
from tests.support import factories, voting
from tests.support.admin_form import as_it_stands
from tests.support.signing_in import sign_in
from tests.support.voting import member

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
TOGETHER = "/admin/together/"
POLICY, POINTS = "/admin/policy/policy/1/change/", "/admin/matching/scoringweights/1/change/"
LINK = re.compile(r'name="proposed" value="([^"]+)"')


@pytest.fixture
def ada(db: None) -> User:
    return member("Ada", Role.COORDINATOR)


@pytest.fixture
def ben(db: None) -> User:
    return member("Ben", Role.COORDINATOR)


def browser(user: User) -> Client:
    return sign_in(Client(), user)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def saved(user: User, page: str = POLICY, **typed: str) -> Any:
    """What the admin answers where this person saves these values."""
    here = browser(user)
    return here.post(page, as_it_stands(here, page) | typed | {"_save": "1"})


def proposed_in(answer: Any) -> str:
    found = LINK.search(answer.content.decode())
    assert found, text(answer)
    return found[1]


def test_saving_a_rule_leads_to_what_is_possible_and_saves_nothing(ada):
    voting.together()
    before = read_policy().values()
    answer = saved(ada, wave_minutes_normal="33")
    assert "Members decide about this" in text(answer)
    assert "to 33" in text(answer)
    assert read_policy().values() == before
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("page", "typed", "kind", "values"),
    [
        (POLICY, {"wave_minutes_normal": "33"}, "policy", {"wave_minutes_normal": 33}),
        (POLICY, {"erase_days": "60"}, "policy_heavy", {"erase_days": 60}),
        (POINTS, {"near": "9"}, "points", {"near": 9.0}),
    ],
)
def test_from_there_it_is_proposed_to_members(ada, page, typed, kind, values):
    voting.together()
    factories.set_points()
    sealed = proposed_in(saved(ada, page, **typed))
    answer = browser(ada).post(
        f"{TOGETHER}propose/",
        {"proposed": sealed, "why": "It is winter", "review_on": "2027-03-01"},
    )
    decision = Decision.objects.get()
    assert (decision.kind, decision.values, decision.why) == (kind, values, "It is winter")
    assert answer["Location"] == f"/decisions/{decision.public_id}/"
    assert Trial.objects.exists() == is_about_inviting(decision)


def test_what_no_one_can_see_is_taken_out_of_the_reasons(ada):
    voting.together()
    sealed = proposed_in(saved(ada, wave_minutes_normal="33"))
    typed = {"proposed": sealed, "why": "It is\u202e winter", "review_on": "2027-03-01"}
    browser(ada).post(f"{TOGETHER}propose/", typed)
    assert Decision.objects.get().why == "It is winter"


def test_from_there_a_second_coordinator_is_asked_and_agrees(ada, ben):
    voting.together()
    sealed = proposed_in(saved(ada, wave_minutes_normal="33"))
    here = browser(ada)
    said = here.post(f"{TOGETHER}propose/", {"proposed": sealed, "two": "1"}, follow=True)
    assert "a second coordinator has to agree" in text(said)
    rule = RuleOfTwo.objects.get()
    agree = reverse("admin:rule_of_two_agree", args=[rule.pk])
    assert agree not in text(here.get(TOGETHER))
    other = browser(ben)
    assert agree in text(other.get(TOGETHER))
    assert other.get(agree).status_code == 302
    assert read_policy().wave_minutes_normal != 33
    assert "It is set" in text(other.post(agree, follow=True))
    assert read_policy().wave_minutes_normal == 33
    end = reverse("admin:rule_of_two_end", args=[rule.pk])
    assert "It is over" in text(here.post(end, follow=True))
    assert read_policy().wave_minutes_normal != 33


def test_what_weighs_more_is_not_set_by_two(ada):
    voting.together()
    answer = saved(ada, has_decisions="")
    assert "In a bad hour" not in text(answer)
    browser(ada).post(f"{TOGETHER}propose/", {"proposed": proposed_in(answer), "two": "1"})
    assert not RuleOfTwo.objects.exists()
    assert read_policy().has_decisions


def test_whoever_has_no_say_yet_can_not_propose_it():
    voting.together()
    member("Ada")
    new = factories.person("New", Role.COORDINATOR)
    answer = saved(new, wave_minutes_normal="33")
    assert "Propose it to members" not in text(answer)
    said = browser(new).post(
        f"{TOGETHER}propose/", {"proposed": proposed_in(answer), "review_on": "2027-03-01"}
    )
    assert "You have no say yet." in text(said)
    assert "A member has to propose it." in text(said)
    assert not Decision.objects.exists()


def test_in_the_first_weeks_without_a_say_for_anyone_the_pages_save_as_before():
    voting.together()
    factories.set_points()
    new = factories.person("New", Role.COORDINATOR)
    assert "coordinators set the rules as before" in text(browser(new).get(TOGETHER))
    assert saved(new, wave_minutes_normal="33").status_code == 302
    assert saved(new, POINTS, near="9").status_code == 302
    assert (read_policy().wave_minutes_normal, current_points().near) == (33, 9.0)
    voting.long_here(new)
    assert "Members decide about this" in text(saved(new, wave_minutes_normal="34"))
    assert "coordinators set the rules as before" not in text(browser(new).get(TOGETHER))


def test_what_the_site_did_not_sign_proposes_nothing(ada):
    voting.together()
    sealed = proposed_in(saved(ada, wave_minutes_normal="33"))
    for forged in ("", "x", sealed[:-1], f"{sealed}x"):
        answer = browser(ada).post(
            f"{TOGETHER}propose/", {"proposed": forged, "review_on": "2027-03-01"}
        )
        assert answer["Location"] == TOGETHER
    assert not Decision.objects.exists()


def test_a_refusal_is_told_on_the_page_and_nothing_typed_is_lost(ada, ben):
    voting.together()
    voting.proposed(ben)
    sealed = proposed_in(saved(ada, wave_minutes_normal="34"))
    said = browser(ada).post(
        f"{TOGETHER}propose/",
        {"proposed": sealed, "why": "It is winter", "review_on": "2027-03-01"},
    )
    assert "There is an open proposal about this already." in text(said)
    assert "It is winter" in text(said)
    late = browser(ada).post(f"{TOGETHER}propose/", {"proposed": sealed, "review_on": "2030-03-01"})
    assert "Error:" in text(late)
    beside = text(late).index("Choose a day from ")
    assert beside > text(late).index("Why do you propose it?")


def test_day_to_day_words_are_saved_as_before(ada):
    voting.together()
    assert saved(ada, asking_paused="on").status_code == 302
    assert read_policy().asking_paused
    mixed = saved(ada, meeting_words="Mondays", wave_minutes_normal="33")
    assert "what no one votes on" in text(mixed)
    assert read_policy().meeting_words == ""


def test_without_decisions_saving_saves_and_the_pages_are_not_there(ada):
    assert saved(ada, wave_minutes_normal="33").status_code == 302
    assert read_policy().wave_minutes_normal == 33
    here = browser(ada)
    for page in ("", "propose/", "admit/", "two/1/agree/", "two/1/end/", "admissions/1/take-back/"):
        assert here.get(f"{TOGETHER}{page}").status_code == 404
        assert here.post(f"{TOGETHER}{page}").status_code == 404


def test_a_code_for_someone_without_an_account_is_shown_once(ada, ben):
    voting.together()
    here = browser(ada)
    shown = text(here.post(f"{TOGETHER}admit/"))
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", shown)
    assert code
    assert code[0] not in text(here.get(TOGETHER))
    admission = Admission.objects.get()
    take_back = reverse("admin:together_take_back", args=[admission.pk])
    assert take_back in text(here.get(TOGETHER))
    browser(ben).post(take_back)
    assert not Admission.objects.valid().exists()
    assert "This has changed" in text(here.post(take_back, follow=True))


def test_the_page_of_rules_leads_to_them_where_members_decide(ada):
    here = browser(ada)
    assert TOGETHER not in text(here.get(POLICY))
    voting.together()
    assert TOGETHER in text(here.get(POLICY))


def test_on_its_day_the_page_says_what_to_look_at_again(ada):
    voting.together()
    decision = voting.proposed(ada)
    voting.say(decision, voting.FOR, ada)
    voting.closed(decision)
    here, link = browser(ada), f"/decisions/{decision.public_id}/"
    assert link not in text(here.get(TOGETHER))
    Decision.objects.update(review_on=timezone.localdate())
    assert link in text(here.get(TOGETHER))
    Decision.objects.update(words_until=timezone.now())
    assert link not in text(here.get(TOGETHER))


def test_only_the_team_sees_these_pages(sam):
    voting.together()
    assert browser(sam).get(TOGETHER).status_code in (302, 403)
    auditor = factories.person("Ines", Role.AUDITOR)
    assert browser(auditor).get(TOGETHER).status_code == 403


def test_points_in_force_stay_where_they_were(ada):
    voting.together()
    factories.set_points(near=5.0)
    saved(ada, POINTS, near="9")
    assert current_points().near == 5.0
    assert Policy.objects.get().version == 1
