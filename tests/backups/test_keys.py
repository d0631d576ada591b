"""The site does not start where its keys do not fit the database, or who was erased is back."""

import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.core.checks import ERROR, Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from mutualaid.backups import identity
from mutualaid.backups.identity import WRONG_KEYS, KeysDoNotFit, why_not_start
from mutualaid.backups.management.commands import backup_keys
from mutualaid.backups.models import SiteIdentity
from mutualaid.checks import KEYS
from mutualaid.retention import ledger
from mutualaid.retention.models import Erasure
from mutualaid.settings.first_keys import refuse_new_keys
from requests_app.actions import erase_ask
from tests.backups.conftest import KEY, LOCK
from tests.support import factories
from tests.support.keys import NEW, OLD, WRONG

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def known(settings: Any, data: Path) -> SiteIdentity:
    settings.CONTACT_KEYS = [OLD]
    return identity.keep()


def as_in_an_older_copy() -> None:
    Erasure.objects.all().delete()
    SiteIdentity.objects.update(ledger_bytes=0)


def test_keys_that_fit_are_no_reason(known):
    assert why_not_start() == ""


@pytest.mark.parametrize("keys", [[NEW], [WRONG]], ids=["unknown", "same name"])
def test_other_contact_keys_are_one(keys, known, settings):
    settings.CONTACT_KEYS = keys
    assert why_not_start() == WRONG_KEYS
    with pytest.raises(SystemExit, match=r"Put the secrets\.json"):
        identity.refuse_to_start()


def test_another_secret_key_is_one(known, settings):
    settings.SECRET_KEY = "another " * 8
    assert why_not_start() == WRONG_KEYS


def test_nothing_is_migrated_then(known, settings):
    settings.CONTACT_KEYS = [NEW]
    with pytest.raises(KeysDoNotFit):
        call_command("migrate", verbosity=0)
    with pytest.raises(KeysDoNotFit):
        call_command("seed", verbosity=0)
    with pytest.raises(CommandError, match="E042"):
        call_command("check", databases=["default"])


def test_the_checks_say_once_that_keys_do_not_fit_also_where_erased_are_back(known, data, settings):
    (data / "erasures.csv").write_text("what,is,this\n")
    assert _errors_of_database() == ["mutualaid.E041"]
    settings.CONTACT_KEYS = [NEW]
    assert _errors_of_database() == ["mutualaid.E042"]


def _errors_of_database() -> list[str | None]:
    found = run_checks(tags=[Tags.database], databases=["default"])
    return [one.id for one in found if one.level >= ERROR]


def test_a_key_in_front_fits_and_after_rotating_the_old_one_can_go(known, settings):
    settings.CONTACT_KEYS = [NEW, OLD]
    assert why_not_start() == ""
    call_command("rotate_keys")
    settings.CONTACT_KEYS = [NEW]
    assert why_not_start() == ""
    settings.CONTACT_KEYS = [OLD]
    assert why_not_start() == WRONG_KEYS


def test_an_upgraded_site_gets_its_identity_by_migrating(rosa):
    assert not SiteIdentity.objects.exists()
    call_command("migrate", verbosity=0)
    first = SiteIdentity.objects.get()
    call_command("migrate", verbosity=0)
    assert SiteIdentity.objects.get().site_id == first.site_id


def test_but_not_under_keys_that_open_nothing_of_it(settings):
    settings.CONTACT_KEYS = [OLD]
    factories.ask()
    settings.CONTACT_KEYS = [NEW]
    with pytest.raises(KeysDoNotFit):
        identity.keep()
    assert not SiteIdentity.objects.exists()


def test_a_release_is_noted_by_migrating(known, settings):
    settings.RELEASE = "0.2.0"
    call_command("migrate", verbosity=0)
    assert SiteIdentity.objects.get().release == "0.2.0"


def test_a_ledger_that_knows_more_than_the_database_is_a_reason_until_it_is_replayed(known):
    ask = factories.ask()
    assert why_not_start() == ""
    erase_ask(ask)
    assert why_not_start() == ""
    as_in_an_older_copy()
    assert why_not_start() == identity.ERASED_ARE_BACK
    call_command("replay_erasures", if_needed=True)
    assert why_not_start() == ""


def test_what_a_start_has_compared_is_not_read_again(known, data, monkeypatch):
    erase_ask(factories.ask())
    assert why_not_start() == ""
    assert SiteIdentity.objects.get().ledger_bytes == (data / "erasures.csv").stat().st_size
    with (data / "erasures.csv").open("a") as file:
        file.write("what,is,this\n")
    assert why_not_start() == identity.ERASED_ARE_BACK
    assert SiteIdentity.objects.get().ledger_bytes < (data / "erasures.csv").stat().st_size


def test_that_erased_are_back_is_no_fault_of_the_keys(known, data):
    (data / "erasures.csv").write_text("what,is,this\n")
    assert run_checks(tags=[KEYS], databases=["default"]) == []


def test_of_other_keys_the_page_of_health_is_told(known, settings):
    settings.CONTACT_KEYS = [NEW]
    assert [one.id for one in run_checks(tags=[KEYS], databases=["default"])] == ["mutualaid.E042"]


def test_another_ledger_that_is_replayed_is_not_our_own(known, data, tmp_path):
    erase_ask(factories.ask())
    as_in_an_older_copy()
    (tmp_path / "other.csv").touch()
    call_command("replay_erasures", tmp_path / "other.csv")
    assert why_not_start() == identity.ERASED_ARE_BACK


def test_where_no_line_begins_the_ledger_is_read_from_its_beginning(known, data):
    erase_ask(factories.ask())
    erase_ask(factories.ask())
    assert ledger.all_known(data / "erasures.csv", from_byte=3)
    Erasure.objects.all().delete()
    size = (data / "erasures.csv").stat().st_size
    assert not ledger.all_known(data / "erasures.csv", from_byte=size - 1)
    assert ledger.all_known(data / "erasures.csv", from_byte=size)


def test_a_full_disk_leaves_no_half_of_a_line(data):
    """Above the size of whatever else this process writes meanwhile."""
    file = data / "erasures.csv"
    before = "people.User,7,2026-01-02T03:04:05+00:00\n" * 100_000
    file.write_text(before)
    line = Erasure(model="people.User", key="8", at=timezone.now())
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, limits[1]))
    try:
        ledger._append([line])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert file.read_text() == before
    ledger._append([line])
    assert file.read_text().count("\n") == 100_001


def test_what_is_no_ledger_is_one_too(known, data):
    (data / "erasures.csv").write_text("what,is,this\n")
    assert why_not_start() == identity.ERASED_ARE_BACK


def test_a_shorter_ledger_is_read_from_its_beginning(known):
    SiteIdentity.objects.update(ledger_bytes=1_000_000)
    erase_ask(factories.ask())
    assert why_not_start() == ""
    as_in_an_older_copy()
    assert why_not_start() == identity.ERASED_ARE_BACK


def test_no_new_keys_are_made_for_a_database_that_was_used(known):
    with pytest.raises(ImproperlyConfigured, match="The keys are missing"):
        refuse_new_keys(connection.settings_dict)


def test_nor_for_one_with_people_from_before_there_was_an_identity(rosa):
    with pytest.raises(ImproperlyConfigured, match="The keys are missing"):
        refuse_new_keys(connection.settings_dict)


def test_but_for_one_without_people(db):
    refuse_new_keys(connection.settings_dict)


@pytest.mark.slow
def test_a_sheet_of_keys_opens_without_a_site(data: Path, tmp_path: Path, settings):
    settings.BACKUP_RECIPIENTS = LOCK.recipients
    call_command(backup_keys.Command(), out=data / "keys.txt")
    sheet = (data / "keys.txt").read_text()
    assert sheet.startswith("-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert settings.SECRET_KEY not in sheet
    (tmp_path / "age.key").write_text(str(KEY))
    command = [sys.executable, "-m", "mutualaid.backups.key_sheet", str(data / "keys.txt")]
    command += [str(tmp_path / "secrets.json"), "--identity", str(tmp_path / "age.key")]
    alone: Any = {"cwd": site.BASE_DIR, "env": {"DATA_DIR": "/nowhere/that/can/be"}, "text": True}
    done = subprocess.run(command, capture_output=True, **alone)
    assert done.returncode == 0, done.stderr
    from mutualaid.encryption.key_file import load_or_make

    opened = load_or_make(tmp_path, lambda: None)
    assert (opened["secret_key"], opened["contact_keys"]) == (
        settings.SECRET_KEY,
        settings.CONTACT_KEYS,
    )
    again = subprocess.run(command, capture_output=True, **alone)
    assert again.returncode == 1
    assert "is there already" in again.stderr
