"""What a group decides together, in each state of a proposal, for whoever looks at it."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db.models.functions import Now
from django.test import Client
from django.utils.timezone import localdate

from mutualaid.decisions import actions
from mutualaid.decisions.actions import rule_of_two
from mutualaid.decisions.models import Admission, Decision
from mutualaid.people.introductions import code_of
from mutualaid.people.models import Role
from mutualaid.policy.admin import GROUPS
from mutualaid.simulation.metrics import Metrics
from mutualaid.trials.actions import ask_for_trial
from mutualaid.trials.models import Trial
from requests_app.access.links import make_link
from tests.support import factories, voting
from tests.support.rare_pages import shows
from tests.support.scene import Scene
from tests.support.signing_in import sign_in
from tests.support.voting import CAN_LIVE, CONCERN, FOR, closed, members, proposed, say

AGREEMENT = {
    "words": "We cook together on Fridays.\nWhoever can, brings something.",
    "replaces": "",
}
POINTS = {"near": 50.0, "rested": 30.0}


def _together(here: Scene) -> None:
    cache.clear()
    voting.together()
    voting.long_here()


def _as_sam(here: Scene, browser: Client, path: str) -> Any:
    return sign_in(browser, here.people["sam"]).get(path)


def _page(here: Scene, browser: Client, decision: Decision) -> Any:
    return _as_sam(here, browser, f"/decisions/{decision.public_id}/")


def decided(*, by: Any, heard: int = 6, **fields: Any) -> Decision:
    """One that so many answered: the last with a concern, the one before can live with it."""
    others = members(7)
    decision = proposed(by, **fields)
    say(decision, FOR, *others[: heard - 2])
    say(decision, CAN_LIVE, others[-2])
    say(decision, CONCERN, others[-1], reason="It leaves out whoever works at night.")
    return closed(decision)


# The lists.


@shows("decisions/list.html")
def nothing_was_ever_proposed(here: Scene, browser: Client) -> Any:
    _together(here)
    return _as_sam(here, browser, "/decisions/")


@shows("decisions/list.html")
def read_by_someone_who_has_no_say_yet(here: Scene, browser: Client) -> Any:
    voting.together()
    return _as_sam(here, browser, "/decisions/")


@shows("decisions/list.html")
def proposals_in_every_state(here: Scene, browser: Client) -> Any:
    _together(here)
    carla, rosa = here.people["carla"], here.people["rosa"]
    agreed = proposed(carla, AGREEMENT, "agreement", review_on=localdate() + timedelta(days=200))
    say(agreed, FOR, *here.people.values())
    closed(agreed)
    decided(by=carla, why="Nights are long")
    answered = proposed(rosa, POINTS, "points")
    say(answered, CAN_LIVE, here.people["sam"])
    proposed(rosa, {"quiet_from": "20:30:00"})
    dora = factories.person("Dora", Role.COORDINATOR)
    rule = rule_of_two.propose("policy", {"wave_minutes_low": 77}, by=carla)
    rule_of_two.agree(rule, by=dora)
    return _as_sam(here, browser, "/decisions/")


@shows("decisions/agreements.html")
def more_agreements_than_fit_on_a_page(here: Scene, browser: Client) -> Any:
    _together(here)
    _many_agreements(here)
    return _as_sam(here, browser, "/decisions/agreed/?page=2")


@shows("decisions/list.html")
def more_agreements_than_the_list_shows(here: Scene, browser: Client) -> Any:
    _together(here)
    _many_agreements(here)
    return _as_sam(here, browser, "/decisions/")


@shows("decisions/agreements.html")
def nothing_agreed_yet(here: Scene, browser: Client) -> Any:
    _together(here)
    return _as_sam(here, browser, "/decisions/agreed/")


def _many_agreements(here: Scene) -> None:
    for _ in range(11):
        decision = proposed(here.people["carla"], AGREEMENT, "agreement")
        say(decision, FOR, *here.people.values())
        closed(decision)


# One proposal.


@shows("decisions/proposal.html")
def points_before_anyone_knows_what_they_would_do(here: Scene, browser: Client) -> Any:
    _together(here)
    ask_for_trial(POINTS)
    return _page(here, browser, proposed(here.people["carla"], POINTS, "points", why="Rest more"))


@shows("decisions/proposal.html")
def points_with_all_that_is_known_of_them(here: Scene, browser: Client) -> Any:
    _together(here)
    for _ in range(5):
        factories.offer()
        factories.need()
    ask_for_trial(POINTS)
    metrics = {one.name: 100 for one in fields(Metrics)}
    Trial.objects.update(now=metrics, then=metrics | {"claimed": 0.5}, ended_at=Now())
    return _page(here, browser, proposed(here.people["carla"], POINTS, "points"))


@shows("decisions/proposal.html")
def a_wave_that_changes_nothing_in_the_city(here: Scene, browser: Client) -> Any:
    _together(here)
    wave = {"wave_chance_low": 0.9}
    ask_for_trial(wave)
    metrics = {one.name: 100 for one in fields(Metrics)}
    Trial.objects.update(now=metrics, then=metrics, ended_at=Now())
    return _page(here, browser, proposed(here.people["carla"], wave))


@shows("decisions/proposal.html")
def a_city_that_could_not_be_played(here: Scene, browser: Client) -> Any:
    _together(here)
    ask_for_trial(POINTS)
    Trial.objects.update(ended_at=Now())
    return _page(here, browser, proposed(here.people["carla"], POINTS, "points"))


@shows("decisions/proposal.html")
def answered_already(here: Scene, browser: Client) -> Any:
    _together(here)
    decision = proposed(here.people["carla"], AGREEMENT, "agreement", why="For company")
    say(decision, FOR, here.people["sam"])
    return _page(here, browser, decision)


@shows("decisions/proposal.html")
def a_concern_without_its_reason(here: Scene, browser: Client) -> Any:
    _together(here)
    decision = proposed(here.people["carla"])
    sign_in(browser, here.people["sam"])
    return browser.post(f"/decisions/{decision.public_id}/", {"answer": "concern"})


@shows("decisions/proposal.html")
def an_agreement_that_is_to_end(here: Scene, browser: Client) -> Any:
    return _page(here, browser, _instead_of_an_agreement(here, ""))


@shows("decisions/proposal.html")
def an_agreement_in_place_of_another(here: Scene, browser: Client) -> Any:
    return _page(here, browser, _instead_of_an_agreement(here, "We cook on Mondays."))


def _instead_of_an_agreement(here: Scene, words: str) -> Decision:
    _together(here)
    agreed = proposed(here.people["carla"], AGREEMENT, "agreement")
    say(agreed, FOR, *here.people.values())
    closed(agreed)
    values = {"words": words, "replaces": str(agreed.public_id)}
    return proposed(here.people["carla"], values, "agreement")


@shows("decisions/proposal.html")
def its_time_is_over_and_no_one_has_counted(here: Scene, browser: Client) -> Any:
    _together(here)
    decision = proposed(here.people["carla"])
    voting.last_moment_comes(decision)
    return _page(here, browser, decision)


@shows("decisions/proposal.html")
def decided_with_counts_and_reasons(here: Scene, browser: Client) -> Any:
    _together(here)
    asks = voting.neighbours(5)
    others = members(6)
    decision = proposed(here.people["carla"])
    say(decision, FOR, *others[:5])
    say(decision, CONCERN, others[5], reason="It leaves out whoever works at night.")
    for ask in asks:
        actions.speak_as_neighbour(decision, by=ask, answer=CONCERN, reason="I sleep at nine.")
    return _page(here, browser, closed(decision))


@shows("decisions/proposal.html")
def decided_by_so_few_that_no_counts_are_told(here: Scene, browser: Client) -> Any:
    _together(here)
    decision = proposed(here.people["carla"])
    say(decision, FOR, here.people["sam"])
    return _page(here, browser, closed(decision))


@shows("decisions/proposal.html")
def decided_long_ago_and_without_its_words(here: Scene, browser: Client) -> Any:
    _together(here)
    decision = decided(by=here.people["carla"])
    Decision.objects.filter(pk=decision.pk).update(values=None, why="", reasons_json="")
    return _page(here, browser, decision)


@shows("me/me.html")
def my_page_while_a_proposal_waits_for_my_word(here: Scene, browser: Client) -> Any:
    _together(here)
    proposed(here.people["carla"])
    return _as_sam(here, browser, "/me/")


# Proposing something.


def _answers(here: Scene, browser: Client, *pages: tuple[str, dict[str, Any]]) -> Any:
    _together(here)
    sign_in(browser, here.people["sam"])
    for name, typed in pages:
        answer = browser.post(f"/decisions/propose/{name}/", typed, follow=True)
    return answer


@shows("decisions/step.html")
def what_to_change(here: Scene, browser: Client) -> Any:
    _together(here)
    return _as_sam(here, browser, "/decisions/propose/what/")


@shows("decisions/step.html")
def points_to_propose(here: Scene, browser: Client) -> Any:
    return _answers(here, browser, ("what", {"kind": "points"}), ("values", {"near": "-1"}))


@shows("decisions/step.html")
def one_value_to_propose(here: Scene, browser: Client) -> Any:
    often = next(str(n) for n, (_t, names) in enumerate(GROUPS) if "invitations_per_week" in names)
    pages = ("what", {"kind": "policy"}), ("group", {"group": often})
    return _answers(here, browser, *pages, ("which", {"names": ["invitations_per_week"]}))


@shows("decisions/check.html")
def a_proposal_before_it_is_open(here: Scene, browser: Client) -> Any:
    day = (localdate() + timedelta(days=100)).isoformat()
    return _answers(
        here,
        browser,
        ("what", {"kind": "agreement"}),
        ("values", AGREEMENT),
        ("why", {"why": "For company"}),
        ("review", {"review_on": day}),
    )


@shows("decisions/vouch.html")
def a_code_to_type_for_someone_one_knows(here: Scene, browser: Client) -> Any:
    _together(here)
    return _as_sam(here, browser, "/decisions/vouch/")


@shows("decisions/vouch.html")
def before_one_vouches_for_someone(here: Scene, browser: Client) -> Any:
    _together(here)
    sign_in(browser, here.people["sam"])
    code = code_of(factories.person("Noor", known=False))
    return browser.post("/decisions/vouch/", {"code": code})


@shows("decisions/list.html")
def someone_whom_no_one_knows_yet(here: Scene, browser: Client) -> Any:
    _together(here)
    dora = factories.person("Dora", Role.COORDINATOR)
    rule = rule_of_two.propose("policy", {"wave_minutes_low": 77}, by=dora)
    rule_of_two.agree(rule, by=here.people["carla"])
    return sign_in(browser, factories.person("Noor", known=False)).get("/decisions/")


# Without an account.


@shows("decisions/code.html")
def a_code_that_no_one_gave(here: Scene, browser: Client) -> Any:
    _together(here)
    return browser.post("/decisions/code/", {"code": "2222-2222-2222"})


@shows("needs/find.html")
def codes_of_two_kinds(here: Scene, browser: Client) -> Any:
    _together(here)
    return browser.get("/need/find/")


@shows("decisions/to_answer.html")
def what_a_code_opens(here: Scene, browser: Client) -> Any:
    _together(here)
    admission, code = actions.admit(by=here.people["carla"])
    Admission.objects.update(given_at=Now() - timedelta(days=30))
    answered = proposed(here.people["carla"])
    actions.speak_by_admission(answered, by=admission, answer=FOR)
    return browser.post("/decisions/code/", {"code": code}, follow=True)


@shows("decisions/to_answer.html")
def what_a_private_link_opens(here: Scene, browser: Client) -> Any:
    _together(here)
    proposed(here.people["carla"])
    return browser.get(f"/need/{make_link(here.open_need.ask)}/decisions/")


@shows("decisions/proposal.html")
def a_proposal_by_a_private_link(here: Scene, browser: Client) -> Any:
    _together(here)
    decision = proposed(here.people["carla"], why="For company")
    return browser.get(f"/need/{make_link(here.open_need.ask)}/decisions/{decision.public_id}/")


@shows("needs/private.html")
def the_private_page_while_the_group_decides(here: Scene, browser: Client) -> Any:
    _together(here)
    return browser.get(f"/need/{here.token}/")
