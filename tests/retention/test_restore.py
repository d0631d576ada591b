"""Dump, erase, restore, replay: no one who was erased comes back. Bar P6."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mutualaid.data_rights.actions import erase_account
from mutualaid.matching import tasks
from mutualaid.notify.models import Notification
from mutualaid.people.models import User
from mutualaid.retention.models import Erasure
from mutualaid.retention.tasks import sweep
from mutualaid.retention.terms import ASK
from requests_app.access.links import ask_by_token, make_link
from requests_app.actions import claim_need, erase_ask, erase_need, repeat_need, withdraw_need
from requests_app.models import Ask, AskContact, Need
from tests.support import canary, factories, stored
from tests.support.canary import CANARY, NOTES, SECRETS
from tests.support.clock import later

NOT_OURS = ("contenttypes", "auth", "admin")


def dump(to: Path) -> str:
    call_command("dumpdata", *[f"--exclude={app}" for app in NOT_OURS], output=str(to))
    return to.read_text()


def restore(dumped: Path) -> None:
    call_command("flush", interactive=False, verbosity=0)
    call_command("loaddata", str(dumped), verbosity=0)


def replay(*files: Path) -> str:
    out = StringIO()
    call_command("replay_erasures", *files, stdout=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_no_one_who_was_erased_comes_back(tmp_path):
    sam, rosa = factories.person("Sam Canaryhelper"), factories.person("Rosa")
    factories.offer(by=sam)
    ask, other = canary.ask(), factories.ask(account=rosa)
    token = make_link(ask)
    tasks.sweep()
    claim_need(other.needs.get(), by=sam, weekly_limit=2)
    held = dump(tmp_path / "dump.json")
    assert stored.leaks(SECRETS, held) == []

    erase_ask(ask)
    erase_account(sam)
    restore(tmp_path / "dump.json")
    assert AskContact.objects.get(ask=ask).name == CANARY.name
    assert User.objects.get(pk=sam.pk).is_active
    assert not Erasure.objects.exists()

    assert replay() == "Erased again: 2. The others were not here.\n"
    assert (ask.needs.get().state, other.needs.get().state) == ("closed", "open")
    assert AskContact.objects.get(ask=ask).name == ""
    assert ask_by_token(token) is None
    gone = ("Canaryhelper", "canaryhelper", *SECRETS)
    assert stored.leaks(gone, stored.every_row()) == []
    assert AskContact.objects.get(ask=other).name == "Ana"
    assert replay() == "Erased again: 0. The others were not here.\n"
    assert Erasure.objects.count() == 3, "the account, the ask, and its need"


@pytest.mark.django_db(transaction=True)
def test_a_day_of_a_weekly_ask_goes_again_and_the_ask_and_its_other_days_go_on(tmp_path):
    ask = canary.ask()
    until = timezone.localdate() + timedelta(days=60)
    repeat_need(ask.needs.get(), weekdays=["MO"], until=until)
    first, second, *_ = ask.needs.order_by("pk")
    dump(tmp_path / "dump.json")
    withdraw_need(first)
    Need.objects.filter(pk=first.pk).update(closed_at=timezone.now() - timedelta(days=29))
    sweep()
    restore(tmp_path / "dump.json")
    assert replay() == "Erased again: 1. The others were not here.\n"
    first.refresh_from_db()
    assert (first.state, first.notes.text, first.series) == ("closed", "", None)
    second.refresh_from_db()
    assert (second.state, second.notes.text) == ("open", NOTES)
    assert second.series
    assert second.series.ended_at is None
    assert AskContact.objects.get(ask=ask).name == CANARY.name


@pytest.mark.django_db(transaction=True)
def test_an_old_backup_and_every_day_in_the_ledger_still_leave_a_weekly_ask_its_next_days(tmp_path):
    ask = canary.ask()
    until = timezone.localdate() + timedelta(days=300)
    repeat_need(ask.needs.get(), weekdays=["MO"], until=until)
    later(days=70)
    dump(tmp_path / "dump.json")
    for need in ask.needs.all():
        erase_need(need)
    restore(tmp_path / "dump.json")
    replay()
    live = ask.needs.filter(erased_at=None)
    assert live.exists()
    assert {(need.state, need.notes.text) for need in live} == {("open", NOTES)}
    assert not ask.needs.filter(needed_by__lt=timezone.localdate()).exists()


@pytest.mark.django_db(transaction=True)
def test_the_volunteer_of_a_need_that_came_back_and_goes_is_told(tmp_path, sam):
    need = factories.need()
    claim_need(need, by=sam, weekly_limit=2)
    dump(tmp_path / "dump.json")
    erase_ask(need.ask)
    restore(tmp_path / "dump.json")
    assert not Notification.objects.filter(kind="claim_ended").exists()
    replay()
    assert Notification.objects.filter(kind="claim_ended", recipient=sam).exists()


@pytest.mark.django_db
def test_someone_new_who_got_the_number_of_one_erased_stays(ledger, sam):
    before = (timezone.now() - timedelta(hours=1)).isoformat()
    ledger.write_text(f"people.User,{sam.pk},{before}\n")
    assert replay().startswith("Erased again: 0.")
    ledger.write_text(f"people.User,{sam.pk},{timezone.now().isoformat()}\n")
    assert replay().startswith("Erased again: 1.")


@pytest.mark.django_db
def test_several_ledgers_of_several_machines_can_be_replayed(tmp_path):
    asks = [factories.ask(), factories.ask()]
    files = [tmp_path / name for name in ("a.csv", "b.csv")]
    for ask, file in zip(asks, files, strict=True):
        file.write_text(f"{ASK},{ask.public_id},{timezone.now().isoformat()}\n")
    assert replay(*files).startswith("Erased again: 2.")
    assert not Ask.objects.filter(erased_at=None).exists()
    assert not Need.objects.filter(erased_at=None).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "line",
    [
        "requests_app.Ask,17,2026-01-01T00:00:00+00:00",
        "requests_app.Need,17,2026-01-01T00:00:00+00:00",
        "people.User,x,2026-01-01T00:00:00+00:00",
        "people.User,1,yesterday",
        "people.User,1,2026-01-01T00:00:00",
        "people.RateLimitWindow,1,2026-01-01T00:00:00+00:00",
        "no.Model,1,2026-01-01T00:00:00+00:00",
        "people.User,1",
        "",
    ],
)
def test_a_file_that_is_no_ledger_erases_nothing_and_its_line_is_named(ledger, sam, line):
    good = f"people.User,{sam.pk},{timezone.now().isoformat()}"
    ledger.write_text(f"{good}\n{line}\n")
    with pytest.raises(CommandError, match=r"erasures\.csv, line 2"):
        replay()
    assert User.objects.get(pk=sam.pk).is_active


@pytest.mark.django_db
def test_a_ledger_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        replay(tmp_path / "nowhere.csv")


@pytest.mark.django_db
def test_a_ledger_file_that_cannot_be_written_holds_up_no_erasing(
    settings: Any, tmp_path, django_capture_on_commit_callbacks
):
    settings.ERASURE_LEDGER = tmp_path / "no" / "folder.csv"
    ask = factories.ask()
    with django_capture_on_commit_callbacks(execute=True):
        erase_ask(ask)
    assert Erasure.objects.get(model=ASK).key == str(ask.public_id)
