"""Languages are named in the reader's language where a sentence speaks of them."""

import pytest
from django.utils import translation

from mutualaid.catalog.language_names import in_readers_language
from mutualaid.matching.scoring import Line
from mutualaid.matching.search.reasons import in_words


@pytest.mark.parametrize(
    ("reader", "names"),
    [("en", "English, Spanish"), ("es", "inglés, español"), ("ar", "الإنجليزية، الإسبانية")],
)
def test_a_list_of_languages_is_in_the_language_of_the_page(reader, names):
    with translation.override(reader):
        assert in_readers_language(["English", "Español"]) == names


def test_a_language_that_a_group_named_itself_keeps_its_name():
    with translation.override("es"):
        assert in_readers_language(["Tu'un savi", "English"]) == "Tu'un savi, inglés"


def test_the_reason_of_a_match_speaks_the_reader_s_language():
    reason: Line = {"code": "language", "points": 5.0, "value": "English"}
    with translation.override("es"):
        assert in_words([reason]) == ["hablan los dos inglés"]
