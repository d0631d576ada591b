"""What people type: seen as it is, kept as far as it can be, and told kindly where it cannot."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from mutualaid.forms import typed_text
from mutualaid.forms.typed_text import (
    LineField,
    NameField,
    TextField,
    check_name,
    one_line,
    visible,
)

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(
        alphabet="aя👩❤می क्ष\u200c\u200d\ufe0f\u202e\u200b\u3164\u0301\u034f\n\t\x00", max_size=14
    ),
)
FINE = [
    "Ana", "Nguyễn", "O'Brien", "Dad’s", "ʻOkina", "Anne-Marie", "Rosa Мария", "Dr. Smith", "J.R.",
    "3rd floor", "No.1", "可馨", "东京タワー", "한글", "ภาษาไทย", "አማርኛ", "اَلْمُنْتَصِر",
    "می\u200cروم", "क्\u200dष", "👩\u200d👩\u200d👧", "👩🏽\u200d🚒 Ana", "❤️ Rosa",
    "Mary🏳️\u200d🌈", "Ольга", "ΑΒΓ",
]  # fmt: skip
MISLEADING = {
    "link": [
        "https://evil.example", "evil.example", "Ana bit.ly/x", "www evil", "ana@people.example",
        "evil。example", "ｅｖｉｌ．ｅｘａｍｐｌｅ", "St.John",
    ],
    "no_letters": ["...", "\u0301"],
    "mixed_letters": ["Аna", "Rоsa", "Αna", "Сoordinator"],
    "office": [
        "Coordinator", "carla (COORDINATOR)", "Ａdmin", "𝐀𝐝𝐦𝐢𝐧", "Coórdinator", "Mutual  Aid",
        "the Mutual-Aid team", "Coordinadora", "Координатор", "АДМИНИСТРАТОР",
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def group(monkeypatch):
    """The name of the group, without asking the database for it."""
    monkeypatch.setattr(typed_text, "_reserved", [lambda: "Mutual Aid"])


@pytest.mark.parametrize("name", FINE)
def test_names_of_every_script_and_emoji_stay_as_they_are(name):
    assert check_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("name", "code"), [(n, code) for code in MISLEADING for n in MISLEADING[code]]
)
def test_a_name_that_misleads_is_refused(name, code):
    with pytest.raises(ValidationError) as refused:
        check_name(name)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ana\u202e\u202c", "Ana"),
        ("\ufeff Ana\u200b\u2060 ", "Ana"),
        ("A\u200dna\u200c", "Ana"),
        ("Ana\n\tBo\x00\x1b", "Ana Bo"),
        ("\u200fرنا\u200e", "رنا"),
        ("Jose\u0301", "José"),
        ("\u3164\u2800\U000e0041", ""),
    ],
)
def test_what_no_one_can_see_is_dropped_without_a_word(typed, name):
    assert check_name(typed) == name


def test_a_million_letters_are_told_to_be_too_many():
    for field in (TextField(max_length=20), LineField(max_length=20), NameField(max_length=20)):
        with pytest.raises(ValidationError) as refused:
            field.clean("é\u200b" * 500_000)
        assert refused.value.error_list[0].code == "max_length"


@given(TEXTS)
def test_nothing_invisible_is_left_and_cleaning_once_is_enough(text):
    seen = visible(text)
    assert visible(seen) == seen
    for before, character in zip(" " + seen, seen, strict=False):
        if unicodedata.category(character)[0] == "C":
            assert character in "\n\r\t\u200c\u200d", hex(ord(character))
        assert not (character in "\u200c\u200d" and before in " \n\u200c\u200d")
    assert len(one_line(text).splitlines()) <= 1
    assert one_line(one_line(text)) == one_line(text)


@given(TEXTS)
def test_a_name_is_either_refused_or_stays_the_same_when_it_is_typed_again(text):
    try:
        name = check_name(text)
    except ValidationError:
        return
    assert check_name(name) == name
