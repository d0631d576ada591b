"""What anyone answered is in no page, file, letter, log or record, before the end and after it."""

import json
import logging
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from mutualaid.data_rights.export import data_of
from mutualaid.decisions import actions
from mutualaid.decisions.actions import rule_of_two
from mutualaid.decisions.models import Admission, Decision, NeighbourContact, RuleOfTwo, Say
from mutualaid.decisions.record import COUNTS
from mutualaid.local_time import format_day
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import Role, User
from mutualaid.record.entries import in_words, kind_named
from mutualaid.record.models import RecordEntry
from mutualaid.retention.erasing import erase, erase_expired
from mutualaid.retention.terms import ACCOUNT, ASK
from tests.support import factories, voting
from tests.support.signing_in import sign_in
from tests.support.voting import CONCERN, FOR, closed, member, members, proposed, say

pytestmark = pytest.mark.django_db
REASON, WHY = "the blue canary reason", "the yellow canary why"


@pytest.fixture(autouse=True)
def _together(db: None) -> None:
    voting.together(has_record=True)


def every_row() -> str:
    """All that the database holds, as it is stored."""
    held = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            held += [repr(row) for row in cursor.fetchall()]
    return "\n".join(held)


def test_a_copy_of_the_database_does_not_tell_a_reason(caplog):
    caplog.set_level(logging.DEBUG)
    ada, ben, *others = members(5)
    asks = voting.neighbours(5)
    decision = proposed(ada, why=WHY)
    say(decision, FOR, ada, *others)
    say(decision, CONCERN, ben, reason=REASON)
    for asked in asks:
        actions.speak_as_neighbour(decision, by=asked, answer=CONCERN, reason=REASON)
    for _moment in ("before", "after"):
        held = every_row()
        assert REASON not in held
        assert WHY not in held
        closed(decision)
    deliver_all()
    assert REASON not in caplog.text
    assert WHY not in caplog.text
    assert (decision.reasons, decision.neighbour_reasons) == ([REASON], [REASON] * 5)


def test_no_page_shows_an_answer_to_anyone_else_before_the_end():
    ada, ben = members(2)
    carla = member("Carla", Role.COORDINATOR)
    decision = proposed(ada)
    say(decision, CONCERN, ben, reason=REASON)
    for who in (ada, carla):
        browser = sign_in(Client(), who)
        for page in (f"/decisions/{decision.public_id}/", "/decisions/", "/", "/admin/together/"):
            assert REASON not in browser.get(page, follow=True).content.decode()


def test_the_record_says_counts_and_no_person_in_the_clear():
    ada, *others = member("Zsófianary"), *members(4)
    decision = proposed(ada, why=WHY)
    seal = decision.seal
    say(decision, FOR, ada, *others)
    closed(decision)
    opened, outcome = RecordEntry.objects.filter(kind__startswith="decision.").order_by("pk")
    assert (opened.kind, outcome.kind) == ("decision.opened", "decision.closed")
    assert opened.facts["list_size"] == 5
    assert opened.facts["seal"] == seal
    assert outcome.facts == {
        "decision": decision.pk, "kind": "policy", "outcome": "passed", "heard": 5, "in_favour": 5,
        "can_live": 0, "concerns": 0,
    }  # fmt: skip
    assert set(opened.people) == {"proposer"}
    assert not outcome.people
    assert "Heard: 5; for it: 5;" in in_words(outcome)
    last_day = format_day(date.fromisoformat(str(opened.facts["ends"])))
    assert in_words(opened).endswith(f"5 people have a say, until {last_day}.")


def test_the_record_has_no_counts_of_fewer_than_five():
    people = members(4)
    decision = proposed(people[0])
    say(decision, FOR, *people)
    closed(decision)
    entry = RecordEntry.objects.get(kind="decision.closed")
    assert {entry.facts[count] for count in COUNTS} == {-1}
    assert "Heard: fewer than five people; for it: –;" in in_words(entry)
    assert disagreeing("decision.closed") == []


def disagreeing(name: str) -> list[int]:
    """The entries of this kind that the tables no longer agree with, by their ids."""
    kind = kind_named(name)
    assert kind
    rows = RecordEntry.objects.filter(kind=name)
    return list(kind.disagreeing({row.pk: row.facts for row in rows}))


def test_the_record_names_a_decision_whose_counts_were_changed_since():
    people = members(5)
    decision = proposed(people[0])
    say(decision, FOR, *people)
    closed(decision)
    assert disagreeing("decision.closed") == []
    Decision.objects.filter(pk=decision.pk).update(in_favour=4, can_live=1)
    assert len(disagreeing("decision.closed")) == 1


@pytest.mark.parametrize(
    "edited", [{"values": {"wave_minutes_normal": 1}}, {"list_size": 9}, {"seal": "0" * 64}]
)
def test_the_record_names_a_proposal_that_was_edited_since_it_was_opened(edited):
    decision = proposed(member())
    assert disagreeing("decision.opened") == []
    Decision.objects.filter(pk=decision.pk).update(**edited)
    assert len(disagreeing("decision.opened")) == 1


def test_the_record_goes_on_to_agree_once_the_words_of_a_proposal_are_erased():
    decision = proposed(member())
    Decision.objects.filter(pk=decision.pk).update(values=None, base="", why="")
    assert disagreeing("decision.opened") == []


def test_a_rule_of_two_stands_in_the_record_with_both_of_them_as_hashes():
    ada, ben = member("Ada", Role.COORDINATOR), member("Ben", Role.COORDINATOR)
    rule = rule_of_two.propose("policy", {"wave_minutes_high": 11}, by=ada)
    rule_of_two.agree(rule, by=ben)
    rule_of_two.end(rule, by=ben)
    agreed, ended = RecordEntry.objects.filter(kind__startswith="decision.").order_by("pk")
    assert (agreed.kind, ended.kind) == ("decision.two_agreed", "decision.two_ended")
    assert set(agreed.people) == {"proposer", "second"}


def test_once_counted_the_list_tells_of_no_one_whether_they_answered():
    ada, ben = members(2)
    decision = proposed(ada)
    say(decision, FOR, ada)
    Say.objects.filter(user=ben).update(reminder_told=True)
    closed(decision)
    columns = ("answer", "reason", "answered_at", "reminder_told")
    assert len(set(Say.objects.values_list(*columns))) == 1


def test_who_leaves_takes_along_what_they_answered_and_that_they_proposed_it():
    ada, ben = members(2)
    decision = proposed(ada)
    say(decision, CONCERN, ada, reason=REASON)
    actions.vouch(member("Kim"), by=ada)
    erase(ACCOUNT, [ada.pk])
    assert {line.user for line in Say.objects.all()} == {ben}
    decision.refresh_from_db()
    assert decision.opened_by is None
    assert REASON not in [line.reason for line in Say.objects.all()]
    assert not User.objects.get(name="Kim").vouches.exists()


def test_a_neighbours_answer_goes_with_their_ask():
    asked, ada = factories.ask(), member()
    decision = proposed(ada)
    actions.speak_as_neighbour(decision, by=asked, answer=FOR)
    assert NeighbourContact.objects.exists()
    erase(ASK, [asked.pk])
    assert not NeighbourContact.objects.exists()
    assert closed(decision).neighbour_in_favour == 0


def test_words_and_reasons_go_once_they_are_not_in_force_and_counts_stay():
    ada, ben, *others = members(5)
    rejected = proposed(ada, why=WHY)
    say(rejected, CONCERN, ada, ben, *others, reason=REASON)
    closed(rejected)
    agreement = proposed(ada, {"words": "We ring first", "replaces": ""}, kind="agreement")
    say(agreement, FOR, ada, ben, *others)
    closed(agreement)
    erase_expired()
    rejected.refresh_from_db()
    assert rejected.reasons == [REASON] * 5
    Decision.objects.filter(words_until__isnull=False).update(
        words_until=Now() - timedelta(hours=1)
    )
    erase_expired()
    rejected.refresh_from_db()
    agreement.refresh_from_db()
    assert (rejected.why, rejected.reasons, rejected.values) == ("", [], None)
    assert (rejected.concerns, rejected.outcome) == (5, "not_passed")
    assert agreement.values == {"words": "We ring first", "replaces": ""}


def test_the_list_and_admissions_go_after_their_time(carla):
    ada = member()
    admission, _code = actions.admit(by=carla)
    Admission.objects.update(
        given_at=Now() - timedelta(days=400), ends_at=Now() + timedelta(days=1)
    )
    decision = proposed(ada)
    closed(decision)
    Admission.objects.update(ends_at=Now() - timedelta(days=40))
    erase_expired()
    assert Admission.objects.filter(pk=admission.pk).exists()
    Decision.objects.update(closed_at=Now() + timedelta(days=1))
    erase_expired()
    assert decision.says.count() == 2
    moved = timedelta(days=40)
    row = Decision.objects.get()
    Decision.objects.update(
        opened_at=row.opened_at - moved,
        ends_at=row.ends_at - moved,
        closed_at=row.ends_at - moved,
    )
    erase_expired()
    erase_expired()
    assert not Say.objects.exists()
    assert not Admission.objects.exists()
    assert Decision.objects.exists()


def test_a_copy_of_ones_data_has_ones_own_say_and_no_one_elses():
    ada, ben = members(2)
    decision = proposed(ada, why=WHY)
    say(decision, CONCERN, ada, reason=REASON)
    mine, theirs = (json.dumps(data_of(one), default=str) for one in (ada, ben))
    assert REASON in mine
    assert WHY in mine
    assert REASON not in theirs
    closed(decision)
    assert REASON not in json.dumps(data_of(ada), default=str)


def test_nothing_of_it_is_left_when_a_group_has_ended():
    from mutualaid.ending.steps.erasing import KEPT

    tables = {model._meta.db_table for model in apps.get_app_config("decisions").get_models()}
    assert not tables & KEPT.keys()
    assert RuleOfTwo._meta.db_table in tables
