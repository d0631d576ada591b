"""What a group says of itself: first values, changes with their history, and what pages make of it."""

from dataclasses import FrozenInstanceError
from functools import partial

import pytest
from django.conf import settings as site
from django.core.exceptions import ValidationError
from django.utils import translation

from mutualaid.group.actions import change_group, make_group
from mutualaid.group.checks import first_values_can_be_used
from mutualaid.group.current import current_group
from mutualaid.group.first_values import split_contact
from mutualaid.group.models import GroupProfile, GroupProfileChange
from mutualaid.group.texts import TEXTS
from mutualaid.singleton.history import entries
from mutualaid.singleton.reading import read_once
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("said", "phone", "email", "words"),
    [
        ("555 0100, every day 9 to 6", "555 0100", "", "every day 9 to 6"),
        ("+1 (555) 010-0100", "+1 (555) 010-0100", "", ""),
        ("help@example.org", "", "help@example.org", ""),
        ("ring 555 0199", "", "", "ring 555 0199"),
        ("9 to 6 at the library", "", "", "9 to 6 at the library"),
        ("", "", "", ""),
    ],
)
def test_the_environment_says_how_to_reach_the_group_at_first(said, phone, email, words, settings):
    assert split_contact(said) == (phone, email, words)
    settings.HELP_CONTACT = said
    assert current_group().help_contact == said


def test_the_environment_counts_until_the_first_change(settings):
    settings.GROUP_NAME = "Old Harbour"
    assert current_group().name == "Old Harbour"
    change_group(by=None, changes={"email": "us@example.org"})
    settings.GROUP_NAME = "Another name"
    assert current_group().name == "Old Harbour"


def test_a_first_value_that_cannot_be_used_is_told_before_the_start(settings):
    assert first_values_can_be_used(None) == []
    settings.GROUP_NAME = "x" * 81
    (problem,) = first_values_can_be_used(None)
    assert "GROUP_NAME" in problem.hint


def test_a_change_is_in_the_history_with_who_and_what(carla):
    change_group(by=carla, changes={"name": "Harbour Help", "welcome_es": "¡Hola!"})
    newest = next(entries(GroupProfileChange))
    assert newest.who == "Carla"
    assert newest.values == [
        ("the name of your group", site.GROUP_NAME, "Harbour Help"),
        ("welcome (Español)", "(left empty)", "¡Hola!"),
    ]


def test_what_is_not_different_is_no_change():
    make_group()
    assert change_group(by=None, changes={"name": site.GROUP_NAME, "welcome_en": ""}) is None
    assert GroupProfileChange.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("leaf", "red;}", "Write # and then six"),
        ("marigold", "#12345", "Write # and then six"),
        ("leaf", "#ffd400", "The nearest one that works is #"),
        ("marigold", "#777777", "The nearest one that works is #"),
        ("name", "", "Write the name"),
        ("phone", "ring us", "Write one phone number"),
        ("phone", "555 0100 or 555 0101", "Write one phone number"),
        ("email", "nobody", "valid email"),
        ("languages", "en en", "Choose each language once."),
        ("welcome_en", "x" * (TEXTS["welcome"].most + 1), "letters at most"),
        ("logo", "0" * 32, "not a valid choice"),
    ],
)
def test_what_is_wrong_is_told_beside_it_and_not_written(name, value, sentence):
    with pytest.raises(ValidationError) as refused:
        change_group(by=None, changes={"email": "us@example.org", name: value})
    assert sentence in " ".join(refused.value.message_dict[name])
    assert current_group().email == ""


def test_a_proposed_colour_is_taken():
    with pytest.raises(ValidationError) as refused:
        change_group(by=None, changes={"leaf": "#ffd400"})
    proposal = refused.value.message_dict["leaf"][0].rstrip(".").split()[-1]
    change_group(by=None, changes={"leaf": proposal})
    assert current_group().leaf == proposal


def test_only_what_is_a_value_can_be_changed():
    with pytest.raises(ValueError, match="version"):
        change_group(by=None, changes={"version": 9})


def test_no_one_changes_it_by_the_way():
    with pytest.raises(FrozenInstanceError):
        current_group().name = "Mine"


def test_it_is_read_once(django_assert_num_queries):
    make_group()
    with read_once(), django_assert_num_queries(1):
        assert current_group().name
        assert current_group().logo_url == ""


@pytest.mark.django_db(transaction=True)
def test_of_many_first_changes_at_once_each_is_kept_and_the_row_is_made_once():
    wanted = {"name": "Harbour", "phone": "555 0100", "welcome_en": "Hello", "welcome_es": "Hola"}
    at_once([partial(change_group, by=None, changes={name: v}) for name, v in wanted.items()])
    now = GroupProfile.objects.get().values()
    assert {name: now[name] for name in wanted} == wanted
    assert sorted(GroupProfileChange.objects.values_list("version", flat=True)) == [1, 2, 3, 4, 5]


def test_words_of_the_group_stand_in_their_language_and_ours_in_the_others():
    change_group(by=None, changes={"welcome_es": "**Hola**, vecinos."})
    with translation.override("es"):
        assert current_group().welcome == "<p><strong>Hola</strong>, vecinos.</p>"
    with translation.override("en"):
        assert "we all have something to give" in current_group().welcome


def test_who_reads_british_english_reads_what_is_written_in_english():
    change_group(by=None, changes={"welcome_en": "Hello!", "line_en": "By the sea"})
    with translation.override("en-gb"):
        assert current_group().welcome == "<p>Hello!</p>"
        assert (current_group().line, current_group().line.language) == ("By the sea", "en")


def test_what_has_no_words_of_ours_is_shown_in_another_language_and_says_which():
    change_group(by=None, changes={"line_es": "En el puerto", "hours_es": "de 9 a 18"})
    with translation.override("en"):
        assert (current_group().line, current_group().line.language) == ("En el puerto", "es")
        assert current_group().help_contact == "de 9 a 18"


def test_a_name_of_marks_is_text_in_our_own_words():
    change_group(by=None, changes={"name": "<b>*Us*</b> & 100%"})
    assert "&lt;b&gt;*Us*&lt;/b&gt; &amp; 100%" in current_group().how_we_work


@pytest.mark.parametrize(
    ("typed", "uri"),
    [
        ("", ""),
        ("211", "tel:211"),
        ("٥٥٥ ٠١٠٠", "tel:5550100"),
        ("+1 608 555 0100", "tel:+16085550100"),
    ],
)
def test_a_number_can_be_dialled(typed, uri):
    change_group(by=None, changes={"phone": typed})
    assert current_group().phone_uri == uri


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Mutual Aid", "Mutual Aid"),
        ("Old Harbour Mutual Aid", "Old Harbour"),
        ("Nachbarschaftshilfe Nord", "Nachbarschaf"),
        ("اتحاد المستأجرين", "اتحاد"),
    ],
)
def test_a_short_name_fits_below_an_icon(name, short):
    change_group(by=None, changes={"name": name})
    assert current_group().short_name == short


def test_mails_come_from_the_name_that_the_group_gave_itself(settings):
    settings.DEFAULT_FROM_EMAIL = "Harbour <help@example.org>"
    assert current_group().mail_sender == "Harbour <help@example.org>"
    change_group(by=None, changes={"name": 'New, "Harbour"'})
    assert current_group().mail_sender == '"New, \\"Harbour\\"" <help@example.org>'


def test_an_erased_account_leaves_the_change_without_its_name(carla):
    from mutualaid.retention.erasing import erase
    from mutualaid.retention.terms import ACCOUNT

    change_group(by=carla, changes={"name": "Harbour"})
    erase(ACCOUNT, [carla.pk])
    assert [entry.who for entry in entries(GroupProfileChange)] == ["", ""]
