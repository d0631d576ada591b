"""The page that a proxy shows while no server answers: one file, with all that someone needs."""

import json
import re
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections

from mutualaid.group.actions import change_group
from mutualaid.group.away_page import away_page
from mutualaid.group.current import current_group, group_if_known, group_without_database
from mutualaid.singleton.reading import read_once

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
FACE = {"name": "Hill <Street> Aid", "phone": "+1 555 010 0199", "hours_es": "De 9 a 6"}


@pytest.fixture
def no_database(monkeypatch):
    def away(*_args: object, **_more: object) -> None:
        raise OperationalError

    monkeypatch.setattr(connections["default"], "cursor", away)


def test_it_says_all_in_each_language_of_the_group_with_the_phone_line_and_the_way_out(settings):
    change_group(by=None, changes=FACE | {"languages": "es ar"})
    page = away_page()
    assert re.findall(r'<section id="(\w+)" lang="\w+" dir="(\w+)"', page) == [
        ("es", "ltr"),
        ("ar", "rtl"),
    ]
    assert '<html lang="es" dir="ltr">' in page
    assert page.count('href="tel:+15550100199"') == page.count(settings.EXIT_URL) == 2
    assert "Hill &lt;Street&gt; Aid" in page
    assert "De 9 a 6" in page


def test_it_asks_no_other_file_and_no_other_site_for_anything(settings):
    page = away_page()
    assert not re.search(r"src=|@import|url\(|<link|<script|<img", page)
    elsewhere = set(re.findall(r'href="(https?:[^"]+)"', page))
    assert elsewhere == {settings.EXIT_URL}
    assert len(page.encode()) < 14_000


def test_the_command_writes_a_file_for_this_account_alone_unless_told_otherwise(tmp_path):
    path = tmp_path / "made" / "away.html"
    call_command("away_page", "--out", str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    call_command("away_page", "--out", str(path), "--mode", "0644")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    call_command("away_page", "--out", str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o644, "a proxy read it before"
    assert [file.name for file in path.parent.iterdir()] == ["away.html"]


def test_where_it_cannot_be_written_the_command_says_so_and_leaves_nothing(tmp_path):
    (tmp_path / "away.html").mkdir()
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("away_page", "--out", str(tmp_path / "away.html"))
    assert [file.name for file in tmp_path.iterdir()] == ["away.html"]


def test_a_change_of_the_group_is_in_the_file_the_next_time_its_face_is_read(settings, tmp_path):
    settings.AWAY_PAGE = str(tmp_path / "away.html")
    change_group(by=None, changes=FACE)
    current_group()
    assert "555 010 0199" in Path(settings.AWAY_PAGE).read_text(encoding="utf-8")
    change_group(by=None, changes={"phone": "555 0142"})
    current_group()
    assert "555 0142" in Path(settings.AWAY_PAGE).read_text(encoding="utf-8")


def test_a_process_that_never_reached_the_database_knows_whom_to_call(no_database, settings):
    settings.LAST_GROUP_FILE.write_text(
        json.dumps(
            {"name": "Hill", "phone": "555 0199", "email": "", "languages": "ar", "texts": {}}
        )
    )
    assert "555 0199" in away_page()
    with read_once():
        assert group_if_known().offered("en") == "ar"


def test_what_is_written_down_is_what_stands_on_each_page_and_no_more(settings):
    change_group(by=None, changes=FACE | {"welcome_en": "Come to Vera's kitchen"})
    current_group()
    held = settings.LAST_GROUP_FILE.read_text(encoding="utf-8")
    assert json.loads(held) == {
        "name": FACE["name"],
        "phone": FACE["phone"],
        "email": "",
        "languages": "",
        "texts": {"hours_es": "De 9 a 6"},
    }
    assert stat.S_IMODE(settings.LAST_GROUP_FILE.stat().st_mode) == 0o600


@pytest.mark.parametrize("damaged", ["", "{", "[]", "null", '"x"', "\x00"])
def test_a_damaged_file_is_as_good_as_none(no_database, settings, damaged):
    settings.HELP_CONTACT = "555 0100"
    settings.LAST_GROUP_FILE.write_text(damaged)
    assert group_without_database().phone == "555 0100"


def test_a_folder_that_cannot_be_written_to_costs_no_page(client, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.LAST_GROUP_FILE = tmp_path / "file" / "group.json"
    settings.AWAY_PAGE = str(tmp_path / "file" / "away.html")
    change_group(by=None, changes=FACE)
    assert client.get("/").status_code == 200
