"""The life of a need: the picture, the table and what the rows do are one."""

from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from mutualaid.transitions import StateChanged
from requests_app.lifecycle.actors import NEIGHBOUR
from requests_app.lifecycle.transitions import apply_claim_transition, apply_need_transition
from requests_app.models import Claim, Need
from requests_app.pages.timeline import SENTENCES
from requests_app.states import (
    ASIDE,
    BEFORE_CLOSE,
    CLAIM_TRANSITIONS,
    DERIVED_FROM_CLAIMS,
    ENDED_BY_OTHERS,
    NEED_TRANSITIONS,
    ClaimState,
    CloseReason,
    NeedAction,
    NeedState,
    close_reason_from_claims,
    state_from_claims,
)
from tests.support import factories
from tests.support.pictures import arrows_in, written

pytestmark = [pytest.mark.slow, pytest.mark.one_database]

WORDS_FOR_WHAT_FOLLOWS = {
    "places_left": "open",
    "somebody_comes": "claimed",
    "all_done": "delivered",
    "all_arrived": "closed",
}
WORDS_FOR_WHAT_IT_WAS = {
    "was_unread": "triage",
    "was_aside": "aside",
    "was_merged": "merged",
    "was_with_helpers": "claims",
}


def put(need: Need, state: str) -> Need:
    """Set a state past all rules, as nothing but a test may."""
    closed = {"close_reason": CloseReason.UNABLE, "closed_at": timezone.now()}
    beside: dict[str, Any] = closed if state == NeedState.CLOSED else {}
    if state in ASIDE:
        beside = {"aside_until": timezone.localdate()}
    if state == NeedState.MERGED:
        beside = {"merged_into": factories.need()}
    Need.objects.filter(pk=need.pk).update(state=state, **beside)
    need.refresh_from_db()
    return need


def test_the_picture_of_a_need_is_the_table():
    table = {
        (str(source), str(move.target), action)
        for action, move in NEED_TRANSITIONS.items()
        for source in move.sources
    }
    led = {("claims", state, word) for word, state in WORDS_FOR_WHAT_FOLLOWS.items()}
    led |= {("before_close", state, word) for word, state in WORDS_FOR_WHAT_IT_WAS.items()}
    assert arrows_in(written("mutualaid/docs/life.md", "Need")) == table | led


def test_every_action_has_its_sentence_for_the_neighbour_and_its_label_in_the_admin():
    beside = {
        "post",
        "split",
        "contact",
        "schedule",
        "extend",
        "change",
        "code",
        "for_newcomers",
        "not_for_newcomers",
        "ask_back",
    }  # steps that leave the need in its state
    assert {*NEED_TRANSITIONS, *beside} == set(SENTENCES) == set(NeedAction.values)


def test_every_state_that_people_see_has_its_sign():
    sprite = Path(settings.BASE_DIR, "mutualaid", "static", "icons.svg").read_text()
    seen = {*NeedState, *ClaimState} - {*ENDED_BY_OTHERS}
    assert {state for state in seen if f'id="icon-{state}"' not in sprite} == set()


FIELDS: dict[str, dict[str, Any]] = {
    "closed": {"close_reason": CloseReason.FULFILLED},
    **{str(state): {"aside_until": date(2030, 1, 1)} for state in ASIDE},
}


@pytest.mark.django_db
@pytest.mark.parametrize(("action", "state"), list(product(NEED_TRANSITIONS, NeedState.values)))
def test_a_step_is_taken_from_its_states_only(action, state):
    need = put(factories.need(), state)
    move = NEED_TRANSITIONS[action]
    fields = dict(FIELDS.get(move.target, {}))
    if action == "merge":
        fields["merged_into"] = factories.need()
    if action == "unmerge":
        fields["merged_into"] = None
    if action == "reopen":
        fields["back_to"] = NeedState.TRIAGE
    if state in move.sources:
        apply_need_transition(need, action, by=NEIGHBOUR, **fields)
        # Without claims, what follows from them is "open".
        follows = {DERIVED_FROM_CLAIMS: NeedState.OPEN, BEFORE_CLOSE: NeedState.TRIAGE}
        assert need.state == follows.get(move.target, move.target)
        assert need.events.last().action == action
    else:
        with pytest.raises(StateChanged):
            apply_need_transition(need, action, by=NEIGHBOUR, **fields)
        need.refresh_from_db()
        assert (need.state, need.events.count()) == (state, 1)


@pytest.mark.parametrize(("action", "state"), list(product(CLAIM_TRANSITIONS, ClaimState.values)))
def test_a_claim_takes_a_step_from_its_states_only(action, state, sam):
    clocks = dict.fromkeys(("silent_since", "delivered_at"), timezone.now())
    claim = Claim.objects.create(
        need=factories.need(), volunteer=sam, week_slot=1, state=state, **clocks
    )
    if state in CLAIM_TRANSITIONS[action].sources:
        apply_claim_transition(claim, action)
        assert claim.state == CLAIM_TRANSITIONS[action].target
    else:
        with pytest.raises(StateChanged):
            apply_claim_transition(claim, action)
        claim.refresh_from_db()
        assert claim.state == state


@pytest.mark.parametrize(
    ("wanted", "claims", "state"),
    [
        (1, "", "open"),
        (1, "claimed", "claimed"),
        (1, "lapsed claimed", "claimed"),
        (1, "scheduled", "claimed"),
        (1, "delivered", "delivered"),
        (1, "confirmed", "closed"),
        (1, "released reassigned no_show cancelled cancelled_by_neighbour", "open"),
        (2, "claimed", "open"),
        (2, "confirmed", "open"),
        (2, "delivered claimed", "claimed"),
        (2, "delivered confirmed", "delivered"),
        (2, "unconfirmed confirmed", "closed"),
        (3, "delivered confirmed", "open"),
    ],
)
def test_the_state_of_a_need_follows_from_its_claims(wanted, claims, state):
    assert state_from_claims(wanted, claims.split()) == state


@pytest.mark.parametrize(
    ("end", "claims", "reason"),
    [
        ("unconfirmed", "confirmed released", "fulfilled"),
        ("unconfirmed", "unconfirmed", "unconfirmed"),
        ("unconfirmed", "confirmed unconfirmed", "partly"),
        ("expired", "", "expired"),
        ("expired", "confirmed", "partly"),
        ("withdrawn", "cancelled", "withdrawn"),
    ],
)
def test_only_what_was_confirmed_counts_as_help(end, claims, reason):
    assert close_reason_from_claims(CloseReason(end), claims.split()) == reason
