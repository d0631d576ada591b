"""What was sent is read back as whoever sent it had read it: each question, and of a choice its label."""

import pytest
from django import forms
from django.test import Client
from django.utils.translation import override

from mutualaid.catalog.forms.choices import RowField, RowsField
from mutualaid.catalog.templatetags.answers import CODES, _forms, as_answers
from tests.support import asking, factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _pages():
    """The forms of all pages are there once the site has answered."""
    Client().get("/")


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ([("urgency", "4")], [("How soon do you need it?", "Today")]),
        ([("for_whom", "self")], [("Who is this for?", "For me")]),
        ([("languages", "es"), ("has_vehicle", "on")], ["Español", "Yes"]),
        ([("locality", "riverside")], ["Riverside"]),
        ([("categories", "groceries"), ("categories", "gone")], ["Groceries", "gone"]),
        ([("week_parts", "1"), ("week_parts", "2")], ["weekday mornings", "weekday afternoons"]),
        ([("invitations", "email"), ("tasks", "push")], ["E-mail", "Notice on your devices"]),
        ([("reason", "never")], ["Never this kind of help"]),
        ([("reason", "no_time")], ["I don't have time after all"]),
        ([("day", "2026-12-01"), ("time", "17:30")], ["2026-12-01", "17:30"]),
        ([("no field of ours", "x")], [("", "x")]),
    ],
)
def test_a_choice_is_read_back_by_its_label(sent, read):
    asking.words_and_places()
    factories.language("es", "Español")
    answers = [(str(question), answer) for question, answer in as_answers(sent)]
    assert (answers if isinstance(read[0], tuple) else [answer for _q, answer in answers]) == read


def test_it_speaks_the_language_of_the_page():
    with override("es"):
        [(question, answer)] = as_answers([("urgency", "4")])
        assert (str(question), answer) == ("¿Para cuándo lo necesitas?", "Hoy")


def test_of_each_field_for_rows_it_is_known_what_they_are():
    rows = {
        name
        for form in _forms(forms.Form)
        for name, field in form.base_fields.items()
        if isinstance(field, RowField | RowsField)
    }
    assert rows == set(CODES)
