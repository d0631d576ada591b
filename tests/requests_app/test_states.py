"""The life of a need: the picture, the table and what the rows do are one."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from requests_app.models import Claim, Need
from requests_app.moves import NEIGHBOUR, StateChanged, move_claim, move_need
from requests_app.states import (
    CLAIM_MOVES,
    NEED_MOVES,
    ClaimState,
    CloseReason,
    NeedAction,
    NeedState,
)
from requests_app.timeline import SAID
from tests import factories

ARROW = re.compile(r"^    (\w+) --> (\w+): (\w+)$", re.MULTILINE)


def put(need: Need, state: str) -> Need:
    """Set a state past all rules, as nothing but a test may."""
    closed = {"close_reason": CloseReason.UNABLE, "closed_at": timezone.now()}
    ends = closed if state == NeedState.CLOSED else {}
    Need.objects.filter(pk=need.pk).update(state=state, **ends)
    need.refresh_from_db()
    return need


def test_the_picture_in_architecture_is_the_table():
    drawn = set(ARROW.findall(Path(settings.BASE_DIR, "ARCHITECTURE.md").read_text()))
    table = {
        (str(source), str(move.target), action)
        for action, move in NEED_MOVES.items()
        for source in move.sources
    }
    assert drawn == table


def test_every_step_has_its_words_for_the_neighbour_and_the_desk():
    beside = {
        "post",
        "contact",
        "schedule",
        "extend",
        "change",
    }  # steps that leave the need in its state
    assert {*NEED_MOVES, *beside} == set(SAID) == set(NeedAction.values)


@pytest.mark.django_db
@pytest.mark.parametrize(("action", "state"), list(product(NEED_MOVES, NeedState.values)))
def test_a_step_is_taken_from_its_states_only(action, state):
    need = put(factories.need(), state)
    ends = NEED_MOVES[action].target == NeedState.CLOSED
    fields = {"close_reason": CloseReason.FULFILLED} if ends else {}
    if state in NEED_MOVES[action].sources:
        move_need(need, action, by=NEIGHBOUR, **fields)
        assert need.state == NEED_MOVES[action].target
        assert need.events.last().action == action
    else:
        with pytest.raises(StateChanged):
            move_need(need, action, by=NEIGHBOUR, **fields)
        need.refresh_from_db()
        assert (need.state, need.events.count()) == (state, 1)


@pytest.mark.parametrize(("action", "state"), list(product(CLAIM_MOVES, ClaimState.values)))
def test_a_claim_takes_a_step_from_its_states_only(action, state, sam):
    claim = Claim.objects.create(need=factories.need(), volunteer=sam, week_slot=1, state=state)
    if state in CLAIM_MOVES[action].sources:
        move_claim(claim, action)
        assert claim.state == CLAIM_MOVES[action].target
    else:
        with pytest.raises(StateChanged):
            move_claim(claim, action)
        claim.refresh_from_db()
        assert claim.state == state
