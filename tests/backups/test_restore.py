"""Dump, erase, restore: what was there is there again, and no one who was erased. Bar P6."""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from mutualaid.backups import postgres, restore, sqlite
from mutualaid.backups.archive import ArchiveWriter
from mutualaid.backups.backup import take as take_backup
from mutualaid.backups.errors import BackupError
from mutualaid.backups.models import SiteIdentity
from mutualaid.backups.restore import Allowed, drill
from mutualaid.data_rights.actions import erase_account
from mutualaid.people.models import User
from mutualaid.record.checking import Broken, Kept, check_record
from mutualaid.record.models import RecordEntry
from mutualaid.retention.models import Erasure
from requests_app.access.links import make_link
from requests_app.actions import erase_ask
from requests_app.models import Ask, AskContact
from tests.backups.conftest import LOCK, OPENS, killed_within
from tests.support import canary, factories, recorded, stored
from tests.support.canary import CANARY, SECRETS

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Take = Callable[..., Path]
OVER = Allowed(over=True)


def test_who_was_erased_does_not_come_back_and_who_was_not_does(take: Take, client: Client):
    sam = factories.person("Sam Canaryhelper")
    ask, other = canary.ask(), factories.ask(account=factories.person("Rosa"))
    token, kept = make_link(ask), make_link(other)
    backup = take()
    erase_ask(ask)
    erase_account(sam)
    later = factories.ask()

    done = restore.restore(backup, OPENS, OVER)

    assert done.erased_again == 2
    assert AskContact.objects.get(ask=other).name == "Ana"
    assert not Ask.objects.filter(public_id=later.public_id).exists()
    assert stored.leaks(("Canaryhelper", *SECRETS), stored.every_row()) == []
    assert client.get(f"/need/{token}/").status_code == 404
    assert client.get(f"/need/{kept}/").status_code == 200


def test_what_only_the_database_knew_of_erasures_is_not_lost_with_it(take: Take, data: Path):
    ask = canary.ask()
    backup = take()
    erase_ask(ask)
    (data / "erasures.csv").unlink()

    assert restore.restore(backup, OPENS, OVER).erased_again == 1

    assert stored.leaks(SECRETS, stored.every_row()) == []


def test_the_record_says_that_the_site_was_restored_and_kept_heads_do_too(take: Take):
    factories.set_policy(has_record=True)
    recorded.sealed(2)
    backup = take()
    (gone,) = recorded.sealed(2)

    restore.restore(backup, OPENS, OVER)

    recorded.seal()
    assert RecordEntry.objects.get(kind="record.restored").number == 3
    assert check_record().number == 3
    with pytest.raises(Broken, match=r"Number 4: the record ends before it.*entry 3 says that"):
        check_record([Kept(gone.last_number, gone.head)])


def test_numbers_go_on_where_they_were_and_triggers_work(take: Take):
    last = factories.person("Rosa")
    backup = take()
    restore.restore(backup, OPENS, OVER)
    assert factories.person("Sam").pk == last.pk + 1
    with connection.cursor() as cursor:
        on_sqlite = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger'"
        on_postgres = "SELECT COUNT(*) FROM pg_trigger WHERE NOT tgisinternal"
        cursor.execute(on_sqlite if connection.vendor == "sqlite" else on_postgres)
        assert cursor.fetchone()[0] > 10


def test_a_backup_from_before_a_migration_is_brought_up_to_date(take: Take):
    factories.person("Rosa")
    call_command("migrate", "backups", "zero", verbosity=0)
    backup = take_backup(settings.BACKUP_DIR, LOCK, _work())
    call_command("migrate", verbosity=0)

    restore.restore(backup, OPENS, OVER)

    assert User.objects.filter(name="Rosa").exists()
    assert SiteIdentity.objects.exists()


def _work() -> Path:
    work = Path(settings.DATA_DIR) / "work"
    work.mkdir()
    return work


def test_a_copy_of_what_was_there_is_kept_and_can_be_restored(take: Take):
    backup = take()
    factories.person("Sam")
    done = restore.restore(backup, OPENS, OVER)
    assert not User.objects.exists()
    assert done.kept_copy

    restore.restore(done.kept_copy, OPENS, Allowed())

    assert User.objects.get().name == "Sam"


def test_a_drill_says_that_it_works_and_changes_nothing(take: Take, data: Path):
    ask = canary.ask()
    backup = take()
    erase_ask(ask)
    sam = factories.person("Sam")
    ledger = (data / "erasures.csv").read_bytes()

    done = drill(backup, OPENS)

    assert (done.erased_again, done.manifest.rows["requests_app_ask"]) == (1, 1)
    assert list(User.objects.all()) == [sam]
    assert (data / "erasures.csv").read_bytes() == ledger
    assert Erasure.objects.exists()
    assert not _drafts(data)


def _drafts(data: Path) -> list[str]:
    """What a backup or restore left behind; on SQLite beside the database, which the data may not be."""
    folders = {data, data / "backups", Path(connection.settings_dict["NAME"]).resolve().parent}
    left = [str(f) for one in folders if one.is_dir() for f in one.glob("*.backup")]
    left += [str(f) for f in (data / "backups").glob(".*")]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname = %s", [postgres.SCHEMA])
            left += [name for (name,) in cursor.fetchall()]
    return left


def test_a_backup_while_four_write_has_all_that_was_committed_before(take: Take):
    take()
    stop, begun = Event(), [Event() for _ in range(4)]

    def write(number: int) -> None:
        count = 0
        while not stop.is_set():
            factories.person(f"Writer {number}", email=f"{number}-{count}@writers.example")
            count += 1
            if count == 5:
                begun[number].set()
        connection.close()

    threads = [Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for event in begun:
        event.wait(60)
    before = set(User.objects.values_list("email", flat=True))
    backup = take()
    stop.set()
    for thread in threads:
        thread.join()
    assert len(before) >= 20

    restore.restore(backup, OPENS, OVER)

    assert before <= set(User.objects.values_list("email", flat=True))


@pytest.mark.parametrize("step", ["load", "count", "replay", "swap"])
def test_a_restore_that_is_killed_leaves_what_was_there(
    step: str, take: Take, data: Path, monkeypatch: pytest.MonkeyPatch
):
    backup = take()
    sam = factories.person("Sam")
    kind: Any = sqlite if connection.vendor == "sqlite" else postgres
    where = {"load": (kind, "load"), "swap": (kind, "swap"), "count": (restore, "_count")}
    module, name = where.get(step, (restore, "replay"))

    with monkeypatch.context() as patched:
        patched.setattr(module, name, lambda *_: os._exit(9))
        killed_within(lambda: restore.restore(backup, OPENS, OVER))

    assert list(User.objects.all()) == [sam]
    restore.restore(backup, OPENS, OVER)
    assert not User.objects.exists()
    assert not _drafts(data)


def test_a_backup_that_is_killed_leaves_no_file_and_the_next_one_works(
    take: Take, data: Path, monkeypatch: pytest.MonkeyPatch
):
    take()
    files = set((data / "backups").iterdir())
    with monkeypatch.context() as patched:
        patched.setattr(ArchiveWriter, "__exit__", lambda *_: os._exit(9))
        killed_within(take)
    assert set((data / "backups").iterdir()) == files
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", lambda *_: os._exit(9))
        killed_within(take)
    take()
    assert not _drafts(data)


def test_a_restore_waits_for_nobody_who_has_the_database_open(take: Take):
    backup = take()
    opened, done = Event(), Event()

    def stay() -> None:
        User.objects.count()
        opened.set()
        done.wait(60)
        connection.close()

    other = Thread(target=stay)
    other.start()
    opened.wait(60)
    try:
        with pytest.raises(BackupError, match="Stop the site"):
            restore.restore(backup, OPENS, OVER)
    finally:
        done.set()
        other.join()


def test_the_name_of_who_asked_is_in_no_part_of_a_backup(take: Take):
    canary.ask()
    content = take().read_bytes()
    assert CANARY.name.encode() not in content
    assert b"manifest" not in content
