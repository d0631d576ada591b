"""One mailbox is one mailbox, however its address is written; what is written to stays as typed."""

import pytest
from django.core.validators import validate_email

from mutualaid.contact_points import parse, parse_email

SAME = {
    "bo@x.example": [
        "bo@x.example", " Bo@X.Example ", "BO@x.example.", "<bo@x.example>", "mailto:bo@x.example",
        "mailto:bo@x.example?subject=Hello%20you", "MAILTO:Bo%40x.example", "bo+1@x.example",
        "bo+aid+more@x.example", "ｂｏ@x.example", "bo＠x.example", "bo@x\u200b.example",
        "\u202abo@x.example\u202c", "“bo@x.example”", "(bo@x.example)", "bo@x.example!",
        "E-mail: bo@x.example", "correo:bo@x.example", "البريد: bo@x.example", "وbo@x.example",
    ],
    "c.li@x.example": ["c.li@x.example", "C.Li@x.example", "email:c.li@x.example"],
    "tel.smith@x.example": ["tel.smith@x.example"],
    "bo.li@x.example": ["Bo.Li@x.example", "bo.li+tag@x.example"],
    "boli@gmail.com": ["bo.li@gmail.com", "B.O.L.I+a@googlemail.com", "boli@GoogleMail.com"],
    "bo@xn--bcher-kva.example": ["bo@bücher.example", "bo@BÜCHER.example", "bo@xn--bcher-kva.example"],
    "strasse@x.example": ["Straße@x.example", "STRASSE@x.example"],
    "+1@x.example": ["+1@x.example"],
    "o'brien@x.example": ["O'Brien@x.example"],
    "sam1x2@x.example": ["sam1x2@x.example", "Sam1x2+a@x.example"],
}  # fmt: skip
CASES = [(identity, typed) for identity, all in SAME.items() for typed in all]


@pytest.mark.parametrize(("identity", "typed"), CASES)
def test_however_it_is_written_it_is_one_mailbox(identity, typed):
    parsed = parse(typed)
    assert [point.identity for point in parsed.points] == [identity]
    assert parsed.unread == ()


def test_dots_count_where_the_provider_counts_them():
    assert parse_email("bo.li@x.example").identity != parse_email("boli@x.example").identity


def test_what_is_written_to_stays_as_typed():
    assert parse_email(" Bo.Li+Aid@GMail.com").normal == "Bo.Li+Aid@gmail.com"
    assert parse_email("bo@bücher.example").normal == "bo@xn--bcher-kva.example"
    assert parse_email("bo@bücher.example").display == "bo@bücher.example"


@pytest.mark.parametrize(
    ("typed", "uri"),
    [
        ("bo+aid@x.example", "mailto:bo+aid@x.example"),
        ("a?subject=b&c@x.example", "mailto:a%3Fsubject%3Db%26c@x.example"),
        ('"bo li"@x.example', "mailto:%22bo%20li%22@x.example"),
    ],
)
def test_a_link_writes_to_it_and_says_nothing_else(typed, uri):
    assert parse_email(typed).uri == uri


FOR_DJANGO = [
    "a/b@x.example", "a&b@x.example", "a|b@x.example", "{a}@x.example", "#!$%@x.example", '"a.b"@x.example',
    "bo@localhost", "bo@[127.0.0.1]", "bo@[::1]", "a@b.co", f"{'a' * 64}@x.example",
]  # fmt: skip


@pytest.mark.parametrize("typed", FOR_DJANGO)
def test_whatever_djangos_field_takes_has_an_identity(typed):
    validate_email(typed)
    assert parse_email(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "", "@", "bo", "bo@", "@x.example", "bo@x", "bo@@x.example", "bo at x.example", "bo@x..example",
        "bo@-x.example", "bo@x.1", "bo@[x]", "bo@x_y.example", "bo@💌.example", f"{'a' * 320}@x.example",
        "a@x.exampleb@y.example", "mailto:",
    ],
)  # fmt: skip
def test_what_is_none_is_told(typed):
    parsed = parse(typed)
    assert parsed.points == ()
    assert parse_email(typed) is None
    assert parsed.unread or not any(letter.isalnum() for letter in typed.removeprefix("mailto:"))


def test_further_addresses_in_a_link_are_told():
    assert parse("mailto:a@x.example?cc=b%40y.example").unread
