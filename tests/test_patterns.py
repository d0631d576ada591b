"""The living page of the components (/patterns/)."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import Template
from django.test.signals import template_rendered

from mutualaid.demo.patterns import patterns

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
TEMPLATES = Path(settings.BASE_DIR) / "templates"
TOKENS = Path(settings.BASE_DIR, "mutualaid", "static", "site.css").read_text()
LARGEST = 6_000
"""Bytes of a drawing: a page has one."""


def files(folder: str) -> set[str]:
    return {path.relative_to(TEMPLATES).as_posix() for path in (TEMPLATES / folder).iterdir()}


@pytest.fixture
def names(rf) -> set[str]:
    """The names of the templates that the page consists of."""
    names = set[str]()

    def note(template: Template, **_: object) -> None:
        names.add(str(template.name))

    request = rf.get("/patterns/")
    request.user = AnonymousUser()
    template_rendered.connect(note)
    try:
        patterns(request)
    finally:
        template_rendered.disconnect(note)
    return names


@pytest.mark.parametrize(
    "file", sorted((TEMPLATES / "drawings").iterdir()), ids=lambda file: file.stem
)
def test_a_drawing_is_light_and_in_the_colours_of_the_site(file):
    drawing = file.read_text()
    assert len(drawing) <= LARGEST
    colours = re.findall(r'(?:fill|stroke)="(?!none)([^"]*)"', drawing)
    assert colours
    assert all(re.fullmatch(r"var\(--[\w-]+\)", colour) for colour in colours)
    used = set(re.findall(r"var\((--[\w-]+)\)", drawing))
    assert {token for token in used if f"{token}:" not in TOKENS} == set()


@pytest.mark.parametrize("folder", ["components", "drawings"])
def test_every_component_and_drawing_is_on_the_page(names, folder):
    assert files(folder) - names == set()
