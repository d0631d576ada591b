"""Whole processes claim at once, as workers do: no need and no week gets more than it wants.

The long form, with speeds, is `make bench-claims`.
"""

import pytest
from django.db import connection

from requests_app.models import Claim, Need
from requests_app.states import state_from_claims
from tests.benchmarks.racing import PLACES, over, plain_table, race, tries_for
from tests.support import factories

LIMIT = 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_four_processes_that_claim_at_once_exceed_nothing():
    people = [factories.person().pk for _ in range(8)]
    needs = [factories.need(helpers_wanted=1 + n % 3).pk for n in range(8)]
    connection.commit()
    with plain_table():
        outcome = race(PLACES, tries_for(needs, people, 20), processes=4, limit=LIMIT)
        assert over(PLACES, LIMIT) == (0, 0)
    assert sum(outcome.results.values()) == 160
    assert outcome.results["won"] == Claim.objects.live().count() > 8
    for need in Need.objects.all():
        assert need.state == state_from_claims(
            need.helpers_wanted, list(need.claims.values_list("state", flat=True))
        )
