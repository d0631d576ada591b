"""Amounts of money as people type and read them. Inside they are whole numbers of minor units, no floats."""

import re
import unicodedata
from copy import copy
from decimal import Decimal

from babel.core import Locale, UnknownLocaleError
from babel.numbers import get_currency_precision, get_currency_symbol, list_currencies
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.area_names import FIRST_STRONG_ISOLATE, POP_ISOLATE
from mutualaid.forms.typed_text import ascii_digits, visible
from mutualaid.fund.models.pot import MOST_DECIMALS, MOST_UNITS, Pot

SAME_MARKS = str.maketrans({"٫": ".", "٬": "'", "،": ",", "’": "'"})
"""The marks of Arabic numbers, and a curly apostrophe, as the ones that mean the same."""
GROUPED = r"\d{{1,3}}(?:{0}\d{{2,3}})*{0}\d{{3}}"
"""Thousands set apart by one mark throughout; in India every two digits before the last three."""
WHOLE = re.compile("|".join(["\\d+", *(GROUPED.format(mark) for mark in (" ", "'", ",", "\\."))]))
BESIDE_THE_CURRENCY = re.compile(r"(?<!\d)\xa0|\xa0(?!\d)")
"""A space that does not break and stands in no number: on a narrow page it is the place to break."""
LEFT_TO_RIGHT_MARK = "\u200e"
UNCLEAR = _("Write the amount in numbers, like 12 or 12.50.")
UNCLEAR_WITHOUT_DECIMALS = _("Write the amount in whole numbers, like 1200.")
TOO_FINE = _("There are too many digits after the point or comma.")
TOO_SMALL = _("Write an amount above 0.")
TOO_LARGE = _("This amount is too large.")


class NoAmount(ValueError):
    """What was typed is no amount; `words` tell a person why."""

    def __init__(self, words: str | Promise) -> None:
        super().__init__(words)
        self.words = words


def parse_amount(typed: str, *, decimals: int, least: int = 1) -> int:
    """Return what was typed in minor units of a currency with so many decimals.

    Digits of every script are understood, a decimal point or comma, and thousands set apart by spaces,
    points, commas or apostrophes: "12,50", "12.50", "1 234,5", "1.234,50". Where the currency has cents,
    "1,234" is refused, for it may be one thousand or one and a bit. Raises `NoAmount` for that, for more
    decimals than the currency has, for less than `least` minor units, for more than `MOST_UNITS`, and for
    all that is no plain number: "-5", "1e9".
    """
    text = unicodedata.normalize("NFKC", visible(typed)).translate(SAME_MARKS)
    text = ascii_digits(text).strip()
    whole, fraction = _split(text, decimals)
    if not WHOLE.fullmatch(whole) or not (fraction == "" or fraction.isdecimal()):
        raise NoAmount(UNCLEAR if decimals else UNCLEAR_WITHOUT_DECIMALS)
    if len(fraction) > decimals:
        raise NoAmount(TOO_FINE)
    units = re.sub(r"\D", "", whole).lstrip("0")
    if len(units) > len(str(MOST_UNITS)):
        raise NoAmount(TOO_LARGE)  # before it is made a number, for it may have a million digits
    minor = int(units + fraction.ljust(decimals, "0") or "0")
    if minor < least:
        raise NoAmount(TOO_SMALL)
    if minor > MOST_UNITS * 10**decimals:
        raise NoAmount(TOO_LARGE)
    return minor


def _split(text: str, decimals: int) -> tuple[str, str]:
    """Return what stands before and after the decimal mark: the last point or comma, unless it sets apart."""
    at = max(text.rfind("."), text.rfind(","))
    sets_apart = at < 0 or text.count(text[at]) > 1 or (decimals == 0 and WHOLE.fullmatch(text))
    return (text, "") if sets_apart else (text[:at], text[at + 1 :])


def format_amount(minor: int, *, currency: str, decimals: int, language: str) -> str:
    """Return an amount with its currency as it is written in a language: "€12.50", "12,50 €"."""
    locale = _locale(language)
    pattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (decimals, decimals)
    amount = Decimal(minor).scaleb(-decimals)
    written = str(pattern.apply(amount, locale, currency=currency, currency_digits=False))
    if locale.text_direction == "ltr":
        return written
    symbol = get_currency_symbol(currency, locale)
    isolated = f"{FIRST_STRONG_ISOLATE}{symbol}{POP_ISOLATE}"
    # Else the dollar of "US$" and a minus go to the other side.
    return written.replace(symbol, isolated).replace("-", f"{LEFT_TO_RIGHT_MARK}-")


def breakable(amount: str) -> str:
    """Return a written amount as a narrow page may break it: beside the currency, never in the number."""
    return BESIDE_THE_CURRENCY.sub(" ", amount)


def amount_in(pot: Pot, minor: int) -> str:
    """Return an amount of a pot as it is written in the reader's language."""
    language = get_language() or "en"
    return format_amount(minor, currency=pot.currency, decimals=pot.decimals, language=language)


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def is_currency(code: str) -> bool:
    """Whether a currency has this ISO 4217 code."""
    return code in list_currencies() and decimals_of(code) <= MOST_DECIMALS


def decimals_of(currency: str) -> int:
    """How many decimals people write in amounts of a currency today (CLDR): 2 for euros, 0 for yen."""
    return get_currency_precision(currency)
