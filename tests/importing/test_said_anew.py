"""Someone changes their mind while a worker is at their sheet, or two do different things with one."""

import pytest

from mutualaid.importing import work
from mutualaid.importing.kinds.needs import NeedReader
from mutualaid.importing.models import ImportRun
from mutualaid.people.models import Role
from tests.importing import uploads
from tests.importing.uploads import outcomes, press, proposed, upload
from tests.support import factories

SHEET = "Kind,Area,Phone\n" + "".join(f"food,Riverside,608 555 010{n}\n" for n in range(1, 6))
ALL_NEW = dict.fromkeys(range(2, 7), "new")


@pytest.fixture
def browser(carla, signed_in):
    return signed_in(carla)


@pytest.fixture
def run(browser, monkeypatch):
    """A sheet of five rows, read two at a time, whose columns are to be looked through."""
    monkeypatch.setattr(NeedReader, "batch_rows", 2)
    return upload(browser, SHEET)


@pytest.fixture
def by_hand(monkeypatch):
    """No worker works by itself."""
    monkeypatch.setattr(uploads, "work", lambda: None)


def taken(run):
    mine = ImportRun.objects.take(run.pk)
    assert mine
    return mine


def begun(run, pieces):
    worker = work.steps(taken(run))
    for _piece in range(pieces):
        next(worker)
    return worker


def ended(run, worker):
    """Let this worker end, and another one do what is left."""
    list(worker)
    ImportRun.objects.update(lease_until=None)
    list(work.steps(taken(run)))


@pytest.mark.parametrize("pieces", [1, 3], ids=["at once", "at the end"])
@pytest.mark.parametrize("anew", [True, False], ids=["other", "the same"])
def test_said_anew_while_a_worker_reads_it_holds_for_each_row(browser, run, by_hand, pieces, anew):
    right = proposed(browser, run)
    press(browser, run, "check", **(right | ({"column_phone": ""} if anew else {})))
    worker = begun(run, pieces)
    press(browser, run, "map")
    press(browser, run, "check", **right)
    ended(run, worker)
    assert outcomes(run) == ALL_NEW


def test_said_anew_before_the_first_piece_is_written_it_holds_too(browser, run, by_hand):
    right = proposed(browser, run)
    press(browser, run, "check", **(right | {"column_phone": ""}))
    worker = taken(run)
    press(browser, run, "map")
    press(browser, run, "check", **right)
    ended(run, work.steps(worker))
    assert outcomes(run) == ALL_NEW


def test_while_one_looks_through_the_columns_no_one_else_takes_it_back(browser, run, signed_in):
    dora = signed_in(factories.person("Dora", Role.COORDINATOR))
    assert "has changed" in press(dora, run, "undo")
    assert run.state == "mapping"
