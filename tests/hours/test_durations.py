"""Hours as people type them, and as they read them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutualaid.hours.durations import NoDuration, in_words, parse_hours


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("2", 120), ("1.5", 90), ("1,5", 90), ("1:30", 90), (" 0:45 ", 45), ("0,25", 15), ("1:5", 65),
        ("٢", 120), ("١٫٥", 90), ("١:٣٠", 90), ("२", 120), ("１：３０", 90), ("24", 1440), ("0.02", 1),
    ],
)  # fmt: skip
def test_hours_in_every_way_to_write_them(typed, minutes):
    assert parse_hours(typed) == minutes


@pytest.mark.parametrize(
    "typed",
    ["", "0", "0:00", "-5", "−5", "25", "24:01", "24.1", "1e9", "1000000000", "1:60", "1:30:00", "90 min",
     "1.5.2", "NaN", "inf", "an hour", "1/2", "½h", "0.001"],
)  # fmt: skip
def test_what_is_no_length_of_time_is_refused_in_words(typed):
    with pytest.raises(NoDuration) as refused:
        parse_hours(typed)
    assert refused.value.words


@given(st.text(max_size=30))
def test_no_text_gives_anything_but_a_minute_to_a_day_or_a_refusal(typed):
    with contextlib.suppress(NoDuration):
        assert 1 <= parse_hours(typed) <= 1440


def test_minutes_are_read_as_people_say_them():
    assert [in_words(n) for n in (1, 45, 60, 61, 90, 120, 1440)] == [
        "1 minute", "45 minutes", "1 hour", "1 hour and 1 minute", "1 hour and 30 minutes", "2 hours",
        "24 hours",
    ]  # fmt: skip
