"""A form that was opened before someone else's change: what it writes, and what it asks about."""

from datetime import date

import pytest

from mutualaid.forms.stale import changed_meanwhile, seen_again, seen_fields
from tests.support import factories

DAY, LATER = date(2026, 12, 1), date(2026, 12, 8)


@pytest.mark.parametrize(
    ("seen", "current", "wanted", "written", "asked"),
    [
        ("a", "a", "a", {}, {}),
        ("a", "a", "b", {"name": "b"}, {}),
        ("a", "b", "a", {}, {}),
        ("a", "b", "b", {}, {}),
        ("a", "b", "c", {}, {"name": ("b", "c")}),
        (None, None, DAY, {"name": DAY}, {}),
        (None, LATER, DAY, {}, {"name": (LATER, DAY)}),
        (DAY, None, DAY, {}, {}),
    ],
)
def test_only_what_its_user_changed_is_written(seen, current, wanted, written, asked):
    changes = changed_meanwhile(seen_fields({"name": seen}), {"name": current}, {"name": wanted})
    assert (changes.to_write, changes.conflicts) == (written, asked)


def test_where_one_field_is_in_conflict_nothing_of_the_form_is_written():
    seen = seen_fields({"urgency": 2, "people": 1})
    changes = changed_meanwhile(seen, {"urgency": 3, "people": 1}, {"urgency": 4, "people": 2})
    assert changes.to_write == {}
    assert changes.conflicts == {"urgency": (3, 4)}


@pytest.mark.parametrize(
    ("held", "given"),
    [
        (None, ""),
        (4, "4"),
        ("Milk\r\nBread ", "Milk\nBread"),
        (DAY, "2026-12-01"),
        ([2, 1], ["1", "2"]),
        (True, "True"),
    ],
)
def test_what_a_model_holds_and_what_a_form_gives_are_the_same(held, given):
    changes = changed_meanwhile(seen_fields({"field": held}), {"field": held}, {"field": given})
    assert changes == ({}, {})


@pytest.mark.django_db
def test_rows_are_compared_by_what_they_are():
    one, other = factories.language("en"), factories.language("es")
    seen = seen_fields({"languages": [one, other]})
    same = changed_meanwhile(seen, {"languages": [one, other]}, {"languages": [other, one]})
    assert same == ({}, {})
    fewer = changed_meanwhile(seen, {"languages": [one, other]}, {"languages": [one]})
    assert fewer.to_write == {"languages": [one]}


def test_what_was_seen_cannot_be_read_from_the_form_nor_compared_with_another():
    first, second = (seen_fields({"phone": "555 0100"}) for _ in range(2))
    assert "555 0100" not in first
    assert first.split("phone=")[1] != second.split("phone=")[1]


@pytest.mark.parametrize("seen", ["", "nonsense", "a=b=c d", "salt phone="])
def test_nonsense_in_the_hidden_field_is_no_fault(seen):
    changes = changed_meanwhile(seen, {"phone": "1"}, {"phone": "2"})
    assert changes.to_write or changes.conflicts


def test_sent_once_more_it_overwrites_what_was_shown_and_nothing_that_was_not_touched():
    seen = seen_fields({"urgency": 2, "day": DAY})
    current, wanted = {"urgency": 3, "day": LATER}, {"urgency": 4, "day": DAY}
    conflicts = changed_meanwhile(seen, current, wanted).conflicts
    once_more = changed_meanwhile(seen_again(seen, conflicts), current, wanted)
    assert once_more == ({"urgency": 4}, {})
