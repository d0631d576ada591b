"""Amounts as people type them, and as they read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutualaid.fund.amounts import (
    TOO_FINE,
    TOO_LARGE,
    TOO_SMALL,
    UNCLEAR,
    NoAmount,
    breakable,
    decimals_of,
    format_amount,
    is_currency,
    parse_amount,
)

TYPED = [
    # what was typed, decimals of the currency, minor units
    ("12", 2, 1200),
    ("12,50", 2, 1250),
    ("12.50", 2, 1250),
    ("12.5", 2, 1250),
    (" 12.50 ", 2, 1250),
    ("0.01", 2, 1),
    ("1 234,5", 2, 123450),
    ("1\u00a0234,50", 2, 123450),
    ("1\u202f234,50", 2, 123450),
    ("1.234,50", 2, 123450),
    ("1,234.50", 2, 123450),
    ("1'234.50", 2, 123450),
    ("1’234.50", 2, 123450),
    ("1,00,000.00", 2, 10_000_000),
    ("1.000.000", 2, 100_000_000),
    ("007", 2, 700),
    ("١٢٫٥٠", 2, 1250),
    ("۱۲٫۵", 2, 1250),
    ("١٬٢٣٤٫٥٠", 2, 123450),
    ("१२.५०", 2, 1250),
    ("１２．５０", 2, 1250),
    ("12\u200f.50", 2, 1250),
    ("1200", 0, 1200),
    ("1,200", 0, 1200),
    ("1.200", 0, 1200),
    ("1 200", 0, 1200),
    ("1.234", 3, 1234),
    ("1,5", 3, 1500),
    ("1,234.567", 3, 1_234_567),
]
REFUSED = [
    ("", 2, UNCLEAR),
    ("twelve", 2, UNCLEAR),
    ("1e9", 2, UNCLEAR),
    ("-5", 2, UNCLEAR),
    ("+5", 2, UNCLEAR),
    ("−5", 2, UNCLEAR),
    ("(5)", 2, UNCLEAR),
    ("0x10", 2, UNCLEAR),
    ("NaN", 2, UNCLEAR),
    ("inf", 2, UNCLEAR),
    ("½", 2, UNCLEAR),
    ("12 50", 2, UNCLEAR),
    ("1,23,4.5", 2, UNCLEAR),
    ("12.5.0", 2, UNCLEAR),
    ("12;50", 2, UNCLEAR),
    (".", 2, UNCLEAR),
    (",50", 2, UNCLEAR),
    ("12.-5", 2, UNCLEAR),
    ("12.500", 2, TOO_FINE),
    ("1,234", 2, TOO_FINE),
    ("0.001", 2, TOO_FINE),
    ("12.50", 0, TOO_FINE),
    ("1.2345", 3, TOO_FINE),
    ("0", 2, TOO_SMALL),
    ("0.00", 2, TOO_SMALL),
    ("00", 0, TOO_SMALL),
    ("1000000.01", 2, TOO_LARGE),
    ("1000000000", 2, TOO_LARGE),
    ("9" * 5000, 2, TOO_LARGE),
]


@pytest.mark.parametrize(("typed", "decimals", "minor"), TYPED)
def test_what_people_type_is_read(typed, decimals, minor):
    assert parse_amount(typed, decimals=decimals) == minor


@pytest.mark.parametrize(("typed", "decimals", "words"), REFUSED)
def test_what_is_no_amount_is_refused_with_a_reason(typed, decimals, words):
    with pytest.raises(NoAmount) as refused:
        parse_amount(typed, decimals=decimals)
    assert refused.value.words == words


def test_nothing_spent_is_an_amount_where_it_may_be():
    assert parse_amount("0", decimals=2, least=0) == 0


@given(st.text(max_size=30), st.sampled_from([0, 2, 3]))
def test_whatever_is_typed_is_an_amount_or_is_refused(typed, decimals):
    try:
        minor = parse_amount(typed, decimals=decimals)
    except NoAmount:
        return
    assert 0 < minor <= 1_000_000 * 10**decimals


@given(
    st.integers(1, 100_000_000),
    st.sampled_from(["en", "en-gb", "es", "fr", "ru", "vi", "zh-hans", "ht"]),
)
def test_an_amount_that_is_shown_is_read_as_it_was(minor, language):
    shown = format_amount(minor, currency="EUR", decimals=2, language=language)
    bare = shown.replace("€", "").replace("EUR", "").strip()
    assert parse_amount(bare, decimals=2) == minor


@pytest.mark.parametrize(
    ("currency", "decimals"), [("EUR", 2), ("USD", 2), ("JPY", 0), ("VND", 0), ("KWD", 3)]
)
def test_each_currency_has_its_decimals(currency, decimals):
    assert is_currency(currency)
    assert decimals_of(currency) == decimals


@pytest.mark.parametrize("code", ["", "eur", "EURO", "XX", "€", "ZZZ"])
def test_what_is_no_currency_is_none(code):
    assert not is_currency(code)


def test_amounts_are_written_as_a_language_does():
    def written(language: str, currency: str = "EUR", decimals: int = 2) -> str:
        return format_amount(1234567, currency=currency, decimals=decimals, language=language)

    assert written("en") == "€12,345.67"
    assert written("es") == "12.345,67\xa0€"
    assert written("fr") == "12\u202f345,67\xa0€"
    assert written("en", "JPY", 0) == "¥1,234,567"
    assert written("en", "KWD", 3) == "KWD1,234.567"


def test_in_arabic_a_minus_and_a_dollar_stay_where_they_are():
    taken = format_amount(-1250, currency="USD", decimals=2, language="ar")
    assert taken == "\u200f\u200e-12.50\xa0\u2068US$\u2069"
    assert breakable(taken) == "\u200f\u200e-12.50 \u2068US$\u2069"
    assert breakable("12\xa0345,67\xa0€") == "12\xa0345,67 €"


def test_the_decimals_of_a_pot_stay_whatever_a_newer_table_says():
    assert format_amount(1250, currency="JPY", decimals=2, language="en") == "¥12.50"
