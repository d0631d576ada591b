"""Whoever looks at the site learns that no backup is made, and that erasures are not written down."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.utils import timezone

from mutualaid.backups import identity
from mutualaid.backups.names import name_of
from mutualaid.health import checks
from mutualaid.health.findings import Finding, State
from mutualaid.people.models import User
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.BACKUP_DIR = folder = tmp_path / "backups"
    folder.mkdir()
    return folder


def person_since(**age: float) -> None:
    person = factories.person()
    User.objects.filter(pk=person.pk).update(created_at=timezone.now() - timedelta(**age))


def make(folder: Path, site_id: str, **age: float) -> None:
    (folder / name_of(site_id, timezone.now() - timedelta(**age), ".age")).touch()


def look() -> Finding:
    (finding,) = checks.backup()
    return finding


def test_a_site_of_a_few_days_without_a_backup_is_slow_and_no_alarm():
    assert look().is_ok
    person_since(days=1.9)
    assert look().is_ok
    User.objects.update(created_at=timezone.now() - timedelta(days=2.1))
    assert look().state is State.LATE
    assert "There is no backup yet" in look().sentence
    assert "BACKUP_RECIPIENTS" in look().sentence


@pytest.mark.parametrize(("days", "state"), [(1.9, State.OK), (2.1, State.LATE)])
def test_the_newest_backup_counts(folder, days, state):
    person_since(days=30)
    site_id = identity.keep().site_id
    for age in (20, days):
        make(folder, site_id, days=age)
    assert look().state is state


def test_a_backup_of_another_site_is_none(folder):
    person_since(days=30)
    identity.keep()
    make(folder, "another0", days=0)
    assert look().state is State.LATE


def test_a_demo_needs_no_backup(settings):
    person_since(days=30)
    settings.DEMO = True
    assert look().is_ok


def test_check_deploy_warns_where_nothing_says_for_whom_to_seal(settings, monkeypatch):
    def found() -> bool:
        return "mutualaid.W042" in {one.id for one in run_checks(include_deployment_checks=True)}

    monkeypatch.delenv("BACKUP_PASSPHRASE", raising=False)
    assert found()
    settings.BACKUP_RECIPIENTS = ["age1…"]
    assert not found()
    settings.BACKUP_RECIPIENTS = []
    monkeypatch.setenv("BACKUP_PASSPHRASE", "five words that nobody knows")
    assert not found()


def test_a_list_of_erasures_that_cannot_be_written_is_broken(settings, tmp_path, monkeypatch):
    def state() -> State:
        (finding,) = checks.ledger()
        return finding.state

    settings.ERASURE_LEDGER = tmp_path / "erasures.csv"
    assert state() is State.OK
    settings.ERASURE_LEDGER = tmp_path / "nowhere" / "erasures.csv"
    assert state() is State.BROKEN

    settings.ERASURE_LEDGER = tmp_path / "erasures.csv"
    settings.ERASURE_LEDGER.touch()
    monkeypatch.setattr(
        "mutualaid.health.checks.os.access", lambda path, _mode: path != settings.ERASURE_LEDGER
    )
    assert state() is State.BROKEN, "the folder is ours, but the file is not"
