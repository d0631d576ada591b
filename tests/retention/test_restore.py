"""Dump, erase, restore, replay: nobody who was erased comes back. Bar P6."""

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
from requests_app.access.links import make_link, need_by_token
from requests_app.actions import claim_need, erase_need
from requests_app.models import Need, NeedContact
from tests.retention.test_erasing import CANARY, TOLD
from tests.support import factories, stored

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
def test_nobody_who_was_erased_comes_back(tmp_path):
    sam, rosa = factories.person("Sam Canaryhelper"), factories.person("Rosa")
    factories.offer(by=sam)
    need, other = factories.need(details=CANARY), factories.need(asked_by=rosa)
    token = make_link(need)
    tasks.sweep()
    claim_need(other, by=sam, weekly_limit=2)
    held = dump(tmp_path / "dump.json")
    assert stored.leaks(TOLD, held) == []

    erase_need(need)
    erase_account(sam)
    restore(tmp_path / "dump.json")
    assert NeedContact.objects.get(pk=need.pk).name == CANARY.name
    assert User.objects.get(pk=sam.pk).is_active
    assert not Erasure.objects.exists()

    assert replay() == "Erased again: 2. The others were not here.\n"
    need.refresh_from_db()
    other.refresh_from_db()
    assert (need.state, other.state) == ("closed", "open")
    assert NeedContact.objects.get(pk=need.pk).name == ""
    assert need_by_token(token) is None
    assert stored.leaks(("Canaryhelper", "canaryhelper"), stored.every_row()) == []
    assert NeedContact.objects.get(pk=other.pk).name == "Ana"
    assert replay() == "Erased again: 0. The others were not here.\n"
    assert Erasure.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_volunteer_of_a_need_that_came_back_and_goes_is_told(tmp_path, sam):
    need = factories.need()
    claim_need(need, by=sam, weekly_limit=2)
    dump(tmp_path / "dump.json")
    erase_need(need)
    restore(tmp_path / "dump.json")
    assert not Notification.objects.filter(kind="claim_ended").exists()
    replay()
    assert Notification.objects.filter(kind="claim_ended", recipient=sam).exists()


@pytest.mark.django_db
def test_somebody_new_who_got_the_number_of_one_erased_stays(ledger, sam):
    before = (timezone.now() - timedelta(hours=1)).isoformat()
    ledger.write_text(f"people.User,{sam.pk},{before}\n")
    assert replay().startswith("Erased again: 0.")
    ledger.write_text(f"people.User,{sam.pk},{timezone.now().isoformat()}\n")
    assert replay().startswith("Erased again: 1.")


@pytest.mark.django_db
def test_several_ledgers_of_several_machines_can_be_replayed(tmp_path):
    needs = [factories.need(), factories.need()]
    files = [tmp_path / name for name in ("a.csv", "b.csv")]
    for need, file in zip(needs, files, strict=True):
        file.write_text(f"requests_app.Need,{need.public_id},{timezone.now().isoformat()}\n")
    assert replay(*files).startswith("Erased again: 2.")
    assert not Need.objects.filter(erased_at=None).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "line",
    [
        "requests_app.Need,17,2026-01-01T00:00:00+00:00",
        "people.User,x,2026-01-01T00:00:00+00:00",
        "people.User,1,yesterday",
        "people.User,1,2026-01-01T00:00:00",
        "people.Tries,1,2026-01-01T00:00:00+00:00",
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
    need = factories.need()
    with django_capture_on_commit_callbacks(execute=True):
        erase_need(need)
    assert Erasure.objects.get().key == str(need.public_id)
