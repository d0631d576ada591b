"""A backup that was made before an import was taken back: no one of it comes back with the backup."""

import pytest
from django.core.management import call_command

from mutualaid.people.models import User
from requests_app.models import Ask, AskContact, Need
from tests.importing.test_lists_of_volunteers import LIST as VOLUNTEERS
from tests.importing.uploads import checked, press, upload

pytestmark = pytest.mark.django_db(transaction=True)
NOT_OURS = ("contenttypes", "auth", "admin", "sessions")
NEEDS = "Kind,Area,Name,Phone\nfood,Riverside,Ana,608 555 0142\nwater,Hilltop,Bo,608 555 0143\n"


@pytest.fixture
def ledger(tmp_path, settings):
    settings.ERASURE_LEDGER = tmp_path / "erasures.csv"
    return settings.ERASURE_LEDGER


def undone_and_restored(browser, dump, content, kind):
    """Import, back up, take back, restore, erase again."""
    run = checked(browser, upload(browser, content, f"{kind}.csv", kind=kind))
    press(browser, run, "import")
    call_command("dumpdata", *[f"--exclude={app}" for app in NOT_OURS], output=str(dump))
    press(browser, run, "undo")
    assert run.state == "undone"
    call_command("flush", interactive=False, verbosity=0)
    call_command("loaddata", str(dump), verbosity=0)


def test_neighbours_are_erased_again(ledger, carla, signed_in, tmp_path):
    undone_and_restored(signed_in(carla), tmp_path / "dump.json", NEEDS, "needs")
    assert AskContact.objects.count() == 2
    call_command("replay_erasures", ledger, verbosity=0)
    assert {(each.name, each.phone) for each in AskContact.objects.all()} == {("", "")}
    assert not Ask.objects.filter(erased_at=None).exists()
    assert set(Need.objects.values_list("state", flat=True)) == {"closed"}


def test_volunteers_are_erased_again(ledger, carla, signed_in, tmp_path):
    before = User.objects.count()
    undone_and_restored(signed_in(carla), tmp_path / "dump.json", VOLUNTEERS, "volunteers")
    assert User.objects.filter(is_active=True).count() > before
    call_command("replay_erasures", ledger, verbosity=0)
    assert User.objects.filter(erased_at=None).count() == before
