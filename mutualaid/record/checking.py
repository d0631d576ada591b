"""Walk the whole record, and name the first number that does not hold."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, NamedTuple

from django.db.models import QuerySet

from mutualaid.record import seals, signing
from mutualaid.record.completeness import first_missing
from mutualaid.record.entries import Facts, kind_named, person_hash
from mutualaid.record.models import PersonSalt, RecordEntry, Seal
from mutualaid.record.sealing import as_hashed, hashed_seal

CHUNK = 2_000
CHANGED = "it was changed after it was sealed"
REMOVED = "it was removed"
NOT_ABOUT = "it is not about the account that stands beside it"
INSERTED = "it was inserted: no seal covers it"
OUT_OF_PLACE = "the entry that was sealed as number {} stands here"
PUSHED_ON = "an entry was inserted here: the one that was sealed as it stands at {}"
MOVED = "it was moved to another seal"
CHANGED_WITH_LEAF = "one of the entries {} to {} was changed, together with its hash"
SEAL_REMOVED = "the seal that covered it, or one before, was removed"
SEAL_CHANGED = "the seal {} that covers it was changed"
NOT_SIGNED = "the seal {} that covers it was not signed by the key beside it"
OTHER_KEY = "the seal {} that covers it was signed by another key than this site has"
DISAGREES = "what it tells of was changed since: {}"
OTHER_NUMBER = "the head that was kept with it covers numbers up to {}: look at the number again"
GONE = "the record ends before it, and a head that was kept covers number {}: it was cut, or is an old backup"
REWRITTEN = "a head that was kept covers numbers up to {}, and is another: the record was rewritten"
OTHER_IN_FILE = "a file that was kept says something else of it"
LEFT_OUT = "after it an entry is missing, of the kind {}, about {}"
RESTORED = "; entry {} says that a backup was restored"


class Fault(NamedTuple):
    """The first number that does not hold, and what is wrong with it."""

    number: int
    what: str


class Kept(NamedTuple):
    """A head that someone has kept, and the last number that it covers."""

    number: int
    head: str


@dataclass
class Checked:
    """What holds: `number` is the last that is sealed, 0 where none is."""

    number: int = 0
    head: str = seals.BEGINNING
    seals: int = 0
    public_key: str = ""
    heads: dict[int, str] = field(default_factory=dict)
    restored: list[int] = field(default_factory=list)


class Broken(Exception):
    """The record does not hold from a number on."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(f"Number {number}: {what}.")
        self.fault = Fault(number, what)


class _Row(NamedTuple):
    number: int
    seal: int
    leaf: str
    hashed: dict[str, Any]


def check_record(
    kept: Sequence[Kept] = (), kept_seals: Iterable[Mapping[str, Any]] = ()
) -> Checked:
    """Check every entry and seal, and what was kept of them elsewhere. Raises `Broken`.

    `kept_seals` are seals as they were downloaded, with their entries or the hashes of these: they tell
    exactly which number was rewritten, where a head alone tells only up to which.
    """
    in_files = list(kept_seals)
    later = Seal.objects.filter(number__gt=_last_seal())  # made meanwhile: for the next check
    # Closed at once, for a cursor that is left open locks tables of SQLite.
    with closing(_rows(later)) as rows, closing(_seals(later)) as sealed:
        done = _walk(rows, sealed, _leaves(in_files))
    if done.seals and done.public_key != signing.public_key():
        raise Broken(done.number, OTHER_KEY.format(done.seals))
    _check_salts()
    heads = (Kept(seal["last_number"], seal["head"]) for seal in in_files)
    _check_kept([*kept, *heads], done)
    _check_nothing_is_left_out()
    return done


def _walk(
    rows: Iterator[_Row], sealed: Iterator[Seal], in_files: Mapping[int, set[str]]
) -> Checked:
    done = Checked()
    row = next(rows, None)
    for seal in sealed:
        _check_place(seal, done)
        leaves = list[str]()
        facts = dict[str, dict[int, Facts]]()
        for number in range(seal.first_number, seal.last_number + 1):
            if row is None or row.number != number:
                raise Broken(number, REMOVED)
            _check_entry(row, seal, in_files)
            leaves.append(row.leaf)
            facts.setdefault(row.hashed["kind"], {})[number] = row.hashed["facts"]
            row = next(rows, None)
        _check_seal(seal, leaves)
        _check_facts(facts)
        _go_on(done, seal, facts)
    if row:
        raise Broken(row.number, INSERTED)
    return done


def _last_seal() -> int:
    return Seal.objects.values_list("number", flat=True).first() or 0


def _seals(later: QuerySet[Seal]) -> Generator[Seal]:
    yield from Seal.objects.exclude(pk__in=later).order_by("number").iterator(CHUNK)


def _rows(later: QuerySet[Seal]) -> Generator[_Row]:
    columns = ("number", "at", "kind", "facts", "people", "salt")
    sealed = RecordEntry.objects.exclude(number=None).exclude(seal__in=later).order_by("number")
    for *hashed, seal, leaf in sealed.values_list(*columns, "seal", "leaf").iterator(CHUNK):
        yield _Row(hashed[0], seal, leaf, as_hashed(*hashed))


def _check_place(seal: Seal, done: Checked) -> None:
    follows = seal.number == done.seals + 1 and seal.first_number == done.number + 1
    if not follows or seal.previous != done.head:
        raise Broken(done.number + 1, SEAL_REMOVED)


def _check_entry(row: _Row, seal: Seal, in_files: Mapping[int, set[str]]) -> None:
    number = row.number
    if row.seal != seal.number:
        raise Broken(number, MOVED)
    if seals.leaf(row.hashed) != row.leaf:
        sealed_as = _sealed_as(row, seal)
        if sealed_as is None:
            raise Broken(number, CHANGED)
        if sealed_as < number:
            raise Broken(sealed_as, PUSHED_ON.format(number))
        raise Broken(number, OUT_OF_PLACE.format(sealed_as))
    if in_files.get(number, {row.leaf}) != {row.leaf}:
        raise Broken(number, OTHER_IN_FILE)


def _sealed_as(row: _Row, seal: Seal) -> int | None:
    """The number under which an entry was sealed that stands at another now."""
    around = range(seal.first_number, seal.last_number + 2)
    return next((n for n in around if seals.leaf(row.hashed | {"number": n}) == row.leaf), None)


def _check_seal(seal: Seal, leaves: Sequence[str]) -> None:
    first = seal.first_number
    if seals.root(leaves) != seal.root:
        raise Broken(first, CHANGED_WITH_LEAF.format(first, seal.last_number))
    if seals.head(hashed_seal(seal)) != seal.head:
        raise Broken(first, SEAL_CHANGED.format(seal.number))
    if not signing.is_signed(seal.head, seal.signature, seal.public_key):
        raise Broken(first, NOT_SIGNED.format(seal.number))


def _check_facts(facts: Mapping[str, Mapping[int, Facts]]) -> None:
    """Let the rooms compare what their entries say with what they have."""
    for name, of_kind in facts.items():
        if (kind := kind_named(name)) and (wrong := kind.disagreeing(of_kind)):
            number = min(wrong)
            raise Broken(number, DISAGREES.format(kind.in_words(of_kind[number])))


def _go_on(done: Checked, seal: Seal, facts: Mapping[str, Mapping[int, Facts]]) -> None:
    done.seals, done.number = seal.number, seal.last_number
    done.head, done.public_key = seal.head, seal.public_key
    done.heads[seal.last_number] = seal.head
    done.restored += facts.get("record.restored", {})


def _check_salts() -> None:
    """What leads to an account has to open the hash of its entry."""
    salts = PersonSalt.objects.exclude(entry__number=None).order_by("entry__number")
    columns = ("entry__number", "entry__people", "role", "salt", "user")
    wrong = (
        number
        for number, people, role, salt, user in salts.values_list(*columns).iterator(CHUNK)
        if people.get(role) != person_hash(salt, user)
    )
    with closing(wrong):
        number = next(wrong, None)
    if number:
        raise Broken(number, NOT_ABOUT)


def _check_nothing_is_left_out() -> None:
    if missing := first_missing():
        facts = ", ".join(f"{name} {value}" for name, value in missing.facts.items())
        raise Broken(missing.number, LEFT_OUT.format(missing.kind, facts))


def _check_kept(kept: Iterable[Kept], done: Checked) -> None:
    """Name what follows the last kept head that holds, where a later one does not."""
    in_order = sorted(kept)
    holding = list(takewhile(lambda one: done.heads.get(one.number) == one.head, in_order))
    if len(holding) == len(in_order):
        return
    wrong = in_order[len(holding)]
    if covers := next((number for number, head in done.heads.items() if head == wrong.head), None):
        raise Broken(wrong.number, OTHER_NUMBER.format(covers))
    first = holding[-1].number + 1 if holding else 1
    after = [number for number in done.restored if number >= first]
    hint = RESTORED.format(after[0]) if after else ""
    if wrong.number > done.number:
        raise Broken(done.number + 1, GONE.format(wrong.number) + hint)
    raise Broken(first, REWRITTEN.format(wrong.number) + hint)


def _leaves(in_files: Iterable[Mapping[str, Any]]) -> dict[int, set[str]]:
    """What the files say of each number: one hash, unless they differ."""
    found: dict[int, set[str]] = {}
    for seal in in_files:
        for number, leaf in enumerate(seals.leaves(seal), seal["first_number"]):
            found.setdefault(number, set()).add(leaf)
    return found
