"""Messages as bytes and back: the same bytes for the same message, and nothing else is read."""

import json
from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutualaid.partners.protocol import wire
from mutualaid.partners.protocol.messages import Message, ReferralAsk, ReferralContact
from tests.support.partner_messages import EXAMPLES, every_message

MESSAGE_ID = UUID("1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b")
BY_KIND = {message.kind: message for message in EXAMPLES}


def json_of(message: Message) -> Any:
    return json.loads(wire.write(message, message_id=MESSAGE_ID))


def why_not_read(value: Any) -> str:
    with pytest.raises(wire.Unreadable) as refused:
        wire.read(json.dumps(value).encode())
    return str(refused.value)


def places(value: Any, *path: Any) -> list[tuple[Any, ...]]:
    """The path of each value within."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(found for step, one in inner for found in places(one, *path, step))]


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    changed = deepcopy(value)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = new
    return changed


def test_there_is_an_example_of_each_kind():
    assert list(BY_KIND) == list(wire.BY_KIND)


@given(every_message(), st.uuids())
def test_every_message_comes_back_as_it_was(message: Message, message_id: UUID):
    body = wire.write(message, message_id=message_id)
    assert wire.read(body) == (message_id, message)
    assert wire.write(message, message_id=message_id) == body


@pytest.mark.parametrize("message", EXAMPLES, ids=BY_KIND)
def test_the_order_of_members_and_blanks_between_them_say_nothing(message: Message):
    turned = json.dumps(dict(reversed(json_of(message).items())), indent=2)
    assert wire.read(turned.encode()) == (MESSAGE_ID, message)


def test_a_need_goes_out_as_a_proposal_with_an_intent():
    """These bytes are an agreement with other groups' sites: they only change with all of them."""
    assert json_of(BY_KIND["referral.ask"]) == {
        "@id": "urn:uuid:1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b",
        "kind": "referral.ask",
        "proposal": {
            "@context": {"@vocab": "https://w3id.org/valueflows/ont/vf#"},
            "@id": "urn:uuid:8d5a2c1e-0b61-4c0a-9a5e-3a1f5b1d7c10",
            "@type": "Proposal",
            "purpose": "request",
            "hasEnd": "2026-12-01T12:00:00Z",
            "eligibleLocation": {"name": "Saltmarsh"},
            "publishes": [
                {
                    "@type": "Intent",
                    "action": "deliverService",
                    "due": "2026-12-05T23:59:59Z",
                    "effortQuantity": {"hasNumericalValue": 1, "hasUnit": {"label": "person"}},
                    "resourceQuantity": {"hasNumericalValue": 4, "hasUnit": {"label": "person"}},
                    "resourceConformsTo": {"name": "Groceries", "mutualaid:code": "groceries"},
                    "mutualaid:languages": ["en", "es"],
                    "mutualaid:urgency": 3,
                    "mutualaid:weekParts": 7,
                }
            ],
        },
    }


def test_what_a_later_version_adds_is_passed_over():
    told = json_of(BY_KIND["referral.ask"]) | {"mood": [{"colour": "marigold"}, 1.5]}
    told["proposal"]["publishes"][0]["weather"] = {"rain": True}
    assert wire.read(json.dumps(told).encode()) == (MESSAGE_ID, BY_KIND["referral.ask"])


def test_what_an_earlier_version_did_not_say_has_its_default():
    told = json_of(BY_KIND["referral.contact"])
    for name in ("email", "times", "no_voicemail"):
        del told[name]
    _message_id, read = wire.read(json.dumps(told).encode())
    assert isinstance(read, ReferralContact)
    assert (read.email, read.times, read.no_voicemail) == ("", "", False)
    del told["name"]
    assert why_not_read(told) == "name"


def test_a_need_without_a_day_and_without_a_number_has_none():
    told = json_of(BY_KIND["referral.ask"])
    del told["proposal"]["publishes"][0]["due"]
    del told["proposal"]["publishes"][0]["resourceQuantity"]
    _message_id, read = wire.read(json.dumps(told).encode())
    assert isinstance(read, ReferralAsk)
    assert (read.until, read.people_count) == (None, None)


INTENT = ("proposal", "publishes", 0)
WRONG: list[tuple[str, tuple[Any, ...], Any]] = [
    ("referral.ask", ("kind",), "referral.asks"),
    ("referral.ask", ("kind",), None),
    ("referral.ask", ("kind",), ["referral.ask"]),
    ("referral.ask", ("kind",), "Referral.ask"),
    ("referral.ask", ("@id",), "1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b"),
    ("referral.ask", ("@id",), "urn:uuid:1F2E3D4C-5B6A-4798-8A9B-0C1D2E3F4A5B"),
    ("referral.ask", ("@id",), "urn:uuid:{1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b}"),
    ("referral.ask", ("@id",), 7),
    ("referral.ask", ("proposal",), None),
    ("referral.ask", ("proposal",), "Proposal"),
    ("referral.ask", ("proposal", "@id"), ""),
    ("referral.ask", ("proposal", "purpose"), "offer"),
    ("referral.ask", ("proposal", "publishes"), []),
    ("referral.ask", ("proposal", "publishes"), {}),
    ("referral.ask", ("proposal", "publishes"), [{}, {}]),
    ("referral.ask", (*INTENT, "action"), "transfer"),
    ("referral.ask", (*INTENT, "due"), "2026-12-05"),
    ("referral.ask", (*INTENT, "due"), "2026-02-30T23:59:59Z"),
    ("referral.ask", (*INTENT, "due"), "9999-12-31T23:59:59Z"),
    ("referral.ask", (*INTENT, "due"), "२०२६-12-05T23:59:59Z"),
    ("referral.ask", (*INTENT, "effortQuantity"), 1),
    ("referral.ask", (*INTENT, "effortQuantity", "hasNumericalValue"), 0),
    ("referral.ask", (*INTENT, "effortQuantity", "hasNumericalValue"), 1.0),
    ("referral.ask", (*INTENT, "effortQuantity", "hasNumericalValue"), True),
    ("referral.ask", (*INTENT, "effortQuantity", "hasUnit"), {"label": "tonne"}),
    ("referral.ask", (*INTENT, "resourceConformsTo", "name"), "x" * 301),
    ("referral.ask", (*INTENT, "resourceConformsTo", "name"), "a\x00b"),
    ("referral.ask", (*INTENT, "resourceConformsTo", "name"), "a\x1b[2Jb"),
    ("referral.ask", (*INTENT, "mutualaid:urgency"), 5),
    ("referral.ask", (*INTENT, "mutualaid:urgency"), 0),
    ("referral.ask", (*INTENT, "mutualaid:urgency"), "3"),
    ("referral.ask", (*INTENT, "mutualaid:weekParts"), 64),
    ("referral.ask", (*INTENT, "mutualaid:weekParts"), 0),
    ("referral.ask", (*INTENT, "mutualaid:languages"), "en"),
    ("referral.ask", (*INTENT, "mutualaid:languages"), ["en"] * 21),
    ("referral.ask", (*INTENT, "mutualaid:languages"), ["en", None]),
    ("referral.ask", ("proposal", "hasEnd"), "2026-12-01T12:00:00"),
    ("referral.ask", ("proposal", "hasEnd"), "2026-W49-2T12:00:00Z"),
    ("referral.ask", ("proposal", "hasEnd"), "0001-01-01T00:00:00+14:00"),
    ("referral.ask", ("proposal", "hasEnd"), "2026-12-01T25:00:00Z"),
    ("referral.answer", ("accepted",), "false"),
    ("referral.answer", ("accepted",), 0),
    ("referral.answer", ("reason",), "because"),
    ("referral.answer", ("referral",), "urn:uuid:8d5a2c1e-0b61-4c0a-9a5e-3a1f5b1d7c10"),
    ("referral.contact", ("name",), ["Rosa"]),
    ("referral.contact", ("notes",), "x" * 5001),
    ("referral.contact", ("no_voicemail",), 1),
    ("referral.status", ("state",), "Taken"),
    ("referral.status", ("state",), ["taken"]),
    ("referral.status", ("version",), -1),
    ("referral.status", ("version",), 0),
    ("referral.status", ("version",), 2**31),
    ("referral.status", ("version",), 10**14),
    ("referral.erased", ("at",), 1764590400),
    ("seal", ("head",), "ab" * 31),
    ("seal", ("head",), "AB" * 32),
    ("seal", ("head",), "ab" * 32 + "\n"),
    ("key.rotate", ("public_key",), "0x" + "0c" * 31),
    ("call", (*INTENT, "finished"), "no"),
    ("call", (*INTENT, "effortQuantity", "hasNumericalValue"), 10_001),
    ("call.answer", ("coming",), None),
    ("ping", ("name",), {"en": "Crown"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "path", "value"), WRONG)
def test_what_may_not_stand_there_is_named_by_its_place_alone(
    kind: str, path: tuple[Any, ...], value: Any
):
    named = why_not_read(put(json_of(BY_KIND[kind]), path, value))
    of_places = {
        ".".join(step for step in path[:n] if isinstance(step, str)) for n in (1, 2, 3, 4, 5)
    }
    assert named in of_places or named.startswith("proposal")
    assert str(value) not in named or value == ""


@pytest.mark.parametrize("value", [None, [], "text", 7, {}, [[{}]]])
def test_what_is_no_object_with_an_id_is_no_message(value: Any):
    assert why_not_read(value) == "@id"


@given(st.data())
def test_another_value_anywhere_is_read_or_refused_and_never_a_fault(data: st.DataObject):
    message = data.draw(st.sampled_from(EXAMPLES))
    told = json_of(message)
    path = data.draw(st.sampled_from(places(told)))
    value: Any = data.draw(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({})
    )
    try:
        message_id, read = wire.read(json.dumps(put(told, path, value)).encode())
    except wire.Unreadable:
        return
    assert wire.read(wire.write(read, message_id=message_id)) == (message_id, read)


@pytest.mark.parametrize("message", EXAMPLES, ids=BY_KIND)
def test_a_byte_changed_or_cut_off_is_never_a_fault(message: Message):
    body = wire.write(message, message_id=MESSAGE_ID)
    for place in range(len(body)):
        for other in (body[:place], body[:place] + bytes([body[place] ^ 4]) + body[place + 1 :]):
            try:
                wire.read(other)
            except wire.Unreadable:
                continue
    with pytest.raises(wire.Unreadable):
        wire.read(body + body)


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "=HYPERLINK(1)", "@SUM(A1)", "\u202eevil", "🏳️‍🌈"]
)
def test_words_come_as_they_were_written(words: str):
    """What shows them escapes them: pages, sheets and messages."""
    told = json_of(BY_KIND["referral.contact"]) | {"notes": words}
    _message_id, read = wire.read(json.dumps(told).encode())
    assert isinstance(read, ReferralContact)
    assert read.notes == words
