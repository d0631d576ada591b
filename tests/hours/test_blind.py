"""No balance decides who is helped: candidates, invitations and rights are the same at either limit."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from mutualaid.decisions import members
from mutualaid.hours.models import HourNote
from mutualaid.matching.models import Match
from mutualaid.matching.tasks import sweep
from mutualaid.notify.models import Notification
from mutualaid.people import introductions
from mutualaid.people.models import User
from requests_app.models import Need
from requests_app.newcomers import next_contact_at
from requests_app.rules import can_be_assigned, can_claim, can_see_name
from tests.support import factories, hours
from tests.support.canary import without_tokens
from tests.support.hours import agreed, balance
from tests.support.scene import match_of

pytestmark = pytest.mark.django_db
LIMIT = 20 * 60


@pytest.fixture
def open_need(sam, vera, mallory) -> Need:
    """One that Sam, Vera and Mallory fit; Rosa, who asked before, has an account."""
    hours.on()
    factories.set_points()
    for volunteer in (sam, vera, mallory):
        factories.offer(by=volunteer)
    return factories.need(urgency=4)


def what_matching_does() -> list[Any]:
    """Who is matched, with which score and reasons, and who is invited; it is taken back at the end."""
    with transaction.atomic():
        sweep()
        fields = [f.attname for f in Match._meta.concrete_fields]
        times = {
            "id",
            "public_id",
            "created_at",
            "invited_at",
            "answer_due_at",
            "thinking_at",
            "need_id",
        }
        told = Notification.objects.order_by("recipient", "kind").values_list("recipient", "kind")
        matches = Match.objects.order_by("offer").values_list(
            *(f for f in fields if f not in times)
        )
        seen = [list(matches), list(told)]
        transaction.set_rollback(True)
    assert seen[0], "no one fits the need of this test"
    return seen


def rights(user: User, need: Need) -> list[Any]:
    return [
        can_claim(user, need),
        can_be_assigned(user, need),
        can_see_name(user, need),
        next_contact_at(user),
        introductions.is_known(user),
        introductions.standing_of(user),
        members.standing_of(user),
    ]


def at(minutes: int, user: User, other: User) -> None:
    """Let this be the balance of `user`."""
    HourNote.objects.all().delete()
    if minutes:
        giver, receiver = (user, other) if minutes > 0 else (other, user)
        agreed(giver, receiver, abs(minutes))
    Notification.objects.all().delete()
    assert balance(user) == minutes


def same_at_every_balance(user: User, other: User, look: Callable[[], Any]) -> None:
    seen = []
    for minutes in (0, LIMIT, -LIMIT):
        at(minutes, user, other)
        seen.append(look())
    assert seen[0] == seen[1] == seen[2]


def test_matches_scores_and_invitations_are_the_same(sam, rosa, open_need):
    same_at_every_balance(sam, rosa, what_matching_does)


def test_so_are_those_of_a_need_whose_neighbour_is_at_a_limit(rosa, carla, open_need):
    open_need.ask.account = rosa
    open_need.ask.save(update_fields=["account"])
    same_at_every_balance(rosa, carla, what_matching_does)


def test_rights_are_the_same(sam, rosa, open_need):
    same_at_every_balance(sam, rosa, lambda: rights(sam, open_need))


@pytest.mark.one_database
@pytest.mark.parametrize("path", ["/help/", "/me/", "/board/", "/offer/", "/messages/"])
def test_pages_are_the_same_byte_for_byte(sam, rosa, open_need, signed_in, path):
    match_of(sam, open_need)
    browser = signed_in(sam)
    browser.get(path)
    same_at_every_balance(sam, rosa, lambda: without_tokens(browser.get(path).content.decode()))


def test_what_searches_and_invites_never_reads_hours(sam, rosa, open_need):
    at(LIMIT, sam, rosa)
    with CaptureQueriesContext(connection) as queries:
        sweep()
    assert len(queries) > 10
    assert not [query["sql"] for query in queries if HourNote._meta.db_table in query["sql"]]
