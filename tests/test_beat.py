"""What beat starts, and how often a worker does it: by no clock that can be wrong."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from celery import Celery
from django.conf import settings

from mutualaid import beat, celery
from mutualaid.beat import Scheduler
from mutualaid.settings.schedule import HEARTBEAT

celery.app.loader.import_default_modules()
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_no_task_has_an_end_after_which_it_is_thrown_away():
    jobs = settings.CELERY_BEAT_SCHEDULE.values()
    assert not [job for job in jobs if "expires" in job["options"]]
    assert all(not task.expires for task in celery.app.tasks.values())


def test_no_task_has_a_time_limit_for_threads_cannot_be_stopped():
    assert settings.CELERY_WORKER_POOL == "threads"
    assert celery.app.conf.task_time_limit is celery.app.conf.task_soft_time_limit is None
    limits = {(task.time_limit, task.soft_time_limit) for task in celery.app.tasks.values()}
    assert limits == {(None, None)}


def test_what_beat_starts_waits_behind_no_nudge_and_a_worker_takes_from_all_queues():
    jobs = [job for job in settings.CELERY_BEAT_SCHEDULE.values() if job["task"] != HEARTBEAT]
    queues = {job["options"]["queue"] for job in jobs}
    default = celery.app.conf.task_default_queue
    assert default not in queues
    nudges = celery.app.conf.task_routes["mutualaid.matching.tasks.match_most_urgent"]["queue"]
    assert nudges not in (default, *queues)
    assert set(celery.app.amqp.queues.consume_from) == {default, nudges, *queues}


class TestBeat:
    @pytest.fixture
    def app(self) -> Iterator[Celery]:
        with Celery(broker="memory://", set_as_current=False) as app:
            yield app

    @pytest.fixture
    def started(self, app, tmp_path, monkeypatch) -> list[str]:
        """The names of what was started, in a beat that starts one task each five seconds, one each hour."""
        schedule = {
            "often": {"task": "often", "schedule": 5},
            "rarely": {"task": "rarely", "schedule": 3600},
        }
        app.conf.update(beat_schedule=schedule, result_expires=None)
        names: list[str] = []
        monkeypatch.setattr(Scheduler, "_has_turn", lambda _self: True)  # there is no broker
        monkeypatch.setattr(app, "send_task", lambda name, *_args, **_more: names.append(name))
        self.folder, self.app = tmp_path, app
        return names

    def run_for(self, clock: datetime, scheduler: Scheduler, **span: float) -> datetime:
        """Tick until `span` is over on a clock that begins at `clock`; returns where it stands then."""
        end = clock + timedelta(**span)
        while clock < end:
            with time_machine.travel(clock, tick=False):
                clock += timedelta(seconds=max(scheduler.tick(), 0.02))
        return clock

    def scheduler(self, clock: datetime) -> Scheduler:
        with time_machine.travel(clock, tick=False):
            return Scheduler(self.app, schedule_filename=str(self.folder / "beat"))

    @pytest.mark.parametrize("wrong", [timedelta(minutes=10), timedelta(minutes=-10)], ids=str)
    def test_a_clock_that_is_set_while_it_runs_stops_nothing(self, started, wrong):
        scheduler = self.scheduler(NOON)
        clock = self.run_for(NOON, scheduler, seconds=61)
        started.clear()
        self.run_for(clock + wrong, scheduler, hours=1, minutes=11)
        assert started.count("often") > 800
        assert started.count("rarely") in (1, 2)

    def test_what_ran_last_on_a_clock_an_hour_fast_goes_on_at_once(self, started):
        fast = self.scheduler(NOON + timedelta(hours=1))
        self.run_for(NOON + timedelta(hours=1), fast, seconds=21)
        fast.close()
        started.clear()
        self.run_for(NOON, self.scheduler(NOON), seconds=21)
        assert started.count("often") >= 3

    def test_a_queue_that_no_worker_empties_is_not_filled_for_ever(self, started, monkeypatch):
        monkeypatch.setattr(Scheduler, "_waiting", lambda _self, _entry: beat.MOST_WAITING)
        self.run_for(NOON, self.scheduler(NOON), minutes=1)
        assert started == []


class TestPace:
    @pytest.fixture
    def seconds(self, monkeypatch) -> SimpleNamespace:
        """The clock that only runs forwards, to be set."""
        clock = SimpleNamespace(now=1000.0, ran=0)
        monkeypatch.setattr(celery, "_pace", celery._Pace())
        monkeypatch.setattr("mutualaid.celery.time.monotonic", lambda: clock.now)
        task = celery.app.tasks["mutualaid.notify.tasks.sweep"]
        monkeypatch.setattr(task, "run", lambda: setattr(clock, "ran", clock.ran + 1))
        clock.sweep = lambda: task.apply(throw=True)
        clock.call = task
        return clock

    def test_of_an_hour_of_sweeps_that_wait_one_runs(self, seconds):
        for _ in range(720):
            seconds.sweep()
        assert seconds.ran == 1

    def test_in_its_turn_each_runs_whatever_the_clock_on_the_wall(self, seconds):
        for turn in range(4):
            with time_machine.travel(NOON - turn * timedelta(hours=1), tick=False):
                seconds.sweep()
            seconds.now += 4.9
        assert seconds.ran == 4

    def test_a_function_that_is_called_runs_each_time(self, seconds):
        seconds.call()
        seconds.call()
        assert seconds.ran == 2

    def test_what_beat_does_not_start_runs_each_time(self, seconds, monkeypatch):
        ran: list[int] = []
        task = celery.app.tasks["mutualaid.notify.tasks.deliver"]
        monkeypatch.setattr(task, "run", ran.append)
        for pk in (1, 1):
            task.apply((pk,), throw=True)
        assert ran == [1, 1]

    def test_every_task_of_beat_has_its_pace(self):
        assert celery._seconds_apart()["mutualaid.notify.tasks.sweep"] == 2.5
        tasks = {job["task"] for job in settings.CELERY_BEAT_SCHEDULE.values()}
        assert celery._seconds_apart().keys() == tasks <= celery.app.tasks.keys()


def test_what_is_thrown_away_is_counted_and_an_error(caplog):
    task = celery.app.tasks["mutualaid.notify.tasks.sweep"]
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            celery.log_discarded(sender=task, expired=True)
    first, second = caplog.records
    assert (first.getMessage(), first.task, first.error) == ("task discarded", task.name, "expired")
    assert second.count == first.count + 1
