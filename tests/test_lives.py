"""The lives of claims, offers, matches and things: picture, table and names of the states are one."""

from typing import Any

import pytest

from mutualaid.fund.states import EXPENSE_TRANSITIONS, ExpenseState
from mutualaid.lending.states import (
    LOAN_TRANSITIONS,
    REQUEST_TRANSITIONS,
    THING_TRANSITIONS,
    LoanState,
    RequestState,
    ThingState,
)
from mutualaid.matching.states import MATCH_TRANSITIONS, MatchState
from mutualaid.partners.states import (
    INCOMING_TRANSITIONS,
    OUTGOING_TRANSITIONS,
    PARTNER_TRANSITIONS,
    IncomingState,
    OutgoingState,
    PartnerState,
)
from offers_app.states import OFFER_TRANSITIONS, OfferState
from requests_app.states import CLAIM_TRANSITIONS, ClaimState
from tests.support.pictures import arrows_in, written

LIVES: dict[str, tuple[Any, Any]] = {
    "Claim": (CLAIM_TRANSITIONS, ClaimState),
    "Offer": (OFFER_TRANSITIONS, OfferState),
    "Match": (MATCH_TRANSITIONS, MatchState),
    "Expense": (EXPENSE_TRANSITIONS, ExpenseState),
    "Neighbouring group": (PARTNER_TRANSITIONS, PartnerState),
    "Need that a group is asked about": (OUTGOING_TRANSITIONS, OutgoingState),
    "Need of another group": (INCOMING_TRANSITIONS, IncomingState),
    "Thing": (THING_TRANSITIONS, ThingState),
    "Wish": (REQUEST_TRANSITIONS, RequestState),
    "Loan": (LOAN_TRANSITIONS, LoanState),
}
each_life = pytest.mark.parametrize("name", LIVES)


@each_life
def test_the_picture_is_the_table(name):
    moves, _states = LIVES[name]
    table = {
        (source, move.target, action) for action, move in moves.items() for source in move.sources
    }
    assert arrows_in(written("mutualaid/docs/life.md", name)) == table


@each_life
def test_every_state_is_reached_and_every_step_leads_somewhere(name):
    moves, states = LIVES[name]
    first = {states.values[0]} | ({OfferState.ASKED} if name == "Offer" else set())
    assert first | {move.target for move in moves.values()} == set(states.values)
    assert {source for move in moves.values() for source in move.sources} <= set(states.values)
