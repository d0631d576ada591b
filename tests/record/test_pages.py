"""The record for everyone: what its pages say, what its files show, and nothing of it where none is kept."""

import json
import subprocess
import sys

import pytest
from django.urls import reverse

from mutualaid.record import seals, signing
from mutualaid.record.models import RecordEntry, Seal
from tests.support import factories, recorded

pytestmark = [pytest.mark.django_db]
MISSING = "entries are missing, or there are too many."
PATHS = (
    "/record/",
    "/record/1/",
    "/record/1/seal.jsonl",
    "/record/seals.jsonl",
    "/record/seals.py",
)


@pytest.mark.parametrize("path", PATHS)
def test_there_is_no_page_where_no_record_is_kept(path, kept, client):
    recorded.sealed(2)
    assert client.get(path).status_code == 200
    factories.set_policy(has_record=False)
    assert client.get(path).status_code == 404
    assert reverse("record") not in client.get("/about/").content.decode()


def test_every_page_leads_to_it_where_one_is_kept(kept, client):
    assert f'href="{reverse("record")}"' in client.get("/about/").content.decode()


def test_before_the_first_seal_it_says_so(kept, client):
    page = client.get("/record/").content.decode()
    assert "Nothing is sealed yet." in page
    assert client.get("/record/seals.jsonl").content == b""
    assert client.get("/record/1/").status_code == 404
    assert client.get(f"/record/{10**40}/").status_code == 404


def test_the_list_shows_the_newest_head_and_how_to_check_it(kept, client):
    _first, last = recorded.sealed(3, 2)
    recorded.happen(6)
    page = client.get("/record/").content.decode()
    assert last.head in page
    assert signing.fingerprint(last.public_key) in page
    assert "Something new is waiting for the next seal." in page
    assert page.index("/record/2/") < page.index("/record/1/")


def test_a_seal_tells_each_of_its_entries_in_a_sentence(kept, client, sam):
    recorded.sealed(2)
    recorded.happen(7, 8, who=sam.pk)
    recorded.seal()
    page = client.get("/record/2/").content.decode()
    assert "It covers numbers 3 to 4." in page
    assert '<ol start="3">' in page
    assert "Thing 7 happened." in page
    assert "Thing 2 happened." not in page
    assert "Sam" not in page


def test_many_are_on_several_pages(kept, client, django_assert_max_num_queries):
    recorded.sealed(*[1] * 25, 120)
    with django_assert_max_num_queries(12):
        page = client.get("/record/?page=2").content.decode()
    assert page.count('<tr role="row"><th scope="row"') == 6
    with django_assert_max_num_queries(12):
        second = client.get("/record/26/?page=2").content.decode()
    assert '<ol start="76">' in second
    assert second.count("happened.") == 50
    assert len(client.get("/record/?page=1").content) < 50_000
    with django_assert_max_num_queries(12):
        file = client.get("/record/seals.jsonl?page=2")
    assert [json.loads(line)["number"] for line in file.content.splitlines()] == [6, 5, 4, 3, 2, 1]


@pytest.fixture
def downloaded(kept, client, tmp_path, sam):
    """What anybody can download: the seals, and the program. Returns a function that runs it."""
    recorded.sealed(3, 1)
    recorded.happen(5, who=sam.pk)
    recorded.seal()
    program = tmp_path / "seals.py"
    program.write_bytes(client.get("/record/seals.py").content)
    file = tmp_path / "seals.jsonl"
    file.write_bytes(client.get("/record/seals.jsonl").content)

    def check(*files):
        # Isolated and elsewhere: it may use nothing of this site.
        command = [sys.executable, "-I", str(program), *map(str, files or [file])]
        return subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)

    return file, check


def test_anybody_can_check_what_they_downloaded_with_python_alone(downloaded):
    _file, check = downloaded
    done = check()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"3 seals hold. Up to number 5: {Seal.objects.get(number=3).head}\n"


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('"n": 2', '"n": 9', "Seal 1: an entry was changed."),
        ('"number": 2, "people"', '"number": 3, "people"', f"Seal 1: {MISSING}"),
        ('thing", "number": 4', 'other", "number": 4', "Seal 2: an entry was changed."),
        ('"last_number": 4', '"last_number": 5', f"Seal 2: {MISSING}"),
        ('"previous": "0', '"previous": "1', "Seal 1: it was changed."),
    ],
)  # fmt: skip
def test_what_was_changed_in_a_file_is_named(downloaded, was, now, said):
    file, check = downloaded
    text = file.read_text()
    assert was in text
    file.write_text(text.replace(was, now))
    done = check()
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == said


def test_a_seal_of_another_record_does_not_follow(downloaded, tmp_path, client):
    file, check = downloaded
    with recorded.unheld():
        RecordEntry.objects.filter(number=1).update(facts={"n": 99})
        RecordEntry.objects.update(number=None, seal=None, leaf="")
        Seal.objects.all().delete()
    recorded.seal()
    other = tmp_path / "other.jsonl"
    other.write_bytes(client.get("/record/1/seal.jsonl").content)
    lines = {json.loads(line)["number"]: line for line in file.read_text().splitlines()}
    file.write_text(lines[2] + "\n" + lines[3])
    done = check(other, file)
    assert done.stdout.splitlines()[0] == "Seal 2: it does not follow the one before."


def test_the_program_holds_the_signed_head_of_each_seal(downloaded):
    file, _check = downloaded
    for line in file.read_text().splitlines():
        seal = json.loads(line)
        assert seals.head(seal) == seal["head"]
        assert signing.is_signed(seal["head"], seal["signature"], seal["public_key"])
        assert not signing.is_signed("f" * 64, seal["signature"], seal["public_key"])
