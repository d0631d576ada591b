"""The record: what everyone can check, what members can read, and nothing of it where none is kept."""

import json
import subprocess
import sys

import pytest
from django.urls import reverse

from mutualaid.record import files, seals, signing
from mutualaid.record.models import RecordEntry, Seal
from mutualaid.record.sealing import hashed_entry, hashed_seal
from tests.support import factories, recorded

pytestmark = pytest.mark.django_db
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
    page = client.get("/record/").content.decode()
    assert last.head in page
    assert signing.fingerprint(last.public_key) in page
    assert page.index("/record/2/") < page.index("/record/1/")


def test_a_seal_tells_each_of_its_entries_in_a_sentence(kept, signed_in, sam, rosa):
    recorded.sealed(2)
    recorded.happen(7, 8, who=sam.pk)
    recorded.seal()
    page = signed_in(rosa).get("/record/2/").content.decode()
    assert "It covers numbers 3 to 4." in page
    assert '<ol start="3">' in page
    assert "Thing 7 happened." in page
    assert "Thing 2 happened." not in page
    assert "Sam" not in page


def test_without_an_account_no_one_can_read_or_guess_what_an_entry_says(kept, client, sam):
    recorded.happen(7, who=sam.pk)
    (seal,) = recorded.seal()
    entry = RecordEntry.objects.get()
    seen = [client.get(path).content.decode() for path in PATHS if not path.endswith(".py")]
    for text in seen:
        for fact in ("happened", "test.thing", entry.salt, *entry.people.values()):
            assert fact not in text
    (told,) = map(json.loads, seen[PATHS.index("/record/1/seal.jsonl")].splitlines())
    assert told.keys() == {*hashed_seal(seal), *files.SIGNED, "leaves"}
    all_but_salt = hashed_entry(entry, 1)
    del all_but_salt["salt"]
    guesses = [all_but_salt, all_but_salt | {"salt": ""}, all_but_salt | {"salt": "0" * 64}]
    assert entry.leaf not in map(seals.leaf, guesses)
    assert seals.leaf(hashed_entry(entry, 1)) == entry.leaf
    for private in ("/record/1/", "/record/1/seal.jsonl", "/record/seals.jsonl"):
        assert "private" in client.get(private)["Cache-Control"]


def test_no_two_entries_have_one_salt(kept):
    recorded.happen(*[1] * 20)
    salts = set(RecordEntry.objects.values_list("salt", flat=True))
    assert len(salts) == 20
    assert {len(bytes.fromhex(salt)) for salt in salts} == {32}


def test_what_members_download_hashes_to_what_everyone_can(kept, client, signed_in, sam):
    recorded.sealed(3, 2)
    for path in ("/record/seals.jsonl", "/record/2/seal.jsonl"):
        all_see, members = (
            [json.loads(line) for line in browser.get(path).content.splitlines()]
            for browser in (client, signed_in(sam))
        )
        assert [seals.leaves(seal) for seal in members] == [seal["leaves"] for seal in all_see]
        assert all("entries" in seal for seal in members)


def test_many_are_on_several_pages(kept, signed_in, sam, django_assert_max_num_queries):
    client = signed_in(sam)
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
def downloaded(kept, signed_in, tmp_path, sam):
    """What members can download: the seals, and the program. Returns a function that runs it."""
    client = signed_in(sam)
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


def test_also_without_an_account(downloaded, client):
    file, check = downloaded
    with_entries = file.read_bytes()
    file.write_bytes(client.get("/record/seals.jsonl").content)
    assert file.read_bytes() != with_entries
    assert check().stdout.startswith("3 seals hold. Up to number 5: ")
    first, *others = (json.loads(line) for line in file.read_text().splitlines())
    leaves = first["leaves"]
    for wrong, said in (
        (["0" * 64, *leaves[1:]], "an entry was changed."),
        ([*leaves, leaves[0]], MISSING),
    ):
        lines = [json.dumps(seal) for seal in (first | {"leaves": wrong}, *others)]
        file.write_text("\n".join(lines))
        assert check().stdout == f"Seal {first['number']}: {said}\n"


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
    file.write_text(lines[1])
    for order in ((other, file), (file, other)):
        assert check(*order).stdout == "Seal 1: two files say different things of it.\n"
    assert check(file, file).returncode == 0


def test_the_program_holds_the_signed_head_of_each_seal(downloaded):
    file, _check = downloaded
    for line in file.read_text().splitlines():
        seal = json.loads(line)
        assert seals.head(seal) == seal["head"]
        assert signing.is_signed(seal["head"], seal["signature"], seal["public_key"])
        assert not signing.is_signed("f" * 64, seal["signature"], seal["public_key"])
