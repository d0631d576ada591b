"""The disk fills while a sheet is imported: nothing is there by half, and it goes on by itself."""

from itertools import islice

import pytest
from django.db import DatabaseError
from django.urls import reverse

from mutualaid.faults.database import Cause, cause_of
from mutualaid.importing import tasks
from mutualaid.importing.kinds.needs import NeedReader
from mutualaid.importing.models import ImportRun
from requests_app.models import Need, NeedNotes
from tests.importing.uploads import checked, outcomes, press, upload, work
from tests.support.failing_database import PAGE, ways_to_fail

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 6
HEAD = "Timestamp,Your name,Phone,What kind of help?,Neighborhood,State of it,Notes\n"


def row(number: int) -> str:
    words = f"{number} " + "milk and bread " * (PAGE // 8)
    return f"15/03/2026 9:00,Ana,608 555 01{number:02},food,Riverside,New,{words}\n"


@pytest.fixture
def browser(carla, signed_in):
    return signed_in(carla)


@pytest.mark.parametrize("cause", [Cause.READ_ONLY, Cause.DISK_FULL])
def test_a_disk_that_fills_in_the_middle_leaves_whole_rows_and_the_rest_comes_later(
    browser, monkeypatch, cause
):
    if cause not in ways_to_fail():
        pytest.skip("a PostgreSQL with a disk of its own would be needed")
    monkeypatch.setattr(NeedReader, "batch_rows", 2)
    run = checked(browser, upload(browser, HEAD + "".join(map(row, range(ROWS)))))
    monkeypatch.setattr(tasks, "within_time_budget", lambda steps: islice(steps, 1))
    monkeypatch.setattr("tests.importing.uploads.work", lambda: None)
    press(browser, run, "import")
    tasks.work_on(run.pk)
    assert Need.objects.count() == NeedNotes.objects.count() == 2
    with ways_to_fail()[cause]():
        for _ in range(3):
            with pytest.raises(DatabaseError) as failed:
                tasks.work_on(run.pk)
            assert cause_of(failed.value) is cause
        assert browser.get(reverse("admin:import", args=[run.pk])).status_code == 200
    assert Need.objects.count() == NeedNotes.objects.count() == 2
    ImportRun.objects.update(lease_until=None)  # a minute later
    work()
    run.refresh_from_db()
    assert run.state == "done"
    assert Need.objects.count() == NeedNotes.objects.count() == ROWS
    assert set(outcomes(run).values()) == {"imported"}
