"""One English word with two meanings is two words elsewhere: each meaning but one says which it is."""

import pytest

from mutualaid.i18n.collect import in_source

MEANS = {
    "Asked": ("mutualaid/numbers/", "templates/numbers/", "templates/admin/_board_weeks.html"),
    "Code": ("templates/admin/", "templates/fund/check.html", "templates/patterns.html"),
    "Open": ("templates/me/me.html", "templates/patterns.html"),
    "Pause": ("templates/offers/",),
    "People": ("mutualaid/people/apps.py",),
    "paused": ("offers_app/",),
    "settled": ("mutualaid/fund/",),
    "Your code": ("templates/needs/", "requests_app/pages/"),
}
"""A word with a second meaning → where it has the first one, without a context: how many asked, the code of
an ask, to open something, to let an offer rest, a list of people, the state of an offer, money that was paid
back, the code of one's own ask."""


@pytest.mark.parametrize("word", MEANS)
def test_a_word_with_a_second_meaning_says_which_it_is(word):
    elsewhere = [use.file for use in in_source()["", word] if not use.file.startswith(MEANS[word])]
    assert elsewhere == [], "write pgettext, or translate … context"
