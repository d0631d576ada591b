"""Languages are named in the reader's language where a sentence speaks of them."""

import pytest
from django.conf import settings
from django.utils import translation

from mutualaid.catalog.forms.choices import language_choices
from mutualaid.catalog.language_names import IN_HAITIAN_CREOLE, in_readers_language, spoken_in
from mutualaid.catalog.seed_data import LANGUAGES
from mutualaid.matching.scoring import Line
from mutualaid.matching.search.reasons import in_words
from offers_app.pages.forms import AboutForm, Setting
from tests.support import factories


@pytest.mark.parametrize(
    ("reader", "names"),
    [
        ("en", "English, Spanish"),
        ("es", "inglés, español"),
        ("ar", "الإنجليزية، الإسبانية"),
        ("ht", "angle, panyòl"),
    ],
)
def test_a_list_of_languages_is_in_the_language_of_the_page(reader, names):
    with translation.override(reader):
        assert in_readers_language(["English", "Español"]) == names


def test_haitian_creole_has_a_name_for_each_language_of_the_start():
    assert IN_HAITIAN_CREOLE.keys() == dict(LANGUAGES).keys()


def test_a_language_that_a_group_named_itself_keeps_its_name():
    with translation.override("es"):
        assert in_readers_language(["Tu'un savi", "English"]) == "Tu'un savi, inglés"


def test_the_reason_of_a_match_speaks_the_reader_s_language():
    reason: Line = {"code": "language", "points": 5.0, "value": "English"}
    with translation.override("es"):
        assert in_words([reason]) == ["hablan los dos inglés"]


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_whoever_reads_the_site_in_a_language_can_say_that_they_speak_it(code):
    assert spoken_in(code) in dict(LANGUAGES)


@pytest.mark.django_db
def test_chinese_pages_know_those_who_read_them_as_speakers_of_chinese():
    for language in ("zh", "tl"):
        factories.language(language)
    (_ours, first), _more = language_choices()
    assert [code for code, _name in first] == ["zh"]
    with translation.override("zh-hans"):
        assert AboutForm(setting=Setting()).fields["languages"].initial == ["zh"]
