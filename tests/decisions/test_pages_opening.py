"""The questions of a proposal: what, which value, what it shall be, why, when to look again."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mutualaid.decisions.actions import rule_of_two
from mutualaid.decisions.effects import possible_kinds
from mutualaid.decisions.models import Decision, RuleOfTwo
from mutualaid.people.models import Role, User
from mutualaid.policy.admin import GROUPS
from mutualaid.policy.models import Policy
from mutualaid.trials.models import Trial
from tests.support import factories, voting
from tests.support.voting import member, proposed

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
WAVES = next(str(n) for n, (_t, names) in enumerate(GROUPS) if "wave_minutes_low" in names)
OFTEN = next(str(n) for n, (_t, names) in enumerate(GROUPS) if "invitations_per_week" in names)
QUIET = next(str(n) for n, (_t, names) in enumerate(GROUPS) if "digest_hour" in names)


@pytest.fixture(autouse=True)
def _together(db: None) -> None:
    voting.together()
    factories.set_points()


@pytest.fixture
def browser(signed_in: Callable[[User], Client]) -> Client:
    return signed_in(member("Mina"))


def answer(browser: Client, name: str, **typed: Any) -> Any:
    return browser.post(f"/decisions/propose/{name}/", typed)


def leads_to(answered: Any) -> str:
    assert answered.status_code == 302, answered.content.decode()
    return str(answered.headers["Location"]).strip("/").rpartition("/")[2]


def text(answered: Any) -> str:
    assert answered.status_code == 200, answered
    return " ".join(answered.content.decode().split())


def up_to_values(browser: Client, *names: str, group: str = OFTEN) -> None:
    assert leads_to(answer(browser, "what", kind="policy")) == "group"
    assert leads_to(answer(browser, "group", group=group)) == "which"
    assert leads_to(answer(browser, "which", names=list(names))) == "values"


def the_rest(browser: Client) -> str:
    """Say why and when; returns the check page."""
    assert leads_to(answer(browser, "why", why="Some get far too many")) == "review"
    day = timezone.localdate() + timedelta(days=60)
    assert leads_to(answer(browser, "review", review_on=day.isoformat())) == "check"
    return text(browser.get("/decisions/propose/check/"))


def open_it(browser: Client) -> Decision:
    sent = browser.post("/decisions/propose/check/")
    assert leads_to(sent) == str(Decision.objects.get().public_id)
    return Decision.objects.get()


def test_a_value_of_how_we_work_from_the_first_question_to_the_open_proposal(browser):
    up_to_values(browser, "invitations_per_week")
    page = text(browser.get("/decisions/propose/values/"))
    assert 'value="5"' in page or "value=" in page
    assert leads_to(answer(browser, "values", invitations_per_week="2")) == "why"
    page = the_rest(browser)
    assert "Some get far too many" in page
    decision = open_it(browser)
    assert (decision.kind, decision.values) == ("policy", {"invitations_per_week": 2})
    assert decision.why == "Some get far too many"
    assert decision.review_on == timezone.localdate() + timedelta(days=60)
    assert Trial.objects.get().changes == {"invitations_per_week": 2}
    assert "We no longer have what you wrote" in text(
        browser.get("/decisions/propose/check/", follow=True)
    )


def test_points_of_the_matcher(browser):
    assert leads_to(answer(browser, "what", kind="points")) == "values"
    page = text(browser.get("/decisions/propose/values/"))
    assert page.count('type="number"') == 9
    points = {"near": "12", "exact_category": "20", "related_category": "12", "own_language": "10"}
    points |= {"shared_language": "4", "shared_time": "15", "rested": "40", "confirmed": "8"}
    assert leads_to(answer(browser, "values", **points, kept="5")) == "why"
    page = the_rest(browser)
    assert "35" in page
    assert "→ 12" in page
    assert open_it(browser).values == {"near": 12.0, "rested": 40.0}
    assert Trial.objects.get().changes == {"near": 12.0, "rested": 40.0}


def test_an_agreement_in_words(browser):
    assert leads_to(answer(browser, "what", kind="agreement")) == "values"
    assert leads_to(answer(browser, "values", words="We cook on Fridays", replaces="")) == "why"
    assert "We cook on Fridays" in the_rest(browser)
    assert open_it(browser).values == {"words": "We cook on Fridays", "replaces": ""}
    assert not Trial.objects.exists()


def test_every_kind_that_is_possible_can_be_chosen_and_asks_its_questions(browser):
    names = [kind.name for kind in possible_kinds()]
    assert {"policy", "policy_heavy", "points", "agreement"} < set(names)
    for name in names:
        following = leads_to(answer(browser, "what", kind=name))
        page = text(browser.get(f"/decisions/propose/{following}/"))
        assert page.count("<h1>") == 1, name
        assert "Error:" not in page
        assert answer(browser, following).status_code == 200


def test_what_weighs_more_says_so(browser):
    page = text(browser.get("/decisions/propose/what/"))
    assert "(10 days to answer)" in page
    assert "(5 days to answer)" in page
    assert leads_to(answer(browser, "what", kind="policy_heavy")) == "group"
    page = text(browser.get("/decisions/propose/group/"))
    assert "How long we keep personal details" in page
    assert "Waves of invitations" not in page


def test_values_that_belong_together_are_asked_together(browser):
    up_to_values(browser, "wave_minutes_high", "wave_minutes_low", group=WAVES)
    page = text(browser.get("/decisions/propose/values/"))
    assert 'name="wave_minutes_high"' in page
    assert 'name="wave_minutes_low"' in page
    typed = {"wave_minutes_high": "20", "wave_minutes_low": str(Policy().wave_minutes_low)}
    assert leads_to(answer(browser, "values", **typed)) == "why"
    the_rest(browser)
    assert open_it(browser).values == {"wave_minutes_high": 20}


@pytest.mark.parametrize("typed", ["-1", "0", "9999", "nan", "two", "", "1e9", "٣٫٥", "9" * 400])
def test_a_number_that_is_none_is_an_error_beside_the_field_and_stays_there(typed, browser):
    up_to_values(browser, "invitations_per_week")
    page = text(answer(browser, "values", invitations_per_week=typed))
    assert "Error:" in page
    assert 'id="id_invitations_per_week_error"' in page
    assert f'value="{typed}"' in page or not typed
    assert not Decision.objects.exists()


@pytest.mark.parametrize("typed", ["-1", "NaN", "inf", "101", "many"])
def test_points_that_are_none_are_an_error_beside_the_field(typed, browser):
    answer(browser, "what", kind="points")
    page = text(answer(browser, "values", near=typed))
    assert 'id="id_near_error"' in page
    assert f'value="{typed}"' in page


def test_points_as_they_are_and_an_agreement_without_words_are_errors_beside_the_first_field(
    browser,
):
    answer(browser, "what", kind="points")
    page = text(browser.get("/decisions/propose/values/"))
    shown = re.findall(r'name="(\w+)" value="([\d.]+)"', page)
    assert len(shown) == 9
    assert 'id="id_near_error"' in text(answer(browser, "values", **dict(shown)))
    answer(browser, "what", kind="agreement")
    page = text(answer(browser, "values", words="\u200b ", replaces=""))
    assert 'id="id_words_error"' in page
    assert page.count("Write what we agree on.") == 2


def test_a_value_that_is_so_already_is_an_error_beside_the_field(browser):
    up_to_values(browser, "invitations_per_week")
    now = str(Policy().invitations_per_week)
    page = text(answer(browser, "values", invitations_per_week=now))
    assert 'id="id_invitations_per_week_error"' in page
    assert "This is so already." in page


def test_a_value_that_does_not_fit_another_is_an_error_beside_the_field(browser):
    up_to_values(browser, "invitations_per_week_urgent")
    page = text(answer(browser, "values", invitations_per_week_urgent="1"))
    assert 'id="id_invitations_per_week_urgent_error"' in page
    assert page.count('class="error"') == 1


def test_a_second_open_proposal_on_the_same_value_is_an_error_beside_the_field(browser):
    proposed(member(), {"invitations_per_week": 3})
    up_to_values(browser, "invitations_per_week")
    page = text(answer(browser, "values", invitations_per_week="2"))
    assert 'id="id_invitations_per_week_error"' in page
    assert "There is an open proposal about this already." in page
    assert 'value="2"' in page


def test_what_someone_else_proposed_just_before_the_last_press_is_said(browser):
    up_to_values(browser, "invitations_per_week")
    answer(browser, "values", invitations_per_week="2")
    the_rest(browser)
    proposed(member(), {"invitations_per_week": 3})
    sent = browser.post("/decisions/propose/check/", follow=True)
    assert "There is an open proposal about this already." in text(sent)
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(("days", "is_right"), [(2, False), (7, True), (369, True), (372, False)])
def test_the_day_to_look_again_is_after_the_end_and_within_a_year(days, is_right, browser):
    answer(browser, "what", kind="agreement")
    answer(browser, "values", words="We cook on Fridays", replaces="")
    answer(browser, "why", why="For company")
    day = timezone.localdate() + timedelta(days=days)
    sent = answer(browser, "review", review_on=day.isoformat())
    assert (sent.status_code == 302) is is_right
    if not is_right:
        assert 'id="id_review_on_error"' in text(sent)


def test_no_one_has_three_open_proposals(browser):
    mina = User.objects.get(name="Mina")
    proposed(mina, {"wave_minutes_low": 71})
    proposed(mina, {"wave_minutes_high": 31})
    up_to_values(browser, "invitations_per_week")
    answer(browser, "values", invitations_per_week="2")
    the_rest(browser)
    page = text(browser.post("/decisions/propose/check/", follow=True))
    assert "You have two open proposals." in page
    assert Decision.objects.count() == 2


def test_another_choice_before_asks_the_rest_anew_without_errors(browser):
    up_to_values(browser, "invitations_per_week")
    answer(browser, "values", invitations_per_week="2")
    assert leads_to(answer(browser, "what", kind="points")) == "values"
    page = text(browser.get("/decisions/propose/values/"))
    assert "Error:" not in page
    assert 'name="near"' in page


def test_answers_that_changed_in_another_tab_are_shown_again_before_they_are_sent(browser):
    up_to_values(browser, "invitations_per_week")
    answer(browser, "values", invitations_per_week="2")
    page = the_rest(browser)
    shown = page.split('name="shown" value="')[1].split('"')[0]
    answer(browser, "values", invitations_per_week="1")
    sent = browser.post("/decisions/propose/check/", {"shown": shown}, follow=True)
    assert "Your answers have changed" in text(sent)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("name", ["group", "which", "values", "review", "check"])
def test_a_page_opened_before_its_time_leads_to_the_first_question(name, browser):
    assert leads_to(browser.get(f"/decisions/propose/{name}/")) == "what"
    assert leads_to(browser.post(f"/decisions/propose/{name}/", {"words": "x"})) == "what"


def set_by_two(kind: str, **values: Any) -> RuleOfTwo:
    ada, ben = (member(name, Role.COORDINATOR) for name in ("Ada", "Ben"))
    rule = rule_of_two.propose(kind, values, by=ada)
    rule_of_two.agree(rule, by=ben)
    return rule


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("policy", {"wave_minutes_normal": 33}),
        ("policy", {"quiet_from": "20:30:00", "quiet_until": "07:15:00"}),
        ("policy", {"needs_open_at_once": False}),
        ("policy", {"needs_open_at_once": True}),
        ("points", {"near": 0.0, "rested": 30.5}),
    ],
)
def test_what_two_have_set_is_proposed_to_stay_with_one_press(kind, values, browser):
    factories.set_points(near=2.0)
    factories.set_policy(needs_open_at_once=values.get("needs_open_at_once") is False)
    rule = set_by_two(kind, **values)
    keep = f"/decisions/propose/keep/{rule.pk}/"
    assert keep in text(browser.get("/decisions/"))
    assert leads_to(browser.post(keep)) == "check"
    assert leads_to(browser.get("/decisions/propose/check/")) == "why"
    the_rest(browser)
    opened = open_it(browser)
    assert (opened.kind, opened.values) == (kind, values)


def test_values_of_several_groups_are_chosen_by_hand(browser):
    rule = set_by_two("policy", wave_minutes_normal=33, invitations_per_week=2)
    browser.post(f"/decisions/propose/keep/{rule.pk}/")
    assert leads_to(browser.get("/decisions/propose/check/")) == "group"


def test_what_has_gone_back_meanwhile_is_not_proposed_to_stay(browser):
    rule = set_by_two("policy", wave_minutes_normal=33)
    rule_of_two.end(rule, by=User.objects.get(name="Ada"))
    page = text(browser.post(f"/decisions/propose/keep/{rule.pk}/", follow=True))
    assert "This has changed in the meantime." in page
    assert "Set by two coordinators" not in page


def test_what_was_typed_can_be_deleted(browser):
    answer(browser, "what", kind="agreement")
    browser.post("/decisions/propose/forget/")
    assert "checked" not in text(browser.get("/decisions/propose/what/"))


def test_whoever_has_no_say_proposes_nothing(signed_in):
    mallory = signed_in(factories.person("Mallory", known=False))
    for name in ("what", "check"):
        for sent in (mallory.get, mallory.post):
            page = text(sent(f"/decisions/propose/{name}/", follow=True))
            assert "You have no say yet." in page
    assert not Decision.objects.exists()


def test_someone_who_lost_their_say_meanwhile_proposes_nothing(browser):
    answer(browser, "what", kind="agreement")
    answer(browser, "values", words="We cook on Fridays", replaces="")
    the_rest(browser)
    User.objects.filter(name="Mina").update(vetted=False, created_at=timezone.now())
    assert "You have no say yet." in text(browser.post("/decisions/propose/check/", follow=True))
    assert not Decision.objects.exists()
