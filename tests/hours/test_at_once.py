"""Many at once: the sum stays zero, nobody passes a limit, no two wait for each other."""

from collections import Counter
from functools import partial
from random import Random

import pytest
from django.db import connection

from mutualaid.data_rights.actions import erase_account
from mutualaid.hours import actions
from mutualaid.hours.models import HourNote
from mutualaid.hours.sweep import sweep_hours
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged
from tests.support import factories, hours
from tests.support.at_once import at_once
from tests.support.processes import in_processes, wait_for_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PROCESSES, EACH, PEOPLE, LIMIT = 16, 15, 4, 5


def answered(note: HourNote, by: User, action: str = "agree") -> str:
    try:
        getattr(actions, action)(HourNote.objects.get(pk=note.pk), by=by)
    except (StateChanged, actions.NotForYou, HourNote.DoesNotExist) as refused:
        return type(refused).__name__
    return action


def test_of_six_who_agree_at_once_one_does():
    hours.on()
    sam, vera = factories.person("Sam"), factories.person("Vera")
    note = hours.proposed(sam, vera)
    results = at_once([partial(answered, note, vera)] * 6)
    assert Counter(results) == {"agree": 1, "StateChanged": 5}
    assert hours.balance(sam) == 60


def test_of_yes_no_and_taking_back_at_once_one_holds():
    hours.on()
    sam, vera = factories.person("Sam"), factories.person("Vera")
    note = hours.proposed(sam, vera)
    jobs = [(vera, "agree"), (vera, "decline"), (sam, "take_back")] * 2
    results = Counter(at_once([partial(answered, note, by, action) for by, action in jobs]))
    assert results.pop("StateChanged") == 5
    assert sum(results.values()) == 1
    note.refresh_from_db()
    held = {"agreed": "agree", "declined": "decline", "taken_back": "take_back"}[note.state]
    assert results == {held: 1}
    assert hours.balance(sam) == (60 if held == "agree" else 0)


def test_notes_of_one_person_agreed_at_once_stop_at_the_limit():
    hours.on(hours_limit=3)
    sam, *others = (factories.person() for _ in range(9))
    notes = [hours.proposed(sam, other) for other in others]
    at_once([partial(answered, n, o) for n, o in zip(notes, others, strict=True)])
    assert hours.balance(sam) == 180
    assert HourNote.objects.filter(is_gift=True).count() == 5


def erased(user: User) -> str:
    erase_account(User.objects.get(pk=user.pk))
    return "erased"


def test_one_leaves_while_the_other_agrees_and_the_sum_is_zero_both_ways():
    hours.on()
    for _ in range(3):
        sam, vera = factories.person(), factories.person()
        note = hours.proposed(sam, vera)
        at_once([partial(answered, note, vera), partial(erased, sam)])
        kept = HourNote.objects.filter(pk=note.pk).first()
        assert kept is None or (kept.state, kept.giver) == ("agreed", None)
        assert hours.balance(vera) == (-60 if kept else 0)
    assert hours.balance(None) + sum(map(hours.balance, User.objects.all())) == 0


def trade(number: int) -> Counter[str]:
    """Note hours between a few people at random and agree to all one finds, while sweeps run."""
    random, outcomes = Random(number), Counter[str]()
    people = list(User.objects.order_by("pk"))
    wait_for_all()
    for _ in range(EACH):
        giver, receiver = random.sample(people, 2)
        by = random.choice((giver, receiver))
        try:
            hours.proposed(giver, receiver, random.randint(1, 240), by=by)
        except actions.NotedAlready:
            outcomes["waits"] += 1
        for note in HourNote.objects.waiting().order_by("?")[:3]:
            other = next(one for one in people if one.pk == note.asked_id)
            outcomes[answered(note, other)] += 1
        list(sweep_hours())
    connection.close()
    return outcomes


@pytest.mark.each_database
def test_in_16_processes_the_sum_is_zero_and_nobody_is_past_the_limit():
    hours.on(hours_limit=LIMIT)
    for _ in range(PEOPLE):
        factories.person()
    outcomes = sum(in_processes(PROCESSES, trade), Counter[str]())
    assert outcomes["agree"] > PROCESSES
    assert HourNote.objects.filter(state="agreed").count() == outcomes["agree"]
    assert HourNote.objects.filter(is_gift=True).exists()
    balances = [hours.balance(one) for one in User.objects.all()]
    assert sum(balances) == 0
    assert max(map(abs, balances)) <= LIMIT * 60
    assert any(balances)
