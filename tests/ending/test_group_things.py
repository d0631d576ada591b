"""The group takes its own things along: everything that is no one's, and nothing that is someone's."""

import csv
import json
import subprocess
import sys
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command

from mutualaid.catalog.models import Category, Locality
from mutualaid.ending.group_things import group_things
from mutualaid.group.actions import change_group, keep_logo
from mutualaid.group.look.logos import prepare_logo
from mutualaid.numbers.models import Month
from mutualaid.policy.actions import change_policy
from mutualaid.resources.models import Resource
from tests.support import canary, factories, recorded, stored
from tests.support.logos import picture

pytestmark = pytest.mark.django_db


def opened(packed: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode(), newline="")))


def test_the_file_holds_what_is_the_groups_and_says_what_is_what(carla):
    factories.resource("Friday table", by=carla)
    factories.locality("oldtown")
    factories.category("groceries")
    Month.objects.create(first_day="2026-01-01", asked=25, met=20, unmet=0, days=2)
    change_policy(by=carla, changes={"wave_minutes_normal": 77})
    content = picture()
    logo = keep_logo(prepare_logo(BytesIO(content), len(content)))
    changes = {"name": "Old Harbour", "welcome_es": "Bienvenidos", "logo": logo}
    change_group(by=carla, changes=changes)
    files = opened(group_things())
    read_me = files["README.txt"].decode()
    assert read_me.startswith("This is what belongs to Old Harbour")
    assert all(name in read_me for name in files if name != "README.txt")
    assert json.loads(files["services.json"])["contents"][0]["name"] == "Friday table"
    assert rows(files["numbers.csv"])[0]["asked"] == "25"
    assert {row["slug"] for row in rows(files["kinds.csv"])} == set(
        Category.objects.values_list("slug", flat=True)
    )
    assert {area["slug"] for area in json.loads(files["areas.json"])} == set(
        Locality.objects.values_list("slug", flat=True)
    )
    values = {row["name"]: row["value"] for row in rows(files["how-we-work.csv"])}
    assert values["wave_minutes_normal"] == "77"
    assert json.loads(files["words.json"])["welcome_es"] == "Bienvenidos"
    assert files["logo.png"].startswith(b"\x89PNG")


def test_whom_to_call_and_what_is_not_known_to_be_offered_stay_behind_and_it_says_what_it_can_not_know(
    carla,
):
    change_group(
        by=carla,
        changes={"phone": "555 0177", "email": "carla@example.org", "welcome_en": "Ask for Carla."},
    )
    change_policy(
        by=carla,
        changes={"asking_paused_words": "Ring Dora.", "meeting_words": "Come to see Kim."},
    )
    factories.resource("Friday table", by=carla)
    Resource.objects.filter(pk=factories.resource("Old shed", by=carla).pk).update(is_active=False)
    factories.resource("Rumoured soup", checked_on=None)
    files = opened(group_things())
    everything = "\n".join(content.decode() for content in files.values())
    for words in (
        "555 0177",
        "carla@example.org",
        "Ring Dora",
        "Come to see Kim",
        "Old shed",
        "Rumoured",
    ):
        assert words not in everything
    assert "Friday table" in everything
    assert "Ask for Carla." in everything, "what they wrote themselves"
    assert "look whether it names someone" in files["README.txt"].decode()


def test_no_one_is_in_any_of_its_files(here):
    ask = canary.ask()
    factories.resource("Seeds", by=here.people["carla"])
    people = [*here.people.values()]
    words = (
        *canary.SECRETS,
        str(ask.public_id),
        *(user.name for user in people),
        *(str(user.email) for user in people),
        "Hill Road",
    )
    for name, content in opened(group_things()).items():
        assert stored.leaks(words, content.decode(errors="replace")) == [], name


def test_the_record_goes_along_with_the_program_that_checks_it(tmp_path, db):
    factories.set_policy(has_record=True)
    recorded.sealed(3)
    recorded.happen(4, who=factories.person("Ida").pk)
    (last,) = recorded.seal()
    files = opened(group_things())
    for name in ("record.jsonl", "seals.py"):
        (tmp_path / name).write_bytes(files[name])
    command = [sys.executable, "-I", "seals.py", "record.jsonl"]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout == f"2 seals hold. Up to number 4: {last.head}\n"


def test_a_site_where_nothing_was_changed_yet_has_its_things_too(db):
    files = opened(group_things())
    assert not {"logo.png", "record.jsonl", "seals.py"} & files.keys()
    assert rows(files["numbers.csv"]) == []


def test_the_command_writes_it_and_writes_over_nothing(db, tmp_path, capsys):
    file = tmp_path / "ours.zip"
    call_command("group_things", str(file))
    assert "README.txt" in opened(file.read_bytes())
    with pytest.raises(CommandError, match="there already"):
        call_command("group_things", str(file))
    with pytest.raises(CommandError, match="No such file"):
        call_command("group_things", str(tmp_path / "none" / "ours.zip"))
