"""Whatever is typed, at random."""

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import settings as how
from hypothesis import strategies as st

from mutualaid.contact_points import ContactPoint, parse, parse_email, parse_phone

REGIONS = ("US", "NO", "GB", "DE", "FR", "ES", "IT", "MX", "HT", "EG", "IR", "UA", "IN")
SEPARATORS = (
    ", ", ",", "; ", ";", "\n", "\r\n", "\t", " ", " and ", " or ", " y ", " و ", "، ", "؛ ", "/", " / ",
    "|", " & ", " oder ", " et ",
)  # fmt: skip
TYPED = st.text(
    st.one_of(st.sampled_from("0123456789+-().@/ ,;xe\n\u200b٠۱و"), st.characters()), max_size=80
)


def _example(region: str) -> str:
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    assert number
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


PHONES = st.builds(
    lambda region, last, extension: f"{_example(region)[:-3]}{last:03}{extension}",
    st.sampled_from(REGIONS),
    st.integers(0, 999),
    st.sampled_from(["", "", ";ext=7", ";ext=123"]),
)
EMAILS = st.builds(
    "{}@{}".format,
    st.from_regex(r"[a-z][a-z0-9_.+'-]{0,12}[a-z0-9]", fullmatch=True),
    st.sampled_from(
        ["x.example", "gmail.com", "people.example", "xn--bcher-kva.example", "b2b.co.uk"]
    ),
)
POINTS = st.lists(st.one_of(PHONES, EMAILS), min_size=1, max_size=8)


@how(deadline=None)
@given(TYPED)
def test_nothing_that_is_typed_is_an_error(typed):
    parsed = parse(typed)
    assert all(isinstance(point, ContactPoint) for point in parsed.points)
    for point in parsed.points:
        assert point.identity
        assert point.uri.startswith(("tel:", "mailto:"))
        assert point.display
    parse_phone(typed)
    parse_email(typed)


NEITHER = st.sampled_from(["Bob", "Bo Li", "12", "sam at x.example", "@bo", "bo@x", "x3", "00"])


@how(deadline=None)
@given(st.lists(st.one_of(PHONES, EMAILS, NEITHER), max_size=8), st.sampled_from([", ", ";", "\n"]))
def test_nothing_is_lost_without_a_word(pieces, separator):
    parsed = parse(separator.join(pieces))
    assert [*(point.normal for point in parsed.points), *parsed.unread] == sorted(
        pieces, key=lambda piece: piece not in {point.normal for point in parsed.points}
    )


@pytest.mark.parametrize("region", REGIONS)
def test_a_normal_form_is_its_own_normal_form(settings, region):
    settings.PHONE_REGION = region

    @how(deadline=None)
    @given(TYPED)
    def holds(typed):
        for point in parse(typed).points:
            assert parse(point.normal).points == (point,)
            assert parse(point.normal).unread == ()

    holds()


@how(deadline=None)
@given(POINTS, st.sampled_from(SEPARATORS))
@example(["+12015550000;ext=7", "a0@x.example"], "/")
@example(["+12015550000;ext=7", "5@x.example"], "&")
def test_joined_by_any_separator_they_come_apart_again(points, separator):
    parsed = parse(separator.join(points))
    assert [point.normal for point in parsed.points] == points
    assert parsed.unread == ()


@pytest.mark.slow
@pytest.mark.parametrize("region", REGIONS)
def test_as_they_are_shown_they_are_read_again(settings, region):
    settings.PHONE_REGION = region

    @how(deadline=None)
    @given(st.lists(PHONES, min_size=1, max_size=5))
    def holds(numbers):
        points = [parse_phone(number) for number in numbers]
        again = parse(", ".join(point.display for point in points))
        assert list(again.points) == points
        assert again.unread == ()

    holds()
