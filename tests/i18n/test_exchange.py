"""A new language: what is missing goes out as a file, comes back filled, and bad lines stay out."""

from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings as site_settings
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import trans_real

from mutualaid.i18n import catalogue
from mutualaid.i18n.catalogue import PLURALS, compile_all, is_machine_made, languages, load
from mutualaid.i18n.collect import updated

with translation.override(None):
    DAYS_AND_MONTHS = [str(name) for name in (*WEEKDAYS.values(), *MONTHS.values())]
PAGE = """{% load i18n %}{% translate "A ride" %}{% translate "<b>Two</b> rides" %}
{% blocktranslate count n=n %}{{ n }} hand{% plural %}{{ n }} hands{% endblocktranslate %}
{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}"""
DESK = '{% load i18n %}{% translate "Only at the desk" %}'


@pytest.fixture
def project(tmp_path: Path, settings) -> Iterator[Path]:
    """A project of one public page and one of coordinators; catalogues and what is known of them anew."""
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    (tmp_path / "templates" / "admin").mkdir(parents=True)
    (tmp_path / "templates" / "page.html").write_text(PAGE)
    (tmp_path / "templates" / "admin" / "desk.html").write_text(DESK)
    is_machine_made.cache_clear()
    yield tmp_path
    is_machine_made.cache_clear()


def missing(project: Path, language: str) -> polib.POFile:
    call_command("translations", "missing", language, str(project / "out.po"), verbosity=0)
    return polib.pofile(str(project / "out.po"))


def filled(project: Path, language: str) -> polib.POFile:
    """What is missing, each translated as itself in capitals where that keeps it whole."""
    file = missing(project, language)
    for entry in file:
        if entry.msgid_plural:
            entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, entry.msgid_plural)
        else:
            entry.msgstr = entry.msgid
    file.save()
    return file


@pytest.mark.parametrize(
    ("language", "forms"), [("fr", 2), ("ru", 3), ("vi", 1), ("zh-hans", 1), ("ht", 2), ("ar", 6)]
)
def test_the_file_asks_for_as_many_plurals_as_the_language_has(project, language, forms):
    file = missing(project, language)
    assert len(file.find("%(n)s hand").msgstr_plural) == forms
    assert not (project / "locale").exists(), "to ask changes nothing"


def test_only_what_everyone_reads_is_asked_for_but_where_coordinators_work_too(project):
    assert not missing(project, "fr").find("Only at the desk")
    assert missing(project, "es").find("Only at the desk")


def test_what_is_filled_comes_in_and_nothing_is_missing_then(project):
    filled(project, "fr")
    call_command("translations", "fill", "fr", str(project / "out.po"), verbosity=0)
    assert len(missing(project, "fr")) == 0
    assert "fr" in languages()


def test_a_line_with_a_fault_stays_out_and_is_told(project):
    file = filled(project, "ru")
    file.find("Hello %(name)s").msgstr = "Hello %(nom)s"
    file.find("<b>Two</b> rides").msgstr = "Two rides"
    file.find("%(n)s hand").msgstr_plural = {0: "%(n)s", 1: "%(n)s"}
    file.append(polib.POEntry(msgid="Never asked", msgstr="Never asked"))
    file.save()
    with pytest.raises(CommandError) as told:
        call_command("translations", "fill", "ru", str(project / "out.po"), verbosity=0)
    for fault in (
        "1 taken, 4 left out",
        "other placeholders than the source: 'Hello %(name)s'",
        "other markup than the source: '<b>Two</b> rides'",
        "not translated: '%(n)s hand'",
        "not in the source: 'Never asked'",
    ):
        assert fault in str(told.value)
    assert {entry.msgid for entry in load("ru") if entry.msgstr} == {"A ride"}


def test_a_catalogue_of_a_machine_is_marked_until_someone_has_read_it(project):
    filled(project, "fr")
    call_command(
        "translations", "fill", "fr", str(project / "out.po"), "--machine-made", verbosity=0
    )
    compile_all()
    assert is_machine_made("fr")
    file = load("fr")
    del file.metadata[catalogue.MACHINE_MADE]
    file.save()
    compile_all()
    is_machine_made.cache_clear()
    assert not is_machine_made("fr")


def test_the_page_says_so_in_the_language_of_its_reader(client, db):
    compile_all()
    with translation.override("es"):
        shown = render_to_string("400.html", {"is_machine_made": True})
        assert "Traducido por una máquina" in shown
    answer = client.get("/about/", headers={"accept-language": "es"})
    assert answer.context["is_machine_made"] is is_machine_made("es")
    assert client.get("/about/").context["is_machine_made"] is False


@pytest.mark.parametrize("code", [code for code, _name in site_settings.KNOWN_LANGUAGES])
def test_each_known_language_has_its_name_and_direction(code):
    info = translation.get_language_info(code)
    assert info["name_local"]
    assert info["bidi"] is (code == "ar")


@pytest.mark.parametrize("code", [code for code, _ in site_settings.LANGUAGES if code != "en"])
def test_a_language_on_offer_lacks_nothing_that_everyone_reads(code):
    entries, came_in = updated(code)
    assert came_in == 0
    assert not [entry.msgid for entry in entries if not entry.translated()]


@pytest.mark.parametrize("code", [code for code, _ in site_settings.LANGUAGES if code != "en"])
def test_what_django_writes_on_our_pages_is_in_the_language_too(code):
    """Spans of time, days of the week and months: Django lacks some in some languages."""
    compile_all()
    known = trans_real.translation(code)._catalog  # type: ignore[attr-defined]
    units = ("year", "month", "week", "day", "hour", "minute")
    spans = [(f"%(num)d {unit}", 0) for unit in units]
    assert [words for words in (*spans, *DAYS_AND_MONTHS) if words not in known] == []


def test_plurals_of_russian_follow_the_last_digits():
    from gettext import c2py

    form = c2py(PLURALS["ru"].split("plural=")[1].rstrip(";"))
    assert [form(n) for n in (1, 21, 2, 24, 5, 11, 12, 25)] == [0, 0, 1, 1, 2, 2, 2, 2]
