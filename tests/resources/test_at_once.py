"""Two at once: a file that is read twice at the same time, and a flood of reports."""

from functools import partial
from uuid import uuid4

import pytest

from mutualaid.resources import actions
from mutualaid.resources.attention import reports_waiting
from mutualaid.resources.hsds.reading import import_services
from mutualaid.resources.models import Resource
from tests.support import factories
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_read_one_file_at_once_have_each_service_once():
    factories.category()
    factories.locality()
    services = [
        {
            "id": str(uuid4()),
            "name": f"Table {number}",
            "attributes": [{"taxonomy_term": {"code": "groceries"}}],
        }
        for number in range(5)
    ]
    files = [services, services[::-1]]
    outcomes = at_once([partial(import_services, file, by=None) for file in files])
    assert [outcome.mistakes for outcome in outcomes] == [[], []]
    assert sum(outcome.added for outcome in outcomes) == 5
    assert Resource.objects.count() == 5


def test_many_who_report_at_once_are_no_more_than_may_wait():
    table = factories.resource()
    for _ in range(actions.MOST_WAITING - 2):
        actions.report_wrong(table, what="closed", words="")
    report = partial(actions.report_wrong, table, what="hours", words="")
    assert sorted(at_once([report] * 5)) == [False, False, False, True, True]
    assert reports_waiting() == actions.MOST_WAITING
