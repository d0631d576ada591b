"""The public numbers: rounded, frozen by month, and nothing of anyone in them."""

import csv
import io
import random
import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from ortools.sat.python import cp_model

from mutualaid.numbers.freezing import freeze, months_to_freeze
from mutualaid.numbers.models import MEASURES, Frozen, Month, MonthPart
from mutualaid.numbers.rounding import Counts, rounded, withheld
from mutualaid.numbers.tasks import sweep
from requests_app.models import Need
from requests_app.states import CloseReason
from tests.support import factories

LAST_MONTH = (timezone.localdate().replace(day=1) - timedelta(days=10)).replace(day=1)


def ended(count, reason, *, area="riverside", kind="groceries", took=3, month=LAST_MONTH, **flags):
    """So many needs asked on the second of the month, and closed so many days later."""
    place, category = factories.locality(area), factories.category(kind, **flags)
    moment = timezone.make_aware(datetime(month.year, month.month, 2, 12))
    for _ in range(count):
        need = factories.need(locality=place, category=category)
        Need.objects.filter(pk=need.pk).update(
            state="closed", close_reason=reason, created_at=moment,
            closed_at=moment + timedelta(days=took),
        )  # fmt: skip


def on_the_page(client, query=""):
    return client.get(f"/numbers/{query}").content.decode()


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def two_areas(db):
    """Hilltop is served well, Riverside is not; grief is sensitive."""
    ended(11, CloseReason.FULFILLED, area="hilltop", took=2)
    ended(6, CloseReason.FULFILLED)
    ended(9, CloseReason.EXPIRED)
    ended(3, CloseReason.UNABLE, kind="rides")
    ended(4, CloseReason.FULFILLED, kind="grief", sensitive=True)
    sweep()


@pytest.mark.parametrize(
    ("count", "published"), [(0, 0), (4, 0), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15)]
)
def test_counts_are_rounded_to_five_and_hidden_below_it(count, published):
    assert rounded(count) == published


def test_the_chart_says_its_months_and_what_its_highest_bar_stands_for(two_areas, client):
    name = f"{LAST_MONTH:%B %Y}"
    page = text_of(on_the_page(client))
    assert f"From {name} to {name}. The highest bar is 35." in page


def test_a_worker_that_is_killed_half_way_leaves_nothing_and_the_next_writes_the_month(
    db, monkeypatch
):
    ended(11, CloseReason.FULFILLED)
    ended(6, CloseReason.EXPIRED, area="hilltop")

    def killed(*_args, **_options):
        assert Month.objects.exists(), "the totals are written first"
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(MonthPart.objects, "bulk_create", killed)
        with pytest.raises(SystemExit):
            sweep()
    assert not Month.objects.exists()
    assert list(months_to_freeze()) == [LAST_MONTH]

    sweep()
    month = Month.objects.get()
    assert (month.asked, month.met, month.unmet) == (15, 10, 5)
    assert month.parts.filter(area__slug="hilltop", unmet=5, met=0).exists()


def test_a_month_says_what_was_asked_met_and_not_met_rounded(two_areas):
    month = Month.objects.get()
    assert (month.asked, month.met, month.unmet, month.days) == (35, 20, 10, 2)
    areas = {part.area.slug: part for part in month.parts.exclude(area=None)}
    assert (areas["hilltop"].met, areas["hilltop"].unmet, areas["hilltop"].days) == (10, 0, 2)
    assert (areas["riverside"].met, areas["riverside"].unmet) == (5, 10)


def test_the_worst_served_area_comes_first(two_areas, client):
    page = on_the_page(client)
    assert page.index("Riverside") < page.index("Hilltop")


def test_a_sensitive_kind_is_only_in_the_total(two_areas, client):
    assert not MonthPart.objects.filter(kind__slug="grief").exists()
    assert "Grief" not in on_the_page(client)
    assert "grief" not in client.get("/numbers/numbers.csv").content.decode()


def test_a_month_is_written_once_and_never_changes(two_areas):
    before = list(Month.objects.values()), list(MonthPart.objects.values())
    ended(40, CloseReason.FULFILLED)
    sweep()
    assert not freeze(LAST_MONTH)
    assert (list(Month.objects.values()), list(MonthPart.objects.values())) == before
    with pytest.raises(Frozen):
        Month.objects.get().save()


def test_the_month_that_runs_is_not_counted(db):
    factories.need()
    assert list(months_to_freeze()) == []


def test_numbers_stay_when_the_needs_are_erased(two_areas, client):
    before = on_the_page(client)
    Need.objects.filter(state="closed").update(erased_at=timezone.now(), closed_at=timezone.now())
    sweep()
    assert text_of(on_the_page(client)) == text_of(before)


def test_what_a_program_may_have_sent_and_what_came_twice_does_not_count(db):
    ended(5, CloseReason.DUPLICATE)
    ended(5, CloseReason.FULFILLED, kind="rides")
    Need.objects.filter(category__slug="rides").update(held_back="trap")
    sweep()
    assert Month.objects.get().asked == 0


def test_a_handful_is_named_without_a_number(two_areas, client):
    assert "Fewer than 5 of each: Rides" in text_of(on_the_page(client))


def test_before_the_first_month_the_page_says_so(db, client):
    assert "There are no numbers yet" in on_the_page(client)


@pytest.mark.parametrize("month", ["1999-01", "x", "<b>", "2026-13"])
def test_an_unknown_month_is_said(month, two_areas, client):
    assert "no numbers for that month" in on_the_page(client, f"?month={month}")


def test_csv_json_and_page_say_the_same(two_areas, client):
    table = list(csv.DictReader(io.StringIO(client.get("/numbers/numbers.csv").content.decode())))
    data = client.get("/numbers/numbers.json").json()["rows"]
    assert [{k: str(v) for k, v in row.items()} for row in data] == table
    total = next(row for row in table if row["part"] == "total")
    words = text_of(on_the_page(client))
    for head, measure in (("Asked", "asked"), ("Met", "met"), ("Not met", "unmet")):
        assert f"{head} {total[measure]} " in words
    hilltop = next(row for row in table if row["code"] == "hilltop")
    assert f"Hilltop {hilltop['asked']} {hilltop['met']} fewer than 5 2 days" in words


def test_no_page_shows_a_live_count_of_what_was_met(two_areas, client):
    """What was met since the month was frozen changes no public page."""
    pages = ("/", "/about/", "/numbers/", "/board/")
    before = [text_of(client.get(page).content.decode()) for page in pages]
    ended(20, CloseReason.FULFILLED, month=timezone.localdate().replace(day=1), took=0)
    assert [text_of(client.get(page).content.decode()) for page in pages] == before


# What can be worked out


def random_month(dice):
    """A small group's month: a few areas and kinds, most counts a handful."""
    areas = {("area", n): 0 for n in range(dice.randint(1, 8))}
    kinds = {("kind", n): 0 for n in range(dice.randint(1, 6))}
    for _ in range(dice.choice([0, 3, 9, 20, 32, 60, 120])):
        areas[dice.choice(list(areas))] += 1
        kinds[dice.choice(list(kinds))] += 1
    return Counts(areas, kinds, dice.choice([0, 0, 1, 3, 8]))


def known_exactly(counts, hidden):
    """The numbers, shown, withheld or only in the total, that an exact solver pins to one value."""
    model = cp_model.CpModel()

    def variable(name, count, is_hidden):
        shown = rounded(count)
        low, high = (0, 4) if not shown else (max(5, shown - 2), shown + 2)
        return model.new_int_var(0, 999, name) if is_hidden else model.new_int_var(low, high, name)

    cells = {
        cell: variable(str(cell), count, cell in hidden) for cell, count in counts.cells.items()
    }
    rest = model.new_int_var(0, 999, "rest")
    total = variable("total", counts.total, False)
    for group in (counts.areas, counts.kinds):
        model.add(sum(cells[cell] for cell in group) + rest == total)
    pinned = []
    for name, cell in {**cells, "total": total, "only in the total": rest}.items():
        ends = []
        for by in (model.minimize, model.maximize):
            by(cell)
            solver = cp_model.CpSolver()
            solver.parameters.num_workers = 1
            assert solver.solve(model) == cp_model.OPTIMAL
            ends.append(solver.value(cell))
        if ends[0] == ends[1]:
            pinned.append(name)
    return pinned


@pytest.mark.slow
def test_no_number_of_two_hundred_random_months_can_be_worked_out_exactly():
    dice = random.Random(75)
    for _ in range(200):
        counts = random_month(dice)
        assert known_exactly(counts, withheld(counts)) == [], counts


EIGHTS = Counts({("area", n): 8 for n in range(4)}, {("kind", 0): 32})
FOURS = Counts({("area", n): 4 for n in range(7)}, {("kind", 0): 28})


@pytest.mark.parametrize("counts", [EIGHTS, FOURS], ids=["eights", "fours"])
def test_what_rounding_alone_would_give_away_is_withheld(counts):
    assert known_exactly(counts, set())
    hidden = withheld(counts)
    assert hidden
    assert known_exactly(counts, hidden) == []


def test_two_months_side_by_side_tell_no_more_than_each(db):
    """No need is counted in both: what one month asked and met is disjoint from the other's."""
    before = (LAST_MONTH - timedelta(days=10)).replace(day=1)
    ended(12, CloseReason.FULFILLED, month=before)
    ended(13, CloseReason.FULFILLED)
    sweep()
    assert [(month.asked, month.met) for month in Month.objects.all()] == [(15, 15), (10, 10)]
    assert all(getattr(row, m) % 5 == 0 for row in Month.objects.all() for m in MEASURES)


def test_the_numbers_are_one_step_from_every_page(client, db):
    for path in ("/", "/board/", "/ask/who/", "/nothing/here/"):
        assert 'href="/numbers/"' in client.get(path).content.decode().partition("<footer>")[2]
