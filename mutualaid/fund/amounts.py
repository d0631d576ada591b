"""Amounts of money as people type and read them. Inside they are whole numbers of minor units, never floats."""

import re
import unicodedata
from decimal import Decimal

from babel.core import Locale, UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision, list_currencies

from mutualaid.fund.models.pot import MOST_DECIMALS, MOST_UNITS


class NoAmount(ValueError):
    """What was typed is no amount of this currency above 0, or is too large."""


def parse_amount(typed: str, *, decimals: int) -> int:
    """Return what was typed in minor units of a currency with so many decimals.

    Digits of every script, a decimal comma or point, and thousands set apart by spaces, points, commas or
    apostrophes are understood: "12,50", "12.50", "1 234,5", "1.234,50". "1,234" could be either, and is
    taken for one thousand only where the currency has fewer than three decimals. Raises `NoAmount` for
    anything else: nothing above 0, more decimals than the currency has, "1e9".
    """
    raise NotImplementedError


def format_amount(minor: int, *, currency: str, decimals: int, language: str) -> str:
    """Return an amount with its currency as it is written in a language: "€12.50", "12,50 €"."""
    raise NotImplementedError


def is_currency(code: str) -> bool:
    """Whether a currency has this ISO 4217 code, and it is one that money is counted in."""
    return code in list_currencies() and decimals_of(code) <= MOST_DECIMALS


def decimals_of(currency: str) -> int:
    """How many decimals people write in amounts of a currency today (CLDR): 2 for euros, 0 for yen."""
    return get_currency_precision(currency)
