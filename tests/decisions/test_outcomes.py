"""How many have to be heard, and what passes."""

import pytest

from mutualaid.decisions.models import Outcome, Weight
from mutualaid.decisions.outcomes import THRESHOLDS, Tally, outcome_of

PASSED, NOT_PASSED, TOO_FEW = Outcome.PASSED, Outcome.NOT_PASSED, Outcome.TOO_FEW


@pytest.mark.parametrize(
    ("have_a_say", "light", "heavy"),
    [
        (1, 1, 1),
        (2, 2, 2),
        (3, 3, 3),
        (4, 3, 4),
        (5, 3, 5),
        (20, 3, 5),
        (21, 3, 6),
        (30, 3, 8),
        (31, 4, 8),
        (100, 10, 25),
        (101, 11, 26),
        (2000, 200, 500),
    ],
)
def test_how_many_have_to_be_heard(have_a_say, light, heavy):
    """At least 3 or a tenth, at least 5 or a quarter, and never more than there are."""
    needed = [THRESHOLDS[weight].needed(have_a_say) for weight in (Weight.LIGHT, Weight.HEAVY)]
    assert needed == [light, heavy]


def test_a_light_one_takes_five_days_and_a_heavy_one_ten():
    assert [THRESHOLDS[weight].days for weight in (Weight.LIGHT, Weight.HEAVY)] == [5, 10]


@pytest.mark.parametrize(
    ("tally", "needed", "outcome"),
    [
        (Tally(0, 0, 0), 1, TOO_FEW),
        (Tally(2, 0, 0), 3, TOO_FEW),
        (Tally(3, 0, 0), 3, PASSED),
        (Tally(1, 2, 0), 3, PASSED),
        (Tally(0, 3, 0), 3, NOT_PASSED),
        (Tally(1, 2, 1), 3, NOT_PASSED),
        (Tally(1, 3, 1), 3, PASSED),
        (Tally(2, 1, 1), 3, NOT_PASSED),
        (Tally(30, 46, 24), 3, PASSED),
        (Tally(30, 45, 25), 3, NOT_PASSED),
        (Tally(1, 0, 0), 1, PASSED),
    ],
)
def test_a_light_one_passes_with_someone_for_it_and_concerns_under_a_quarter(
    tally, needed, outcome
):
    assert outcome_of(tally, weight=Weight.LIGHT, needed=needed) is outcome


@pytest.mark.parametrize(
    ("tally", "needed", "outcome"),
    [
        (Tally(4, 0, 0), 5, TOO_FEW),
        (Tally(4, 1, 0), 5, PASSED),
        (Tally(4, 2, 0), 5, PASSED),
        (Tally(4, 0, 2), 5, PASSED),
        (Tally(3, 2, 0), 5, NOT_PASSED),
        (Tally(66, 34, 0), 25, NOT_PASSED),
        (Tally(67, 33, 0), 25, PASSED),
        (Tally(2, 0, 0), 2, PASSED),
        (Tally(1, 1, 0), 2, NOT_PASSED),
    ],
)
def test_a_heavy_one_passes_with_two_thirds_for_it(tally, needed, outcome):
    assert outcome_of(tally, weight=Weight.HEAVY, needed=needed) is outcome
