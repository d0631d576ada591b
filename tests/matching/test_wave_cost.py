"""What one wave of invitations costs: modules that one has to read, and questions to the database."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mutualaid.matching.outreach.match_need import match_need
from mutualaid.notify.models import Preferences
from mutualaid.policy.actions import make_policy
from mutualaid.singleton.reading import read_once
from requests_app.models import Need
from tests.support import factories
from tests.support.modules import modules_entered
from tests.support.people import wishes

pytestmark = pytest.mark.django_db
OF_MATCHING = "mutualaid.matching."


@pytest.fixture(autouse=True)
def policy() -> None:
    """The group has its row, as every group has."""
    make_policy()


def matched(volunteers: int) -> Need:
    """A need that so many volunteers fit, each with preferences of their own; no one is invited yet."""
    for _ in range(volunteers):
        volunteer = factories.person()
        wishes(volunteer, time_zone="Europe/Berlin")
        factories.offer(by=volunteer)
    return factories.need()


def questions(need: Need) -> Counter[str]:
    """How often each table is read while the need is matched."""
    with CaptureQueriesContext(connection) as captured, read_once():
        match_need(need.pk)
    queries = [query["sql"] for query in captured.captured_queries]
    read = [sql for sql in queries if sql.startswith("SELECT") and "FROM" in sql]
    return Counter(sql.split("FROM")[1].split()[0].strip('"') for sql in read)


def test_a_wave_leads_through_no_more_than_45_modules():
    match_need(matched(volunteers=3).pk)  # what is imported late is there by now
    need = matched(volunteers=3)

    def wave() -> None:
        with read_once():
            match_need(need.pk)

    entered = modules_entered(wave)
    assert need.matches.filter(state="notified").exists()
    ours = [name for name in entered if name.startswith(OF_MATCHING)]
    assert len(ours) <= 15, "\n".join(sorted(ours))
    assert len(entered) <= 45, "\n".join(sorted(entered))


def test_those_who_sleep_cost_no_question_each():
    factories.set_policy(wave_chances=[0.0] * 4)
    few = questions(matched(volunteers=3))
    many = questions(matched(volunteers=15))
    assert many == few
    assert many[Preferences._meta.db_table] == 1
