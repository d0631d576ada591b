"""All that ever goes to another group, member by member. A new one fails until someone allows it here."""

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from mutualaid.partners.protocol import messages, wire
from mutualaid.partners.protocol.messages import Message

EVERY = {"@id", "kind"}
PROPOSAL = {"proposal.@context.@vocab", "proposal.@type", "proposal.@id", "proposal.purpose"}
INTENT = {"proposal.publishes.0.@type", "proposal.publishes.0.action"}
ALLOWED: dict[str, set[str]] = {
    "referral.ask": PROPOSAL
    | INTENT
    | {
        "proposal.hasEnd",
        "proposal.eligibleLocation.name",
        "proposal.publishes.0.resourceConformsTo.mutualaid:code",
        "proposal.publishes.0.resourceConformsTo.name",
        "proposal.publishes.0.due",
        "proposal.publishes.0.resourceQuantity.hasNumericalValue",
        "proposal.publishes.0.resourceQuantity.hasUnit.label",
        "proposal.publishes.0.effortQuantity.hasNumericalValue",
        "proposal.publishes.0.effortQuantity.hasUnit.label",
        "proposal.publishes.0.mutualaid:urgency",
        "proposal.publishes.0.mutualaid:weekParts",
        "proposal.publishes.0.mutualaid:languages",
    },
    "referral.answer": {"referral", "accepted", "reason"},
    "referral.contact": {
        "referral", "name", "phone", "email", "address", "channels", "times", "no_voicemail",
        "language", "asked_by", "whom_to_call", "notes",
    },
    "referral.status": {"referral", "state", "version"},
    "referral.withdraw": {"referral"},
    "referral.erase": {"referral"},
    "referral.erased": {"referral", "at"},
    "seal": {"number", "last_number", "head"},
    "key.rotate": {"public_key", "key_number"},
    "call": PROPOSAL
    | INTENT
    | {
        "proposal.name",
        "proposal.eligibleLocation.name",
        "proposal.publishes.0.resourceConformsTo.name",
        "proposal.publishes.0.due",
        "proposal.publishes.0.effortQuantity.hasNumericalValue",
        "proposal.publishes.0.effortQuantity.hasUnit.label",
        "proposal.publishes.0.finished",
        "proposal.publishes.0.mutualaid:version",
    },
    "call.answer": {"call", "coming", "version"},
    "ping": {"name", "phone"},
}  # fmt: skip
PERSONAL = {"name", "phone", "email", "address", "notes", "times", "asked_by"}
"""What says who it is. It stands in `referral.contact`, and a group's own name and phone in `ping`."""
VALUES: dict[Any, Any] = {
    UUID: UUID(int=7),
    str: "hexadecimal",
    int: 2,
    bool: True,
    date: date(2026, 11, 28),
    date | None: date(2026, 11, 28),
    int | None: 3,
    datetime: datetime(2026, 11, 27, 18, tzinfo=UTC),
    tuple[str, ...]: ("en", "es"),
}
WORDS = {
    "state": "taken",
    "reason": "too_far",
    "language": "en",
    "whom_to_call": "asker",
    "public_key": "a" * 64,
    "head": "b" * 64,
}


def kinds() -> list[type[Message]]:
    found = [one for one in vars(messages).values() if isinstance(one, type)]
    return [one for one in found if issubclass(one, Message) and "kind" in vars(one)]


def full(message_class: type[Message]) -> Message:
    """A message with something in every field."""
    return message_class(
        **{one.name: WORDS.get(one.name, VALUES[one.type]) for one in fields(message_class)}
    )


def members(value: Any, path: str = "") -> Iterator[str]:
    """Where something stands in it: `proposal.publishes.0.due`. A list of words is one thing."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from members(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, inner in enumerate(value):
            yield from members(inner, f"{path}.{number}")
    else:
        yield path


def written(message: Message) -> set[str]:
    return set(members(json.loads(wire.write(message, message_id=UUID(int=1)))))


def test_every_kind_of_message_is_in_the_list():
    assert {one.kind for one in kinds()} == ALLOWED.keys()


@pytest.mark.parametrize("message_class", kinds(), ids=lambda one: one.kind)
def test_a_message_holds_what_the_list_allows_and_nothing_else(message_class):
    assert written(full(message_class)) == EVERY | ALLOWED[message_class.kind]


@pytest.mark.parametrize("message_class", kinds(), ids=lambda one: one.kind)
def test_every_field_of_a_message_reaches_the_other_side_as_it_was(message_class):
    message = full(message_class)
    assert wire.read(wire.write(message, message_id=UUID(int=1))) == (UUID(int=1), message)


def test_nothing_that_says_who_it_is_goes_out_before_the_contact_does():
    for kind, allowed in ALLOWED.items():
        said = {path.rpartition(".")[2] for path in allowed if path not in NO_PERSON}
        assert not said & PERSONAL or kind in ("referral.contact", "ping")


NO_PERSON = {
    "proposal.eligibleLocation.name",
    "proposal.publishes.0.resourceConformsTo.name",
    "proposal.name",
}
"""The names of an area, of a kind of help, and of a call."""
