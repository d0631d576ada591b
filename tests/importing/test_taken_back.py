"""An import is taken back as long as nothing came of it."""

import pytest

from mutualaid.matching.actions import accept
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import deliver
from requests_app.models import Need
from tests.importing.uploads import imported, outcomes, press
from tests.support import factories, scene


@pytest.fixture
def browser(carla, signed_in):
    return signed_in(carla)


TABLES = ("importing_", "retention_erasure")


def rest_of_the_record():
    """All rows of all tables but those of imports, what they erased, sessions and the cache."""
    import hashlib

    from django.db import connection

    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if not table.startswith((*TABLES, *scene.NOT_THE_RECORD)):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                digest.update(f"{table}{sorted(map(repr, cursor.fetchall()))}".encode())
    return digest.hexdigest()


def test_an_import_that_is_taken_back_leaves_everything_as_it_was(browser, sam):
    factories.offer(by=sam, categories=[factories.category("food")])
    imported(browser, "Kind,Area,Phone\nwater,Riverside,608 555 0177\n")
    before = rest_of_the_record()
    run = imported(browser, start="open")
    assert rest_of_the_record() != before
    press(browser, run, "undo")
    assert run.state == "undone"
    assert rest_of_the_record() == before
    assert outcomes(run)[3] == "removed"


def test_invitations_that_still_wait_are_taken_back_too(browser, sam):
    from mutualaid.importing.command_line.match_now import match_all_due
    from mutualaid.importing.command_line.terminal import progress

    factories.offer(by=sam, categories=[factories.category("food")])
    run = imported(browser, start="open")
    match_all_due(progress)
    assert Notification.objects.get().kind == "need_fits"
    press(browser, run, "undo")
    assert not Need.objects.exists()
    assert not Notification.objects.exists()


def test_once_someone_was_written_to_it_stays(browser, sam):
    from mutualaid.importing.command_line.match_now import match_all_due
    from mutualaid.importing.command_line.terminal import progress

    factories.offer(by=sam, categories=[factories.category("food")])
    run = imported(browser, start="open")
    match_all_due(progress)
    deliver(Notification.objects.get().pk)
    text = press(browser, run, "undo")
    assert "something has come of 1 row" in text
    assert run.state == "done"
    assert Need.objects.count() == 1


def test_once_someone_said_yes_it_stays(browser, sam):
    factories.offer(by=sam, categories=[factories.category("food")])
    run = imported(browser, start="open")
    need = Need.objects.get()
    accept(scene.match_of(sam, need))
    assert "something has come of 1 row" in press(browser, run, "undo")
    assert Need.objects.get().state == "claimed"
