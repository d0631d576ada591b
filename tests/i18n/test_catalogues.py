"""Keeping words and translations in step, with Python alone."""

import gettext
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.translation import to_locale

from mutualaid.i18n.catalogue import compile_all, faults, languages, load, plural_forms
from mutualaid.i18n.collect import collect, in_source

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext
_("A meal")
_("A meal")
_(not_a_string)
ngettext("%d meal", "%d meals", 2)
pgettext("a ride", "Lift")
_("Hello %(name)s")
"""
PAGE = """{% load i18n %}{% translate "A ride" %}
{% blocktranslate trimmed with n=many %}
  Two lines
  of {{ n }}
{% endblocktranslate %}
{% blocktranslate count n=n %}{{ n }} hand{% plural %}{{ n }} hands{% endblocktranslate %}
{# {% translate "A comment" %} #}"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, settings) -> Path:
    """A project of one module and one template, with a catalogue for Arabic and one for Spanish."""
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    for room in ("mutualaid", "templates"):
        (tmp_path / room).mkdir()
    (tmp_path / "mutualaid" / "words.py").write_text(PYTHON)
    (tmp_path / "templates" / "page.html").write_text(PAGE)
    return tmp_path


def catalogue(project: Path, language: str = "es") -> polib.POFile:
    return polib.pofile(str(project / "locale" / to_locale(language) / "LC_MESSAGES" / "django.po"))


def translate(project: Path, language: str, forms: int) -> None:
    """Fill every entry with itself."""
    po = catalogue(project, language)
    for entry in po:
        if entry.msgid_plural:
            entry.msgstr_plural = dict.fromkeys(range(forms), entry.msgid_plural)
        else:
            entry.msgstr = entry.msgid
    po.save()


def told(project: Path, language: str) -> list[str]:
    return list(faults(language, in_source()))


def test_python_and_templates_are_read_with_plurals_and_contexts(project):
    assert collect("es") == 7
    found = {(e.msgctxt or "", e.msgid, e.msgid_plural) for e in catalogue(project)}
    assert found == {
        ("", "A meal", ""),
        ("", "%d meal", "%d meals"),
        ("a ride", "Lift", ""),
        ("", "Hello %(name)s", ""),
        ("", "A ride", ""),
        ("", "Two lines of %(n)s", ""),
        ("", "%(n)s hand", "%(n)s hands"),
    }


def test_what_is_translated_stays_and_what_is_gone_goes(project):
    collect("es")
    translate(project, "es", 2)
    (project / "mutualaid" / "words.py").write_text(PYTHON.replace('"A meal"', '"A big meal"'))
    assert collect("es") == 1
    texts = {e.msgid: e.msgstr for e in catalogue(project)}
    assert texts["A big meal"] == ""
    assert texts["A ride"] == "A ride"
    assert "A meal" not in texts


@pytest.mark.parametrize(("language", "forms"), [("es", 2), ("ar", 6)])
def test_a_whole_translation_has_no_faults(project, language, forms):
    collect(language)
    translate(project, language, forms)
    assert told(project, language) == []


def test_every_kind_of_fault_is_told(project):
    collect("ar")
    translate(project, "ar", 5)
    assert told(project, "ar") == ["not translated: '%(n)s hand'", "not translated: '%d meal'"]
    translate(project, "ar", 6)
    po = catalogue(project, "ar")
    po.find("Hello %(name)s").msgstr = "Hello %(nom)s"
    po.find("A ride").flags.append("fuzzy")
    po.find("A meal").msgstr = ""
    po.remove(po.find("Two lines of %(n)s"))
    po.append(polib.POEntry(msgid="Old", msgstr="Old"))
    po.save()
    assert set(told(project, "ar")) == {
        "not in the catalogue: 'Two lines of %(n)s'",
        "no longer in the source: 'Old'",
        "other placeholders than the source: 'Hello %(name)s'",
        "marked as doubtful: 'A ride'",
        "not translated: 'A meal'",
    }


def test_the_check_fails_until_all_is_translated(project):
    call_command("translations", "collect", verbosity=0)
    with pytest.raises(CommandError, match="es: not translated: 'A meal'"):
        call_command("translations", "check")
    for language in languages():
        translate(project, language, plural_forms(load(language)))
    call_command("translations", "check", verbosity=0)


def test_what_is_compiled_is_what_gettext_reads(project):
    collect("es")
    translate(project, "es", 2)
    assert compile_all() == 1
    assert compile_all() == 0
    words = gettext.translation("django", project / "locale", ["es"])
    assert words.gettext("A ride") == "A ride"
    assert words.ngettext("%d meal", "%d meals", 3) == "%d meals"
    assert words.pgettext("a ride", "Lift") == "Lift"


def test_arabic_counts_in_six_ways(settings):
    settings.BASE_DIR = Path(__file__).parents[2]
    po = polib.pofile(str(settings.BASE_DIR / "mutualaid/locale/ar/LC_MESSAGES/django.po"))
    counted = next(entry for entry in po if entry.msgid == "%(open)s need is open.")
    assert len(set(counted.msgstr_plural.values())) == 6
    with translation.override("ar"):
        assert (
            translation.ngettext(counted.msgid, counted.msgid_plural, 2)
            == (counted.msgstr_plural[2])
        )


def test_no_template_joins_a_list_with_the_signs_of_english():
    templates = Path(settings.BASE_DIR, "templates").rglob("*.html")
    assert [path.name for path in templates if re.search(r'join:"[,;]', path.read_text())] == []
