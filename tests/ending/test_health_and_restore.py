"""An ended site raises no alarm, and a backup that is restored brings no one back."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pyrage import x25519

from mutualaid.backups import identity
from mutualaid.backups.backup import back_up
from mutualaid.backups.restore import Allowed, restore
from mutualaid.backups.sealing import Keys, Lock
from mutualaid.ending.models import WindingDown
from mutualaid.ending.steps.erasing import begin_erasing, tables_to_empty
from mutualaid.group.actions import change_group
from mutualaid.group.current import read_group
from mutualaid.group.models import GroupProfile
from mutualaid.health import look
from mutualaid.health.alarm import watch
from mutualaid.health.findings import State
from mutualaid.people.models import User
from requests_app.models import AskContact
from tests.support import canary, factories, stored, winding

KEY = x25519.Identity.generate()
LOCK, OPENS = Lock(recipients=[str(KEY.to_public())]), Keys(identities=[str(KEY)])
OF_OTHERS = ("beat", "worker", "messages", "matching", "channel", "broker", "backup")


@pytest.fixture
def take(transactional_db: None, settings: object, data: Path) -> Callable[[], Path]:
    """Return a function that makes a backup of this site as it is."""

    def make() -> Path:
        identity.keep()
        return back_up(data / "backups", LOCK)

    return make


@pytest.mark.django_db(transaction=True)
def test_once_no_one_is_left_only_what_the_page_needs_is_looked_at(carla, dora, monkeypatch):
    monkeypatch.setattr(look, "_rounds", {})
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    winding.the_day_comes(proposal, erases=True)
    assert begin_erasing(proposal)
    long_ago = timezone.localdate() - timedelta(days=30)
    GroupProfile.objects.update(began_on=None, ended_on=long_ago)
    read_group()
    workers = [one.state for one in look.look() if one.name.startswith("worker")]
    assert State.BROKEN in workers, "no worker runs in this test, and everyone is still here"
    winding.sweep()
    found = watch()
    assert {one.name for one in found} == set(look.OF_A_PAGE_ALONE)
    assert not [one.name for one in found if one.name.startswith(OF_OTHERS)]
    answer = Client().get("/readyz").json()
    assert not set(answer.get("checks", ())) - set(look.OF_A_PAGE_ALONE)


@pytest.mark.django_db(transaction=True)
def test_a_backup_from_during_it_is_ended_again_by_the_next_sweep(take, carla, dora):
    ask = canary.ask()
    proposal = winding.agreed(carla, dora)
    winding.sweep()
    winding.the_day_comes(proposal, closes=True)
    winding.sweep()
    backup = take()
    winding.the_day_comes(proposal, erases=True)
    erases_on = proposal.erases_on
    winding.sweep()
    assert not User.objects.exists()

    restored = restore(backup, OPENS, Allowed(over=True))
    assert restored.erased_again == 3, "two accounts, and an ask with its need"
    assert WindingDown.objects.exists()
    assert AskContact.objects.get(ask=ask).name == ""
    WindingDown.objects.update(erases_on=erases_on, closes_on=erases_on - timedelta(days=1))
    winding.sweep()
    assert read_group().ended_on == timezone.localdate()
    assert winding.rows_in(["people_user", "requests_app_ask", "ending_windingdown"]) == {}
    assert stored.leaks((*canary.SECRETS, "Carla"), stored.every_row()) == []


@pytest.mark.django_db(transaction=True)
def test_a_backup_from_before_it_is_ended_again_and_emptied(take, sam, carla, dora):
    canary.ask()
    factories.offer(by=sam)
    change_group(by=None, changes={"phone": "555 0177", "winding_down_en": "Thank you all."})
    backup = take()
    winding.ended(carla, dora)
    ended = read_group()
    assert restore(backup, OPENS, Allowed(over=True)).ends_again
    group = read_group()
    assert (group.ends_on, group.ended_on) == (ended.ends_on, ended.ended_on)
    assert Client().get("/ask/").status_code == 410
    winding.sweep()
    assert winding.rows_in(tables_to_empty()) == {}
    assert read_group().phone == ""
    assert "Thank you all." in read_group().winding_down
    assert stored.leaks((*canary.SECRETS, "Carla", "Sam", "555 0177"), stored.every_row()) == []


@pytest.mark.django_db(transaction=True)
def test_who_means_it_begins_anew_with_the_groups_things_and_no_one(take, sam, carla, dora):
    canary.ask()
    factories.offer(by=sam)
    backup = take()
    winding.ended(carla, dora)
    assert not restore(backup, OPENS, Allowed(over=True, begin_anew=True)).ends_again
    assert read_group().ended_on is None
    assert not User.objects.filter(erased_at=None).exists()
    assert stored.leaks((*canary.SECRETS, "Carla", "Sam"), stored.every_row()) == []


@pytest.mark.django_db(transaction=True)
def test_a_backup_of_the_ended_site_is_the_ended_site(take, carla, dora):
    winding.ended(carla, dora)
    ended = read_group()
    restore(take(), OPENS, Allowed(over=True))
    assert read_group().ended_on == ended.ended_on
    winding.sweep()  # migrating wrote a row for the backlog
    assert winding.rows_in(tables_to_empty()) == {}
    assert winding.sweep() == 0
