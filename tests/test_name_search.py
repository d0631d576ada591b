"""What people type finds names: by how their words begin, or else by those that are similar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutualaid.forms.name_search import are_similar, names_like, normal_form

NAMES = {
    1: "Ana Hernández",
    2: "Anna Becker",
    3: "Ina Maas",
    4: "Mohammed Al-Amin",
    5: "王小明",
    6: "",
}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ana", [1]),
        ("an", [1, 2]),
        ("HERNANDEZ ana", [1]),
        ("hernandes", [1]),
        ("anna hernandez", [1]),
        ("muhammed", [4]),
        ("amin", [4]),
        ("al amin", [4]),
        ("王", [5]),
        ("小", []),
        ("%", []),
        ("_", []),
        ("", []),
        ("ana ana", [1]),
        ("ana maas", []),
    ],
)
def test_names_are_found(typed, found):
    assert names_like(typed, NAMES) == found


@given(st.text(), st.dictionaries(st.integers(), st.text()))
def test_whatever_is_typed_finds_only_what_is_there_and_once(typed, names):
    found = names_like(typed, names)
    assert set(found) <= names.keys()
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Ana Belle", "belle-ÁNA"),
        ("Łukasz Øst", "lukasz ost"),
        ("Işık", "isik"),
        ("Straße 4", "STRASSE ٤"),
        ("فاطمة الأحمد", "فاطمه الاحمد"),
        ("عَلِيّ", "علی"),
        ("كـــريم", "کریم"),
        ("Ana\u200f", "Ana"),
    ],
)
def test_a_name_has_one_form_however_it_is_written(name, other):
    assert normal_form(name) == normal_form(other)


@pytest.mark.parametrize(
    ("name", "other", "similar"),
    [
        ("Ana", "Anna", True),
        ("Ana", "Ina", False),
        ("Belle Anna", "Ana Belle", True),
        ("Mohammed", "Muhammed", True),
        ("", "", False),
        ("%", "_", False),
    ],
)
def test_names_are_similar_by_their_letters(name, other, similar):
    assert are_similar(normal_form(name), normal_form(other)) == similar
