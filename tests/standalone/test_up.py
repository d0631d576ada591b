"""How `manage.py up` ends where the site cannot start."""

import os

import pytest

from mutualaid.management.commands import up
from mutualaid.standalone.child import FIT_TO_FORK
from mutualaid.standalone.errors import CannotStart, UpgradeFailed
from mutualaid.standalone.supervisor import Supervisor


def fail(monkeypatch: pytest.MonkeyPatch, reason: Exception) -> SystemExit:
    def run(_self: Supervisor) -> None:
        raise reason

    monkeypatch.setattr(Supervisor, "run", run)
    for name, value in (FIT_TO_FORK | {"SITE_URL": "http://localhost:8000"}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        up.Command().handle(port=8000, demo=False)
    return ended.value


def test_an_upgrade_that_failed_ends_in_a_way_of_its_own(monkeypatch, capsys) -> None:
    assert fail(monkeypatch, UpgradeFailed("restore the backup")).code == os.EX_CONFIG
    assert "restore the backup" in capsys.readouterr().err


def test_what_may_be_better_in_a_moment_ends_as_any_failure(monkeypatch) -> None:
    assert fail(monkeypatch, CannotStart("no answer")).code == "no answer"
