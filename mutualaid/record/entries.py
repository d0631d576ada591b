"""The kinds of entry there are, and writing one: each room registers its own and calls `append`."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import HMAC

from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from mutualaid.policy.current import current_policy
from mutualaid.record.models import PersonSalt, RecordEntry, new_salt

Fact = int | bool | str | None
"""A whole number, yes or no, an ISO date or a short code; never words of a person."""
Facts = Mapping[str, Fact]

CODE = re.compile(r"[A-Za-z0-9_.:+-]{0,64}")
MOST = 2**53
"""Whole numbers up to here mean the same in every language that reads JSON."""


class OutsideTransaction(Exception):
    """An entry must be written in the transaction it reports on, or it may report what never was."""


class UnknownKind(Exception):
    """No room has registered this kind of entry."""


class WrongFacts(Exception):
    """The facts or people are not those that the kind names, or are no plain values."""


def _agree(_entries: Mapping[int, Facts]) -> Collection[int]:
    return ()


def _as_they_are(facts: Facts) -> Mapping[str, object]:
    return facts


@dataclass(frozen=True)
class EntryKind:
    """One kind of entry: the facts it holds, whom it is about, and the sentence people read.

    `sentence` has {placeholders} of what `displayed` makes of the facts, by default the facts themselves.
    `people` are the roles in which accounts may stand in it. `disagreeing` takes {number: facts} of sealed
    entries of the kind, and returns the numbers of those that the room's own tables no longer agree with.
    """

    name: str
    sentence: str | Promise
    facts: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    displayed: Callable[[Facts], Mapping[str, object]] = _as_they_are
    disagreeing: Callable[[Mapping[int, Facts]], Collection[int]] = _agree

    def in_words(self, facts: Facts) -> str:
        """Return the sentence in the reader's language; of what has no words any more, the kind's name.

        An entry stays for good: a later release may not know the role or the step that it tells of.
        """
        try:
            return str(self.sentence).format(**self.displayed(facts))
        except (LookupError, ValueError, TypeError, FieldDoesNotExist):
            return _unnamed(self.name)


_kinds: dict[str, EntryKind] = {}


def register_kind(kind: EntryKind) -> EntryKind:
    """Make a kind of entry known. Raises `ValueError` where its name is taken or is no code."""
    if kind.name in _kinds or not CODE.fullmatch(kind.name):
        raise ValueError(kind.name)
    _kinds[kind.name] = kind
    return kind


def kind_named(name: str) -> EntryKind | None:
    """Return a registered kind; None for one of a room or a release that is not there."""
    return _kinds.get(name)


def in_words(entry: RecordEntry) -> str:
    """Return the sentence of an entry; of a kind that is not there any more, its name."""
    kind = kind_named(entry.kind)
    return kind.in_words(entry.facts) if kind else _unnamed(entry.kind)


def _unnamed(kind: str) -> str:
    return _("Something of the kind %s") % kind


def append(kind: str, facts: Facts, *, people: Mapping[str, int] | None = None) -> None:
    """Write one entry where the group keeps a record, else nothing.

    `people` are ids of accounts by their role. What stands in the entry is a salted hash of each, and the
    salt, a new one each time, goes with the account: so no one can tell which entries are about the same
    person, but the person themself.

    Raises `OutsideTransaction` outside `transaction.atomic()`, `UnknownKind`, and `WrongFacts`.
    """
    people = people or {}
    _check(kind, facts, people)
    if current_policy().has_record:
        write(kind, facts, people)


def write(kind: str, facts: Facts, people: Mapping[str, int]) -> None:
    """Write one entry, checked before, whether or not the group keeps a record."""
    salts = {role: new_salt() for role in people}
    hashes = {role: person_hash(salts[role], pk) for role, pk in people.items()}
    entry = RecordEntry.objects.create(kind=kind, facts=dict(facts), people=hashes)
    if people:
        PersonSalt.objects.bulk_create(
            PersonSalt(entry=entry, role=role, user_id=pk, salt=salts[role])
            for role, pk in people.items()
        )


def person_hash(salt: str, pk: int) -> str:
    """Return what stands in an entry for the account with this id: HMAC-SHA-256 keyed by the salt."""
    return HMAC(bytes.fromhex(salt), str(pk).encode(), sha256).hexdigest()


def _check(name: str, facts: Facts, people: Mapping[str, int]) -> None:
    if not connection.in_atomic_block:
        raise OutsideTransaction(name)
    kind = _kinds.get(name)
    if kind is None:
        raise UnknownKind(name)
    if facts.keys() != set(kind.facts) or not people.keys() <= set(kind.people):
        raise WrongFacts(f"{name}: {sorted(facts)}, {sorted(people)}")
    for fact, value in facts.items():
        is_plain = value is None or (
            bool(CODE.fullmatch(value)) if isinstance(value, str) else _is_whole(value)
        )
        if not is_plain:
            raise WrongFacts(f"{name}: {fact}")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and abs(value) <= MOST
