"""Boxes for contact points: what they take, and what they say beside them."""

import pytest
from django import forms

from mutualaid.contact_points.form_fields import ContactPointsField, OneEmailField, PhoneField


def error_of(field: forms.Field, typed: str) -> str:
    with pytest.raises(forms.ValidationError) as raised:
        field.clean(typed)
    return " ".join(raised.value.messages)


def test_several_are_taken_apart_and_each_is_one_in_all_its_spellings():
    points = ContactPointsField().clean("bo@x.example; Bo+1@X.example and 608-555-0142 x3")
    assert [point.normal for point in points] == ["bo@x.example", "+16085550142;ext=3"]


def test_nothing_is_nothing_where_nothing_must_be():
    assert ContactPointsField(required=False).clean("  ") == ()
    assert error_of(ContactPointsField(), "") == "Please answer this."


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("Bob, bo@x.example", "“Bob”"),
        ("Bob, Bo", "“Bob”, “Bo”"),
        ("<b>" * 30, "“<b><b>"),
        ("a" * 90, "a…”"),
        (" ".join(f"p{n}@x.example" for n in range(41)), "40 at most"),
    ],
)
def test_what_is_not_read_or_too_much_is_told(typed, error):
    assert error in error_of(ContactPointsField(), typed)


def test_a_box_for_one_takes_one():
    field = ContactPointsField(most=1)
    assert [point.normal for point in field.clean("bo@x.example, BO@x.example")] == ["bo@x.example"]
    assert "Write only one here." in error_of(field, "bo@x.example, sam@x.example")
    assert "one phone number or one e-mail" in error_of(field, "Bob")


def test_a_number_that_many_have_is_taken_only_where_it_is_compared_with_such():
    assert ContactPointsField().clean("555 0100")
    assert "“5550100”" in error_of(ContactPointsField(of_accounts=True), "555 0100")
    assert ContactPointsField(of_accounts=True).clean("608 555 0100")


@pytest.mark.parametrize(
    "typed", ["555 0100", "608-555-0142 (my sister, after 6)", "608-555-0142 or 608-555-0199", ""]
)
def test_a_phone_stays_as_typed_where_a_number_can_be_dialled(typed):
    assert PhoneField(required=False).clean(typed) == typed


@pytest.mark.parametrize("typed", ["911", "ask Bo", "bo@x.example", "-"])
def test_a_phone_that_no_one_can_dial_is_told(typed):
    assert f"“{typed}”" in error_of(PhoneField(required=False), typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        (" Bo+Aid@x.example ", "Bo+Aid@x.example"),
        ("mailto:bo@x.example", "bo@x.example"),
        ("<bo@x.example>", "bo@x.example"),
    ],
)
def test_an_email_stays_as_typed(typed, kept):
    assert OneEmailField(required=False).clean(typed) == kept


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("bo@x.example, sam@x.example", "Write one e-mail address here"),
        ("bo", "like name@example.org"),
        ("bo@x.example 12", "like name@example.org"),
        ("608-555-0142", "like name@example.org"),
    ],
)
def test_what_is_not_one_email_is_told(typed, error):
    assert error in error_of(OneEmailField(required=False), typed)
