"""English follows the region: American with miles in the US, British with kilometres elsewhere."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.forms import Form

from mutualaid.catalog.forms.distance_field import DistanceField
from mutualaid.i18n.collect import in_source, stale_englishes
from mutualaid.i18n.english import DIFFERENT, catalogue, in_english
from tests.support.readability import words

SHOW = """
import django, datetime; django.setup()
from django.utils import formats, translation
from django.utils.translation import gettext as _
from offers_app.pages.forms import WhereForm
far = WhereForm.base_fields["reach_km"]
with translation.override("en"):
    print(_("a neighbour"), "|", _("Diapers"), "|", formats.date_format(datetime.date(2026, 11, 5)))
    print(far.help_text, far.prepare_value(far.initial))
"""


def shown_in(region: str) -> str:
    """What a site of that region shows; a process of its own, for settings are read once."""
    environment = os.environ | {
        "PHONE_REGION": region, "DJANGO_SETTINGS_MODULE": "mutualaid.settings",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", SHOW], env=environment, cwd=settings.BASE_DIR, check=True,
        capture_output=True, text=True,
    ).stdout  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("region", "words_and_day", "distance"),
    [
        ("US", "a neighbor | Diapers | Nov. 5, 2026", "In miles"),
        ("GB", "a neighbour | Nappies | 5 Nov 2026", "In kilometres"),
        ("NO", "a neighbour | Nappies | 5 Nov 2026", "In kilometres"),
    ],
)
def test_the_region_decides_on_words_dates_and_distances(region, words_and_day, distance):
    first, second = shown_in(region).splitlines()[-2:]
    assert first == words_and_day
    assert second.startswith(distance)


def test_both_catalogues_are_what_the_source_gives():
    assert stale_englishes() == []


@pytest.mark.parametrize("english", DIFFERENT)
def test_no_text_mixes_the_two(english):
    uses = in_source()
    changed = {entry.msgid: entry for entry in catalogue(english, uses)}
    for _context, text in uses:
        entry = changed.get(text)
        shown = text if entry is None else entry.msgstr or entry.msgstr_plural[0]
        begun = [word.lower() for word in words(shown)]
        foreign = [old for old in DIFFERENT[english] if any(w.startswith(old) for w in begun)]
        assert not foreign, (shown, foreign)


def test_placeholders_and_markup_stay():
    text = 'Your neighbour <a class="colour">%(neighbour)s</a> {colour}, neighbourhood, Centre'
    assert in_english(text, "american") == (
        'Your neighbor <a class="colour">%(neighbour)s</a> {colour}, neighborhood, Center'
    )


class Reach(Form):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["far"] = DistanceField(most_km=500, initial=3)


def test_miles_are_kept_as_kilometres_and_shown_as_they_were_typed(settings):
    settings.AMERICAN = True
    for miles in range(311):
        form = Reach({"far": str(miles)})
        assert form.is_valid()
        km = form.cleaned_data["far"]
        assert abs(km - miles * 1.609344) <= 0.5
        assert Reach(initial={"far": km})["far"].value() == miles
    assert not Reach({"far": "312"}).is_valid()
    assert Reach({"far": "12 m"})["far"].value() == "12 m"


def test_kilometres_stay_kilometres(settings):
    settings.AMERICAN = False
    form = Reach({"far": "500"})
    assert form.is_valid()
    assert form.cleaned_data["far"] == 500
    assert Reach(initial={"far": 7})["far"].value() == 7
