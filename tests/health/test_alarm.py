"""The group is told once that its site stands still, once more after hours, and once that it works again."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models.functions import Now

from mutualaid.health import alarm, away, checks, episodes, look
from mutualaid.health.checks import unanswered
from mutualaid.health.episodes import Word
from mutualaid.health.heartbeats import BEAT, beat, take_turn
from mutualaid.health.models import Alarm, Heartbeat
from tests.support.at_once import at_once
from tests.support.people import MAIL, ask_by
from tests.support.processes import in_processes

pytestmark = pytest.mark.django_db(transaction=True)
PERSONAL = ("Ana", "555", "Hill Road", "Riverside", "groceries", "Food")


@pytest.fixture
def beat_is_dead(all_live) -> None:
    Heartbeat.objects.filter(part=BEAT).update(at=Now() - timedelta(hours=1))


def watch() -> None:
    alarm.watch()


def time_passes(**span: float) -> None:
    """For the next message that is due."""
    for row in Alarm.objects.exclude(next_at=None):
        Alarm.objects.filter(pk=row.pk).update(next_at=row.next_at - timedelta(**span))


def test_what_stands_still_for_minutes_is_told_in_the_chat_and_on_the_phone(
    beat_is_dead, chat, phone
):
    ask_by(MAIL)
    watch()
    assert chat.asked == phone.asked == []
    time_passes(minutes=3)
    watch()
    watch()
    (posted,), (texted,) = chat.asked, phone.asked
    ours = ("12025550123", "15550100")  # whom it tells, and who tells it
    for body in (posted.body, texted.body):
        assert "Beat" in body
        for number in ours:
            body = body.replace(number, "")
        assert not [word for word in PERSONAL if word in body]
    assert "/admin/health/" in posted.body
    assert "To=%2B12025550123" in texted.body


def test_an_alarm_has_one_reminder_and_one_word_that_it_works_again(beat_is_dead, chat):
    for _ in range(5):
        watch()
        time_passes(hours=7)
    beat(BEAT)
    for _ in range(3):
        watch()
    first, second, last = (asked.body for asked in chat.asked)
    assert "has been broken since" in first
    assert "is still broken" in second
    assert "works again" in last


def test_what_is_well_again_at_once_is_not_told(beat_is_dead, chat):
    watch()
    beat(BEAT)
    time_passes(minutes=3)
    watch()
    watch()
    assert chat.asked == []
    assert not Alarm.objects.get().is_open


def test_what_breaks_later_in_an_episode_is_told_once_too(beat_is_dead, chat, monkeypatch):
    watch()
    time_passes(minutes=3)
    watch()
    for free_bytes in (0, 50_000_000_000, 0):
        monkeypatch.setattr(checks, "_free_bytes", lambda _folder, n=free_bytes: n)
        watch()
    assert len(chat.asked) == 1
    for _ in range(4):
        time_passes(minutes=3)
        watch()
    first, second = (asked.body for asked in chat.asked)
    assert ("Beat" in first, "Disk" in first) == (True, False)
    assert "is still broken" in second
    assert "Disk" in second


def test_what_breaks_after_the_reminder_is_told(beat_is_dead, chat, monkeypatch):
    for _ in range(4):
        watch()
        time_passes(hours=7)
    assert len(chat.asked) == 2
    monkeypatch.setattr(checks, "_free_bytes", lambda _folder: 0)
    watch()
    time_passes(minutes=3)
    watch()
    assert "Disk" in chat.asked[2].body


def test_what_breaks_while_it_is_told_is_told_after_it(beat_is_dead, chat):
    def tell(word: Word, _alarm: Alarm) -> bool:
        told.append(word)
        if len(told) == 1:
            episodes.note([BEAT, "disk"], tell)
        return True

    told: list[Word] = []
    episodes.note([BEAT], tell)
    time_passes(minutes=3)
    episodes.note([BEAT], tell)
    episodes.note([BEAT, "disk"], tell)
    assert told == [Word.STANDS_STILL, Word.STILL]


def test_ten_at_once_send_one(beat_is_dead, chat):
    watch()
    time_passes(minutes=3)
    at_once([watch] * 10)
    assert len(chat.asked) == 1


def test_ten_at_once_begin_one_episode(beat_is_dead, chat):
    at_once([watch] * 10)
    assert Alarm.objects.count() == 1


@pytest.mark.slow
def test_ten_processes_at_once_send_one(beat_is_dead, chat, settings):
    watch()
    time_passes(minutes=3)
    in_processes(3, watch_from_elsewhere(chat.port))
    assert len(chat.asked) == 1


class watch_from_elsewhere:  # noqa: N801  it stands for a function, and has to cross to another process
    def __init__(self, port: int) -> None:
        self.port = port

    def __call__(self, _number: int) -> None:
        from django.conf import settings

        settings.TEAM_CHAT_URLS = [f"json://127.0.0.1:{self.port}/chat"]
        alarm.watch()


def test_where_the_chat_is_down_the_phone_is_told(beat_is_dead, chat, phone):
    chat.status = 500
    watch()
    time_passes(minutes=3)
    watch()
    time_passes(minutes=6)
    watch()
    assert len(phone.asked) == 1


def test_where_no_way_took_it_the_next_look_tries_again(beat_is_dead, chat):
    chat.status = 500
    watch()
    time_passes(minutes=3)
    watch()
    chat.status = 200
    watch()
    assert len(chat.asked) == 1, "another may be telling it just now"
    time_passes(minutes=6)
    watch()
    assert len(chat.asked) == 2


def test_it_is_written_in_the_language_of_the_group(beat_is_dead, chat, settings):
    settings.LANGUAGE_CODE = "es"
    watch()
    time_passes(minutes=3)
    watch()
    assert "/admin/health/" in chat.asked[0].body


@pytest.fixture
def database_is_away(monkeypatch, settings, tmp_path) -> None:
    """For the looks; the tests ask it all the same."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(look, "has_database", lambda _findings: False)
    monkeypatch.setattr(alarm, "has_database", lambda _findings: False)


def test_without_a_database_one_of_ten_tells_it_too(all_live, database_is_away, chat, monkeypatch):
    monkeypatch.setattr(alarm, "look", lambda: [unanswered("database")])
    at_once([watch] * 10)
    assert chat.asked == []
    monkeypatch.setattr(away, "_now", lambda: real() + timedelta(minutes=3))
    at_once([watch] * 10)
    watch()
    (told,) = chat.asked
    assert "Database" in told.body
    monkeypatch.setattr(alarm, "look", list)
    monkeypatch.setattr(alarm, "has_database", lambda _findings: True)
    watch()
    watch()
    assert [("works again" in asked.body) for asked in chat.asked] == [False, True]


real = away._now


@pytest.mark.parametrize("folder", ["", "alarm.json/none"], ids=["a file", "no file either"])
def test_a_database_that_takes_nothing_is_told_once(
    all_live, read_only, chat, settings, monkeypatch, tmp_path, folder
):
    settings.DATA_DIR = tmp_path / folder
    monkeypatch.setattr(alarm, "look", list)
    if folder:
        (tmp_path / "alarm.json").touch()
    watch()
    assert chat.asked == []
    monkeypatch.setattr(away, "_now", lambda: real() + timedelta(minutes=3))
    at_once([watch] * 3)
    watch()
    (told,) = chat.asked
    assert "Database" in told.body


def test_a_full_disk_keeps_the_alarm_in_the_process(all_live, read_only, chat, monkeypatch):
    monkeypatch.setattr(alarm, "look", list)
    monkeypatch.setattr(away, "_is_written", lambda _file, _alarm: False)
    watch()
    monkeypatch.setattr(away, "_now", lambda: real() + timedelta(minutes=3))
    watch()
    watch()
    assert len(chat.asked) == 1


def test_that_it_takes_what_is_written_again_is_told(all_live, read_only, chat, monkeypatch):
    monkeypatch.setattr(alarm, "look", list)
    watch()
    monkeypatch.setattr(away, "_now", lambda: real() + timedelta(minutes=3))
    watch()
    monkeypatch.setattr(episodes, "note", lambda _broken, _tell: None)
    watch()
    watch()
    assert ["works again" in asked.body for asked in chat.asked] == [False, True]


def test_a_test_alarm_goes_out_without_a_database_that_takes_turns(all_live, read_only, chat):
    assert alarm.send_test() == ["TEAM_CHAT_URLS"]
    assert alarm.send_test() is None


def test_of_all_that_look_after_a_request_one_looks_in_a_minute(all_live):
    turns = at_once([lambda: take_turn(alarm.TURN, alarm.PAUSE)] * 10)
    assert turns.count(True) == 1
    Heartbeat.objects.filter(part=alarm.TURN).update(at=Now() - 2 * alarm.PAUSE)
    turns = at_once([lambda: take_turn(alarm.TURN, alarm.PAUSE)] * 10)
    assert turns.count(True) == 1


@pytest.mark.parametrize(
    ("minutes", "code"), [(1, 0), (3, 1), (10, 2)], ids=["well", "slow", "stands still"]
)
def test_the_command_ends_as_cron_understands(all_live, capsys, minutes, code):
    Heartbeat.objects.filter(part=BEAT).update(at=Now() - timedelta(minutes=minutes))
    if not code:
        call_command("health")
        assert "Everything is well" in capsys.readouterr().out
        return
    with pytest.raises(SystemExit) as ended:
        call_command("health")
    assert ended.value.code == code
    assert "beat – " in capsys.readouterr().out


def test_the_command_of_cron_sends_the_alarm(beat_is_dead, chat):
    for _ in range(2):
        with pytest.raises(SystemExit):
            call_command("health", alarm=True)
        time_passes(minutes=3)
    assert len(chat.asked) == 1


def test_of_two_that_look_within_a_minute_the_second_leaves_it(beat_is_dead, chat):
    alarm.watch_in_turn()
    assert Alarm.objects.count() == 1
    Alarm.objects.all().delete()
    alarm.watch_in_turn()
    assert Alarm.objects.count() == 0


def test_a_server_that_has_just_started_does_not_look_at_once():
    """It would find what has not begun yet."""
    assert not alarm._OwnTurns(alarm.PAUSE, after=alarm.PAUSE).take()
