"""SQL that is kept holds no value of whom it was first written for."""

from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Count, DateField, IntegerField, Q, QuerySet
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mutualaid.matching.models import Match
from mutualaid.notify.models import Notification
from mutualaid.people.models import Role, User
from mutualaid.policy.current import current_policy
from mutualaid.statements import (
    Baked,
    Update,
    Window,
    compiled,
    compiled_update,
    compiled_window,
    constant,
    filled,
    in_window,
    late,
    slot,
    slots,
    write_all,
    written_anew,
)
from requests_app.models import Need
from requests_app.states import NeedState
from tests.support import factories

pytestmark = pytest.mark.django_db


@compiled
def of_urgency(is_open: bool) -> "QuerySet[Any, tuple[int]]":
    needs = Need.objects.filter(urgency=slot("urgency"))
    if is_open:
        needs = needs.filter(state=NeedState.OPEN)
    return needs.order_by("pk").values_list("pk")


@compiled
def among() -> "QuerySet[Need]":
    return Need.objects.filter(pk__in=slots("pks")).select_related("category").order_by("pk")


@compiled_update
def make_urgent() -> Update:
    needs = Need.objects.filter(pk=slot("pk"), urgency__lt=slot("urgency"))
    return Update(needs, {"urgency": slot("urgency", IntegerField()), "match_due_at": Now()})


@compiled_window
def people_and_needs() -> Window:
    needs = Need.objects.filter(ask__account__in=in_window()).order_by()
    counted = needs.values("ask__account").annotate(n=Count("pk"))
    people = User.objects.filter(name__gt=slot("after")).order_by("name")
    return Window(people.values_list("pk", "name"), [counted.values_list("ask__account", "n")])


def test_each_run_is_answered_by_its_own_values():
    low, high = factories.need(urgency=1), factories.need(urgency=3)
    closed = factories.need(urgency=3)
    Need.objects.filter(pk=closed.pk).update(state="claimed")
    assert of_urgency(True).rows(urgency=1) == [(low.pk,)]
    assert of_urgency(True).rows(urgency=3) == [(high.pk,)]
    assert of_urgency(False).rows(urgency=3) == [(high.pk,), (closed.pk,)]
    assert of_urgency(True) is of_urgency(True)


def test_rows_come_as_the_query_gives_them_and_with_what_it_selects():
    needs = [factories.need(), factories.need()]
    with CaptureQueriesContext(connection) as captured:
        found = among().rows(pks=[need.pk for need in needs])
        assert [need.category.slug for need in found] == ["groceries", "groceries"]
    assert found == needs
    assert found[0].created_at == needs[0].created_at
    assert len(captured) == 1
    assert among().rows(pks=[]) == []


def test_a_conditional_update_says_how_many_it_changed():
    need = factories.need(urgency=1)
    assert make_urgent().run(pk=need.pk, urgency=3) == 1
    assert make_urgent().run(pk=need.pk, urgency=3) == 0
    need.refresh_from_db()
    assert need.urgency == 3


def test_a_window_is_asked_for_more_than_its_rows_in_one_statement(rosa, sam, vera):
    factories.need(account=sam)
    factories.need(account=sam)
    with CaptureQueriesContext(connection) as captured:
        rows = people_and_needs().rows(0, 2, after="Rosa")
    assert sorted(rows) == [[sam.pk, "Sam", 2], [vera.pk, "Vera", None]]
    assert people_and_needs().rows(1, 2, after="Rosa") == [[vera.pk, "Vera", None]]
    assert len(captured) == 1


def test_what_is_asked_late_is_asked_at_every_run():
    days = iter([date(2020, 1, 1), date(2030, 1, 1)])
    factories.need(needed_by=timezone.localdate() + timedelta(days=1))

    @compiled
    def later() -> "QuerySet[Need]":
        return Need.objects.filter(needed_by__gt=late(lambda: next(days), DateField()))

    assert len(later().rows()) == 1
    assert len(later().rows()) == 0


BAKED = {
    "an id": lambda: Need.objects.filter(category=7),
    "the first id": lambda: Need.objects.filter(category=1),
    "ids": lambda: Need.objects.filter(pk__in=[7, 8]),
    "a day": lambda: Need.objects.filter(needed_by=date(2026, 11, 26)),
    "a moment": lambda: Need.objects.filter(created_at__gt=timezone.now()),
    "a while": lambda: Need.objects.filter(created_at__gt=Now() - timedelta(days=1)),
    "a text": lambda: Need.objects.filter(category__slug="groceries"),
    "points": lambda: Need.objects.annotate(n=constant(1) * 0.5).filter(n=slot("n")),
    "a number of the policy": lambda: Need.objects.filter(
        urgency=current_policy().live_claims_per_person
    ),
    "a choice of the policy": lambda: Need.objects.filter(
        Q(urgency=slot("n")) if current_policy().joining == "open" else Q()
    ),
    "something within a query within it": lambda: Need.objects.filter(
        ask__in=Need.objects.filter(urgency=2).values("ask")
    ),
}


@pytest.mark.parametrize("build", BAKED.values(), ids=BAKED)
def test_no_value_gets_into_sql_that_is_kept(build):
    with pytest.raises(Baked):
        compiled(build)()


def test_a_slot_that_is_not_given_is_no_answer():
    with pytest.raises(KeyError):
        of_urgency(True).rows()


def test_the_same_query_can_be_run_by_the_orm():
    need = factories.need(urgency=2)
    with filled(urgency=2, pks=[need.pk]):
        found = Need.objects.filter(urgency=slot("urgency"), pk__in=slots("pks"))
        assert list(found) == [need]
    with filled(pks=[]):
        assert not Need.objects.filter(pk__in=slots("pks")).exists()


def test_a_role_is_a_word_of_ours_and_may_stay():
    @compiled
    def coordinators() -> "QuerySet[User]":
        return User.objects.filter(memberships__role=Role.COORDINATOR)

    carla = factories.person("Carla", Role.COORDINATOR)
    assert coordinators().rows() == [carla]


def messages(of: Need) -> list[Notification]:
    """One that is due at once, one that waits, and one that lacks what may be missing."""
    later = timezone.now() + timedelta(hours=1)
    return [
        Notification(key="at once", kind="need_fits", about_id=of.pk, recipient=of.ask.account),
        Notification(key="later", kind="need_fits", about_id=of.pk, due_at=later, urgent=True),
        Notification(key='"%s" \'日本\\ {}', kind="", about_id=1),
    ]


def test_rows_written_by_one_document_are_as_the_orm_writes_them():
    need, column = factories.need(), {"unique": ("key",), "update": ("key",)}
    stored, moments = [], {"created_at", "due_at"}
    for way in (nullcontext, written_anew):
        rows = messages(need)
        with way():
            found = write_all(rows, **column)
        written = Notification.objects.order_by("pk")
        assert set(found) == set(written.values_list("pk", "key"))
        assert all(abs(row.created_at - timezone.now()) < timedelta(minutes=5) for row in written)
        assert {row.key: row.due_at for row in written}["later"] == rows[1].due_at
        assert all(row.due_at < timezone.now() + timedelta(minutes=5) for row in written[::2])
        hidden = {"id", *moments}
        stored.append(
            [{k: v for k, v in row.items() if k not in hidden} for row in written.values()]
        )
        written.delete()
    assert stored[0] == stored[1]
    assert len(stored[0]) == 3


def test_a_row_that_is_there_changes_what_it_is_to_change_and_keeps_its_id(sam):
    need, offer = factories.need(), factories.offer(by=sam)
    lines = [{"code": "near", "points": 7.5, "text": 'naïve \u2028 \\u0000 "quoted"'}]
    columns = {"unique": ("need", "offer"), "update": ("score", "lines")}
    first = Match.objects.create(need=need, offer=offer, score=1, pinned=True)
    again = Match(need=need, offer=offer, score=0.1 + 0.2, lines=lines, acceptance_factor=9)
    assert write_all([again], **columns) == [(first.pk, need.pk, offer.pk)]
    kept = Match.objects.get()
    assert (kept.pk, kept.public_id, kept.pinned) == (first.pk, first.public_id, True)
    assert (kept.score, kept.lines, kept.acceptance_factor) == (0.1 + 0.2, lines, 1)
    assert write_all([], **columns) == []


BROKEN = {
    "a state that does not exist": {"state": "maybe"},
    "an invitation without its time": {"state": "notified"},
    "a word that is too long for its column": {"state": "suggested or so"},
    "nothing where something must be": {"score": None},
    "a need that does not exist": {"need_id": 999_999},
}


@transaction.atomic
def write_and_check(match: Match) -> None:
    write_all([match], unique=("need", "offer"), update=("score",))
    connection.check_constraints()


@pytest.mark.parametrize("columns", BROKEN.values(), ids=BROKEN)
def test_the_constraints_hold_for_rows_written_by_one_document(columns):
    fine = {"need": factories.need(), "offer": factories.offer(), "score": 1}
    with pytest.raises((IntegrityError, DataError)):
        write_and_check(Match(**fine | columns))
    assert not Match.objects.exists()
