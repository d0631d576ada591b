"""Each way to change the record afterwards, and the line in which `check_record` names it."""

import json
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mutualaid.numbers.freezing import freeze
from mutualaid.numbers.models import Month
from mutualaid.record import checking, files, sealing, seals, signing
from mutualaid.record.checking import Broken, check_record
from mutualaid.record.kinds import note_restore
from mutualaid.record.models import PersonSalt, RecordEntry, Seal
from mutualaid.record.sealing import hashed_entry, hashed_seal
from requests_app.states import CloseReason
from tests.numbers.test_numbers import LAST_MONTH, ended
from tests.support import factories, recorded

pytestmark = pytest.mark.django_db
GUIDE = settings.BASE_DIR / "mutualaid/docs/record.md"
SIZES = (4, 4, 2)
"""Numbers 1 to 4, 5 to 8, and 9 and 10."""


def entries(*numbers: int):
    return RecordEntry.objects.filter(number__in=numbers)


def change(number: int) -> None:
    entries(number).update(facts={"n": 99})


def hash_anew(number: int) -> None:
    entry = RecordEntry.objects.get(number=number)
    entries(number).update(leaf=seals.leaf(hashed_entry(entry, number)))


def move(*, from_number: int, by: int) -> None:
    """Give all numbers from this one on another; two steps, for no number is there twice."""
    for shift in (1_000 + by, -1_000):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE record_recordentry SET number = number + %s WHERE number >= %s",
                [shift, from_number],
            )


def swap(one: int, other: int) -> None:
    for was, now in ((one, 500), (other, one), (500, other)):
        entries(was).update(number=now)


def insert(number: int, seal: int) -> None:
    entry = RecordEntry(kind="test.thing", facts={"n": 77}, number=number, seal_id=seal, leaf="-")
    entry.save()
    hash_anew(number)


def write_anew(*, from_seal: int) -> None:
    """Take seals away, change an entry, and seal it all again, as whoever has server and key can."""
    gone = Seal.objects.filter(number__gte=from_seal)
    sizes = [seal.size for seal in gone.order_by("number")]
    RecordEntry.objects.filter(seal__in=gone).update(number=None, seal=None, leaf="")
    gone.delete()
    RecordEntry.objects.filter(facts__n=6).update(facts={"n": 99})
    for size in sizes:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sealing, "AT_ONCE", size)
            assert sealing._seal_next()


def write_anew_by_another_key() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SECRET_KEY", "the key of someone who has the database alone")
        write_anew(from_seal=1)


def take_away(*, from_seal: int) -> None:
    RecordEntry.objects.filter(seal__gte=from_seal).delete()
    Seal.objects.filter(number__gte=from_seal).delete()


def sign_by_another_key(number: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SECRET_KEY", "the key of someone who has the database alone")
        signature = signing.sign(Seal.objects.get(number=number).head)
    Seal.objects.filter(number=number).update(signature=signature)


def hash_the_seal_anew(number: int) -> None:
    """With another root, and the head that belongs to it."""
    leaves = list(
        RecordEntry.objects.filter(seal=number).order_by("number").values_list("leaf", flat=True)
    )
    seal = Seal.objects.get(number=number)
    seal.root = seals.root(leaves)
    Seal.objects.filter(number=number).update(root=seal.root, head=seals.head(hashed_seal(seal)))


def change_with_its_hash() -> None:
    change(6)
    hash_anew(6)


def remove_and_close_the_gap() -> None:
    entries(6).delete()
    move(from_number=7, by=-1)


def insert_in_between() -> None:
    move(from_number=6, by=1)
    insert(6, 2)


def change_all_but_the_signature() -> None:
    change_with_its_hash()
    hash_the_seal_anew(2)


WAYS: dict[str, tuple[Callable[[], object], str]] = {
    "An entry was changed.": (
        lambda: change(6),
        "Number 6: it was changed after it was sealed.",
    ),
    "An entry was changed, and its hash with it.": (
        change_with_its_hash,
        "Number 5: one of the entries 5 to 8 was changed, together with its hash.",
    ),
    "An entry was changed, and all above it but the signature.": (
        change_all_but_the_signature,
        "Number 5: the seal 2 that covers it was not signed by the key beside it.",
    ),
    "An entry was removed.": (
        lambda: entries(6).delete(),
        "Number 6: it was removed.",
    ),
    "An entry was removed, and the others closed the gap.": (
        remove_and_close_the_gap,
        "Number 6: the entry that was sealed as number 7 stands here.",
    ),
    "An entry was inserted.": (
        insert_in_between,
        "Number 6: an entry was inserted here: the one that was sealed as it stands at 7.",
    ),
    "An entry was put behind the last.": (
        lambda: insert(11, 3),
        "Number 11: it was inserted: no seal covers it.",
    ),
    "Two entries changed places.": (
        lambda: swap(6, 7),
        "Number 6: the entry that was sealed as number 7 stands here.",
    ),
    "An entry was moved to another seal.": (
        lambda: entries(8).update(seal=3),
        "Number 8: it was moved to another seal.",
    ),
    "A seal was removed with its entries.": (
        lambda: (entries(5, 6, 7, 8).delete(), Seal.objects.filter(number=2).delete()),
        "Number 5: the seal that covered it, or one before, was removed.",
    ),
    "A seal was changed.": (
        lambda: Seal.objects.filter(number=2).update(at="2020-01-01T00:00:00Z"),
        "Number 5: the seal 2 that covers it was changed.",
    ),
    "A signature was put in the place of another.": (
        lambda: sign_by_another_key(2),
        "Number 5: the seal 2 that covers it was not signed by the key beside it.",
    ),
    "All was written anew by someone without the key.": (
        write_anew_by_another_key,
        "Number 10: the seal 3 that covers it was signed by another key than this site has.",
    ),
    "It was said to be about someone else.": (
        lambda: PersonSalt.objects.update(user=factories.person("Mallory")),
        "Number 2: it is not about the account that stands beside it.",
    ),
}


def lines(*arguments: object) -> str:
    """What the command says. It fails where something does not hold."""
    with pytest.raises(CommandError) as error:
        call_command("check_record", *map(str, arguments))
    assert error.value.returncode == 1
    return str(error.value)


@pytest.fixture
def record(kept: None) -> list[Seal]:
    recorded.happen(1)
    recorded.happen(2, who=factories.person("Sam").pk)
    recorded.happen(3, 4)
    return recorded.seal() + recorded.sealed(*SIZES[1:])


@pytest.mark.parametrize("way", WAYS)
def test_each_way_is_named(way, record, capsys):
    call_command("check_record")
    assert (
        f"The record holds up to number 10, in 3 seals. Head: {record[-1].head}"
        in capsys.readouterr().out
    )
    tamper, line = WAYS[way]
    with recorded.unheld():
        tamper()
    assert lines() == line
    assert f"| {way} | `{line}` |" in GUIDE.read_text()


WITH_A_COPY = {
    "All was written anew by someone with the key, and a head was kept.": (
        "Number 1: a head that was kept covers numbers up to 10, and is another: the record was rewritten."
    ),
    "The same, and two heads were kept.": (
        "Number 5: a head that was kept covers numbers up to 10, and is another: the record was rewritten."
    ),
    "The same, and a file was kept.": "Number 6: a file that was kept says something else of it.",
    "It was cut, and a head was kept.": (
        "Number 9: the record ends before it, and a head that was kept covers number 10: it was cut, or is an"
        " old backup."
    ),
    "An old backup was restored, and a head was kept.": (
        "Number 9: a head that was kept covers numbers up to 10, and is another: the record was rewritten;"
        " entry 9 says that a backup was restored."
    ),
}


def kept_heads(*seals_kept: Seal) -> list[object]:
    return [
        part for seal in seals_kept for part in ("--head", seal.head, "--number", seal.last_number)
    ]


def rewrite() -> None:
    with recorded.unheld():
        write_anew(from_seal=2)
    assert check_record().number == 10, "by itself it holds"


def test_a_head_that_was_kept_tells_of_a_whole_new_record(record):
    rewrite()
    one_head, two_heads, *_others = WITH_A_COPY.values()
    assert lines(*kept_heads(record[2])) == one_head
    assert lines(*kept_heads(record[0], record[2])) == two_heads
    call_command("check_record", *map(str, kept_heads(record[0])))


@pytest.mark.parametrize("with_entries", [True, False])
def test_a_file_that_was_kept_tells_which_entry_was_rewritten(with_entries, record, tmp_path):
    file = tmp_path / "seals.jsonl"
    file.write_text("".join(files.lines_of(record, with_entries=with_entries)))
    call_command("check_record", "--file", str(file))
    rewrite()
    assert lines("--file", file) == WITH_A_COPY["The same, and a file was kept."]


def test_of_two_files_that_differ_neither_is_passed_over(record, tmp_path):
    old, new = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    old.write_text("".join(files.lines_of(record, with_entries=False)))
    rewrite()
    now = list(Seal.objects.order_by("number"))
    new.write_text("".join(files.lines_of(now, with_entries=True)))
    for one, other in ((old, new), (new, old)):
        assert (
            lines("--file", one, "--file", other) == WITH_A_COPY["The same, and a file was kept."]
        )


def test_a_number_that_was_noted_wrong_accuses_no_one(record):
    wrong = ["--head", record[1].head, "--number", 9]
    assert lines(*wrong) == (
        "Number 9: the head that was kept with it covers numbers up to 8: look at the number again."
    )


def test_a_head_that_was_kept_tells_of_an_old_backup(record):
    with recorded.unheld():
        take_away(from_seal=3)
    assert check_record().number == 8, "by itself it holds"
    assert (
        lines(*kept_heads(record[1], record[2])) == WITH_A_COPY["It was cut, and a head was kept."]
    )
    note_restore("2026-11-20T03:00:00+00:00")
    recorded.happen(9, 10)
    recorded.seal()
    assert lines(*kept_heads(record[1], record[2])) == list(WITH_A_COPY.values())[-1]


@pytest.mark.parametrize("way", WITH_A_COPY)
def test_the_guide_says_what_each_copy_shows(way):
    assert f"| {way} | `{WITH_A_COPY[way]}` |" in GUIDE.read_text()


def test_the_numbers_of_a_month_cannot_be_changed_unnoticed(kept):
    ended(11, CloseReason.FULFILLED)
    freeze(LAST_MONTH)
    recorded.seal()
    assert check_record().number == 1
    Month.objects.update(met=20)
    assert "Number 1: what it tells of was changed since: The numbers of" in lines()


def test_what_is_no_file_of_ours_is_said(record, tmp_path):
    file = tmp_path / "seals.jsonl"
    file.write_text("not JSON")
    assert "seals.jsonl cannot be read" in lines("--file", file)
    assert "cannot be read" in lines("--file", tmp_path / "nothing")
    file.write_text(json.dumps({"number": 1}))
    assert "cannot be read" in lines("--file", file)
    assert lines("--head", "a" * 64) == "To each --head belongs the --number up to which it covers."


def test_a_record_without_a_seal_holds(kept, capsys):
    recorded.happen(1)
    call_command("check_record")
    assert "Nothing is sealed." in capsys.readouterr().out


class AnywhereChanged(TestCase):
    """Wherever one entry is changed, that number is named."""

    @given(sizes=st.lists(st.integers(1, 9), min_size=1, max_size=4), data=st.data())
    @hypothesis_settings(max_examples=30)
    def test_the_number_is_named(self, sizes, data):
        factories.set_policy(has_record=True)
        recorded.sealed(*sizes)
        total = sum(sizes)
        number = data.draw(st.integers(1, total))
        way = data.draw(st.sampled_from(["change", "remove"]))
        with recorded.unheld():
            change(number) if way == "change" else entries(number).delete()
        with pytest.raises(Broken) as error:
            check_record()
        assert error.value.fault.number == number
        words = checking.CHANGED if way == "change" else checking.REMOVED
        assert error.value.fault.what == words
