"""Whoever looks at the site learns that the record is sealed late, and which number of it does not hold."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now

from mutualaid.health import checks
from mutualaid.health.findings import Finding, State
from mutualaid.record import checking
from mutualaid.record.models import RecordCheck, RecordEntry
from mutualaid.record.tasks import check
from tests.support import factories, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(db: None) -> None:
    factories.set_policy(has_record=True)


def look() -> dict[str, Finding]:
    return {finding.name: finding for finding in checks.record()}


def tamper(number: int) -> None:
    with recorded.unheld():
        RecordEntry.objects.filter(number=number).update(facts={"n": 99})


@pytest.mark.parametrize(("hours", "state"), [(2.9, State.OK), (3.1, State.LATE)])
def test_what_waits_for_a_seal_for_three_hours_is_late_and_no_alarm(hours, state):
    recorded.sealed(2)
    assert look()["sealing"].is_ok
    recorded.happen(3)
    with recorded.unheld():
        RecordEntry.objects.filter(seal=None).update(at=Now() - timedelta(hours=hours))
    assert look()["sealing"].state is state


def test_the_first_number_that_does_not_hold_is_said_with_what_to_do():
    recorded.sealed(4)
    check()
    assert look()["record"].is_ok
    tamper(3)
    check()
    found = look()["record"]
    assert found.state is State.LATE
    assert "number 3 doesn't hold" in found.sentence
    assert "manage.py check_record" in found.sentence


def test_what_is_sealed_while_it_is_checked_breaks_nothing(monkeypatch):
    recorded.sealed(2)
    read = checking._rows

    def sealed_meanwhile(later):
        found = list(read(later))
        recorded.sealed(1)
        yield from found

    monkeypatch.setattr(checking, "_rows", sealed_meanwhile)
    assert checking.check_record().number == 2


def test_what_is_sealed_before_the_first_row_is_read_breaks_nothing(monkeypatch):
    recorded.sealed(2)
    newest = checking._last_seal

    def sealed_afterwards():
        found = newest()
        recorded.sealed(1)
        return found

    monkeypatch.setattr(checking, "_last_seal", sealed_afterwards)
    assert checking.check_record().number == 2


def test_the_command_notes_what_it_found_too_but_not_of_heads_that_someone_kept():
    (seal,) = recorded.sealed(2)
    with pytest.raises(CommandError):
        call_command("check_record", "--head", "a" * 64, "--number", "2")
    assert not RecordCheck.objects.exists()
    call_command("check_record")
    assert (RecordCheck.objects.get().number, RecordCheck.objects.get().holds) == (2, True)
    tamper(1)
    with pytest.raises(CommandError):
        call_command("check_record", "--head", seal.head, "--number", "2")
    assert look()["record"].is_ok
    with pytest.raises(CommandError):
        call_command("check_record")
    assert not look()["record"].is_ok


@pytest.mark.django_db(transaction=True)
def test_where_no_record_is_kept_nothing_is_checked_and_nothing_is_said(signed_in, carla, all_live):
    browser = signed_in(carla)
    assert "Our record" in browser.get("/admin/health/").content.decode()
    factories.set_policy(has_record=False)
    check()
    assert not RecordCheck.objects.exists()
    assert look() == {}
