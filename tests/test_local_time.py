"""What people read of a moment is its day and time here, not in UTC, in which it is stored."""

import ast
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path

import pytest
from django import forms
from django.conf import global_settings, settings
from django.utils import timezone, translation
from django.utils.formats import get_format

from mutualaid.admin.careful_form import displayed
from mutualaid.local_time import (
    age_in_words,
    format_day,
    format_moment,
    format_time,
    format_value,
)
from mutualaid.people.models import BlockedContactPoint
from requests_app.actions import withdraw_need
from requests_app.models import Need
from tests.support import factories

EVENING = datetime(2026, 11, 27, 3, 30, tzinfo=UTC)
"""Half past nine in the evening of the 26th in Chicago."""
FORMATTERS = {"date_format", "dateformat", "formats", "localize", "time_format"}
OWNER = "mutualaid/local_time.py"


@pytest.fixture(autouse=True)
def in_chicago():
    with timezone.override("America/Chicago"), translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("write", "value", "words"),
    [
        (format_day, EVENING, "Nov. 26, 2026"),
        (format_day, date(2026, 11, 27), "Nov. 27, 2026"),
        (partial(format_day, form="l"), EVENING, "Thursday"),
        (format_moment, EVENING, "11/26/2026 9:30 p.m."),
        (format_time, time(9, 30), "9:30 a.m."),
        (format_value, EVENING, "Nov. 26, 2026, 9:30 p.m."),
        (format_value, 1234.5, "1234.5"),
    ],
)
def test_a_moment_is_written_as_it_is_here_and_a_day_as_it_is(write, value, words):
    assert write(value) == words


@pytest.mark.parametrize(
    ("now", "age"),
    [
        ((2026, 11, 27, 4, 10), "40 minutes"),
        ((2026, 11, 27, 7, 0), "1 day"),  # an hour past midnight
        ((2026, 12, 11, 5, 0), "14 days"),
        ((2027, 11, 27, 12, 0), "366 days"),
    ],
)
def test_an_age_counts_the_days_here(monkeypatch, now, age):
    moment = datetime(*now).replace(tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert age_in_words(EVENING).replace("\xa0", " ") == age


def test_what_changed_in_a_form_and_who_was_blocked_say_the_day_here():
    assert displayed(forms.DateTimeField(), EVENING) == "Nov. 26, 2026, 9:30 p.m."
    assert str(BlockedContactPoint(reason="threats", since=EVENING)) == (
        "threatened or followed someone, Nov. 26, 2026"
    )


@pytest.mark.django_db
@pytest.mark.one_database
def test_the_page_of_a_need_says_the_day_here_on_which_it_was_closed(carla, signed_in, settings):
    settings.TIME_ZONE = "America/Chicago"
    need = factories.need()
    withdraw_need(need)
    Need.objects.filter(pk=need.pk).update(closed_at=EVENING)
    page = signed_in(carla).get(f"/admin/requests_app/need/{need.pk}/change/").content.decode()
    assert "Closed on Nov. 26, 2026" in page
    assert "Closed on Nov. 27, 2026" not in page


def test_no_other_code_writes_days_and_times_for_people():
    """Django's functions are right for what has no zone only, and no reader can see which is which."""
    rooms = ("mutualaid", "requests_app", "offers_app")
    files = {path for room in rooms for path in (settings.BASE_DIR / room).rglob("*.py")}
    users = {path.relative_to(settings.BASE_DIR).as_posix() for path in files if formats(path)}
    assert users == {OWNER}


def formats(path: Path) -> bool:
    """Whether a file takes one of Django's functions that write a moment as it is stored."""
    nodes = ast.walk(ast.parse(path.read_text()))
    imports = (node for node in nodes if isinstance(node, ast.ImportFrom))
    return any(
        alias.name in FORMATTERS or node.module == "django.utils.dateformat"
        for node in imports
        if (node.module or "").startswith("django.utils")
        for alias in node.names
    )


@pytest.mark.parametrize("form", ["DATE_FORMAT", "DATETIME_FORMAT", "SHORT_DATETIME_FORMAT"])
@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES if code != "en"])
def test_no_language_writes_a_moment_in_the_order_of_english(code, form):
    assert get_format(form, code) != getattr(global_settings, form)
