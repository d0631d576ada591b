"""Numbers and codes inside Arabic sentences, which without a mark around them read from their end."""

import re

from django.utils.translation import gettext, override

from mutualaid.i18n.catalogue import load

RIGHT_TO_LEFT, FIRST_STRONG, POP = "\u200f", "\u2068", "\u2069"
ISOLATED = re.compile("[\u2066-\u2068][^\u2069]*\u2069")
TURNED = re.compile(r"(?<![\w-])\d+-\w|\+\d")
"""A day as 2026-12-31, a code that begins with a number, a phone with +: after an Arabic letter they turn."""


def test_days_codes_and_phones_are_isolated():
    turned = [
        entry.msgid
        for entry in load("ar")
        for text in (entry.msgstr, *entry.msgstr_plural.values())
        if TURNED.search(ISOLATED.sub("", text))
    ]
    assert turned == []


def test_a_change_of_numbers_alone_reads_from_right_to_left():
    with override("ar"):
        words = gettext("%(was)s → %(now)s") % {"was": 5, "now": 3}
    assert words == f"{RIGHT_TO_LEFT}{FIRST_STRONG}5{POP} ← {FIRST_STRONG}3{POP}"
