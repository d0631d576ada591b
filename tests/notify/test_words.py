"""Every message in every language: neutral where others may look, short enough, whole in text and HTML."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings as site
from django.utils import translation
from django.utils.translation import trans_real

from mutualaid.i18n.audience import is_public
from mutualaid.i18n.catalogue import is_machine_made
from mutualaid.i18n.collect import in_source
from mutualaid.notify.models import Notification
from mutualaid.notify.registry import Group, Kind, Message, all_kinds, kind_named
from mutualaid.notify.rendering.render import (
    RenderedMessage,
    render_message,
    render_text_message,
)
from mutualaid.notify.rendering.samples import sample_message
from mutualaid.notify.rendering.sms_segments import size_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LANGUAGES = [code for code, _name in site.LANGUAGES]
KINDS = [kind for kind in all_kinds() if kind.group != Group.TEAM_CHAT]
EVERY = pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.name)
UNSUBSCRIBE = "https://x.example/off"
HELP = {
    "en": "help",
    "es": "ayud",
    "ar": "مساعدة",
    "fr": "aid",
    "ru": "помо",
    "vi": "giúp",
    "zh-hans": "帮",
    "ht": "èd",
}
"""How a word for help begins in each known language."""
LONG_NAME = "https://help.oldharbour.example"


@cache
def written(name: str, language: str) -> tuple[Message, RenderedMessage]:
    """A message of this kind, and its mail: written once for all that is asked of it."""
    kind = kind_named(name)
    letter = sample_message(kind, language=language)
    return letter, render_message(kind, letter, unsubscribe_url=UNSUBSCRIBE)


def in_every_language(kind: Kind) -> Iterator[tuple[str, Message, RenderedMessage]]:
    for language in LANGUAGES:
        yield language, *written(kind.name, language)


def without_links(text: str) -> str:
    return re.sub(r"https?://\S+", "", text)


def test_every_kind_has_its_words_and_all_words_a_kind():
    folder = Path(site.BASE_DIR) / "templates" / "notify"
    frames = {
        "frame",
        "sms",
        "_mark",
        "_needs",
        "_after",
        "_group_ends",
        "_group_goes_on",
        "_last_days",
        "_end_days",
        "_proposal_until",
    }
    assert {path.stem for path in folder.glob("*.txt")} - frames == {k.name for k in all_kinds()}


@EVERY
def test_it_can_be_written_in_every_language(kind):
    for language, _letter, words in in_every_language(kind):
        assert 3 < len(words.subject) <= 60, language
        assert "\n" not in words.subject, language
        assert words.paragraphs, language
        assert [button.label for button in words.buttons] == [
            in_language(label, language) for label in kind.buttons.values()
        ]
        for url in (UNSUBSCRIBE, *(button.url for button in words.buttons)):
            assert url in words.text, language
        for button in words.buttons:
            assert button.url in words.html, language
        assert f'lang="{language}"' in words.html
        assert ('dir="rtl"' in words.html) == (language == "ar")


ABOUT_NEEDS = [
    kind
    for kind in all_kinds()
    if kind.about in ("ask", "need", "claim", "match") and kind.group != Group.TEAM_CHAT
]


@pytest.mark.parametrize("kind", ABOUT_NEEDS, ids=lambda kind: kind.name)
def test_what_is_about_a_need_names_it_in_its_text_and_its_day_in_the_subject(kind):
    for language, letter, words in in_every_language(kind):
        with translation.override(language):
            (named,) = map(str, letter.context["mentions"])
            assert str(letter.context["mark"]()) in words.subject, language
        assert named in words.text, language
        assert "#347)" in words.subject, language
        assert "November 25" in words.subject or language != "en"


def test_a_mail_in_a_language_no_one_has_read_yet_says_so():
    kind = all_kinds()[0]
    for language in LANGUAGES:
        mail = render_message(kind, sample_message(kind, language=language))
        with translation.override(language):
            note = translation.gettext("Translated by a machine. Tell us what reads wrong.")
        assert ((note in mail.text), (note in mail.html)) == (is_machine_made(language),) * 2, (
            language
        )
    assert (is_machine_made("en"), is_machine_made("vi")) == (False, True), "both were seen"


FOR_THE_TEAM = ("coordinator_", "decision_waits", "decision_made", "team_chat_")
"""How the names of kinds begin that only people of the team get."""


@pytest.fixture(scope="module")
def for_the_team_alone() -> set[str]:
    """Texts that a language may leave in English: only coordinators read them."""
    return {text for (_context, text), uses in in_source().items() if not is_public(uses)}


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.name)
def test_what_neighbours_get_is_translated_into_every_language(
    kind, for_the_team_alone, monkeypatch
):
    if kind.name.startswith(FOR_THE_TEAM):
        return
    asked = _texts_asked_for(monkeypatch)
    render_message(kind, sample_message(kind, language="es"), unsubscribe_url="https://x.example")
    samples_alone = {"Give the role"}
    assert asked & for_the_team_alone <= samples_alone


def test_how_it_stands_with_a_message_is_translated_into_every_language(
    for_the_team_alone, monkeypatch
):
    asked = _texts_asked_for(monkeypatch)
    assert [str(state.label) for state in Notification.State]
    assert not asked & for_the_team_alone


def _texts_asked_for(monkeypatch) -> set[str]:
    """What the catalogues are asked for from now on."""
    asked: set[str] = set()

    def noted(text: str) -> str:
        asked.add(str(text))
        return trans_real.gettext(text)

    monkeypatch.setattr("django.utils.translation._trans.gettext", noted, raising=False)
    return asked


@EVERY
def test_nothing_in_a_mail_is_fetched_from_anywhere(kind):
    for language, _letter, words in in_every_language(kind):
        fetched = re.search(r"<(img|script|link|iframe|object)|url\(|@import|src=", words.html)
        assert not fetched, language


@EVERY
def test_what_others_may_see_names_no_one_and_nothing(kind):
    """A subject stands on a locked screen, and a text message in a list that is shown around."""
    for language, letter, words in in_every_language(kind):
        text = render_text_message(kind, letter)
        seen = without_links(f"{words.subject} {text}").casefold()
        with translation.override(language):
            need = letter.context["need"]
            told = [str(need.category.label), str(need.locality), "Sam", "help", HELP[language]]
        assert [word for word in told if word.casefold() in seen] == [], language


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_text_message_is_short(kind, settings):
    settings.SITE_URL = LONG_NAME
    for language in LANGUAGES:
        size = size_of(render_text_message(kind, sample_message(kind, language=language)))
        assert size.is_short, (language, size)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", ("GSM-7", 0, 1)),
        ("a" * 160, ("GSM-7", 160, 1)),
        ("a" * 161, ("GSM-7", 161, 2)),
        ("a" * 158 + "€", ("GSM-7", 160, 1)),
        ("a" * 159 + "€", ("GSM-7", 161, 2)),
        ("a" * 306, ("GSM-7", 306, 2)),
        ("a" * 307, ("GSM-7", 307, 3)),
        ("ñ¿Ü", ("GSM-7", 3, 1)),
        ("á" * 70, ("UCS-2", 70, 1)),
        ("á" * 71, ("UCS-2", 71, 2)),
        ("ن" * 134, ("UCS-2", 134, 2)),
        ("ن" * 135, ("UCS-2", 135, 3)),
        ("👍", ("UCS-2", 2, 1)),
    ],
)
def test_parts_are_counted_as_networks_count_them(text, size):
    assert size_of(text) == size


def in_language(label: object, language: str) -> str:
    with translation.override(language):
        return str(label)
