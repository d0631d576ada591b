"""Coordinators see how the runs of the whole backlog went."""

import pytest

from mutualaid.matching.admin.backlog_chart import HEIGHT, WIDTH, last_runs, panels
from mutualaid.matching.models import BacklogRun
from mutualaid.people.models import User

pytestmark = pytest.mark.django_db
PAGE = "/admin/matching/backlogrun/"


def runs() -> None:
    BacklogRun.objects.create(outcome="done", cold=True, seconds=4, gap=0.001, moved=8)
    BacklogRun.objects.create(outcome="failed", error="OutOfTime", seconds=90)
    BacklogRun.objects.create(outcome="done", seconds=1, gap=0.0005, moved=2)
    BacklogRun.objects.create()


def test_the_runs_are_drawn_with_title_and_words_and_stand_in_the_table(
    carla: User, signed_in
) -> None:
    runs()
    page = signed_in(carla).get(PAGE).content.decode()
    for shown in (
        '<title id="gap-title">Certified gap, in %</title>',
        "Of 3 runs: the last 0.050, the highest 0.100. Failed: 1.",
        "OutOfTime",
        "the run before",
    ):
        assert shown in page
    assert page.count('class="failed"') == 3
    assert "style=" not in page.split('class="runs"')[1].split("</section>")[0]


def test_without_a_run_the_page_says_so(carla: User, signed_in) -> None:
    assert "There was no run yet." in signed_in(carla).get(PAGE).content.decode()


def test_bars_are_as_high_as_their_figures_and_a_failed_run_is_told_by_its_form():
    runs()
    seconds, gap, _moved = panels(last_runs())
    assert [bar.height for bar in seconds.bars] == [HEIGHT, HEIGHT, HEIGHT // 4]
    assert [bar.failed for bar in seconds.bars] == [False, True, False]
    assert seconds.bars[0].width > seconds.bars[2].width
    assert (gap.limit, gap.bars[0].height) == (0, HEIGHT // 2)


def test_the_drawing_keeps_within_its_frame_however_many_runs_there_were():
    BacklogRun.objects.bulk_create(BacklogRun(outcome="done", seconds=n) for n in range(99))
    for panel in panels(last_runs()):
        assert all(0 <= bar.x <= WIDTH - bar.width for bar in panel.bars)
        assert all(bar.y >= 0 and bar.y + bar.height == HEIGHT for bar in panel.bars)
