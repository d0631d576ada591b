"""Messages as bytes: JSON, a need and a call as a `Proposal` with an `Intent` of Valueflows, and back.

One table says where each field stands, for writing and for reading. What is missing takes its default; a
member that the table does not name is passed over, so that a newer site can say more, and nothing is kept
of it. Words that are not of Valueflows begin with `mutualaid:`.
"""

import json
from dataclasses import MISSING, fields
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from mutualaid.boundary.strict_json import NotStrictJson, read_strictly
from mutualaid.partners.protocol.messages import (
    Call,
    CallAnswer,
    KeyRotate,
    Message,
    Ping,
    ReferralAnswer,
    ReferralAsk,
    ReferralContact,
    ReferralErase,
    ReferralErased,
    ReferralStatus,
    ReferralWithdraw,
    Seal,
)
from mutualaid.partners.protocol.values import (
    DAY_END,
    FLAG,
    FLAG_TURNED,
    HEX,
    ID,
    MOMENT,
    PEOPLE,
    URN,
    Kind,
    WrongValue,
    one_of,
    optional,
    text,
    texts,
    whole,
)
from mutualaid.partners.states import DeclineReason, StatusThere
from requests_app.models import WhomToCall

VOCABULARY = "https://w3id.org/valueflows/ont/vf#"
NAME, NOTE = text(300), text(5000)
HIGHEST = 2**31 - 1
COUNT = whole(0, HIGHEST)
Path = tuple[str | int, ...]
INTENT: Path = ("proposal", "publishes", 0)


class Unreadable(Exception):
    """A message that is none of ours. `str()` says in a word what is wrong: never what it held."""


class Place(NamedTuple):
    """Where a field stands in the JSON, and what may stand there."""

    path: Path
    kind: Kind


def _flat(**kinds: Kind) -> dict[str, Place]:
    return {name: Place((name,), kind) for name, kind in kinds.items()}


REFERRAL = _flat(referral=ID)
PLACES: dict[type[Message], dict[str, Place]] = {
    ReferralAsk: {
        "referral": Place(("proposal", "@id"), URN),
        "answer_by": Place(("proposal", "hasEnd"), MOMENT),
        "area": Place(("proposal", "eligibleLocation", "name"), NAME),
        "category": Place((*INTENT, "resourceConformsTo", "mutualaid:code"), NAME),
        "category_name": Place((*INTENT, "resourceConformsTo", "name"), NAME),
        "until": Place((*INTENT, "due"), optional(DAY_END)),
        "people_count": Place((*INTENT, "resourceQuantity"), optional(PEOPLE)),
        "helpers_wanted": Place((*INTENT, "effortQuantity"), PEOPLE),
        "urgency": Place((*INTENT, "mutualaid:urgency"), whole(1, 4)),
        "week_parts": Place((*INTENT, "mutualaid:weekParts"), whole(1, 63)),
        "languages": Place((*INTENT, "mutualaid:languages"), texts(20, text(10))),
    },
    ReferralAnswer: REFERRAL | _flat(accepted=FLAG, reason=one_of("", *DeclineReason.values)),
    ReferralContact: REFERRAL
    | _flat(
        name=NAME,
        phone=NAME,
        email=NAME,
        address=NOTE,
        channels=NAME,
        times=NOTE,
        no_voicemail=FLAG,
        language=text(10),
        asked_by=NAME,
        whom_to_call=one_of("", *WhomToCall.values),
        notes=NOTE,
    ),
    ReferralStatus: REFERRAL | _flat(state=one_of(*StatusThere.values), version=whole(1, HIGHEST)),
    ReferralWithdraw: REFERRAL,
    ReferralErase: REFERRAL,
    ReferralErased: REFERRAL | _flat(at=MOMENT),
    Seal: _flat(number=COUNT, last_number=COUNT, head=HEX),
    KeyRotate: _flat(public_key=HEX, key_number=COUNT),
    Call: {
        "call": Place(("proposal", "@id"), URN),
        "title": Place(("proposal", "name"), NAME),
        "area": Place(("proposal", "eligibleLocation", "name"), NAME),
        "category": Place((*INTENT, "resourceConformsTo", "name"), NAME),
        "day": Place((*INTENT, "due"), DAY_END),
        "helpers_wanted": Place((*INTENT, "effortQuantity"), PEOPLE),
        "is_open": Place((*INTENT, "finished"), FLAG_TURNED),
        "version": Place((*INTENT, "mutualaid:version"), COUNT),
    },
    CallAnswer: _flat(call=ID, coming=whole(0, 10_000), version=COUNT),
    Ping: _flat(name=NAME, phone=NAME),
}
FIXED: dict[type[Message], dict[Path, str]] = {
    one: {
        ("proposal", "@context", "@vocab"): VOCABULARY,
        ("proposal", "@type"): "Proposal",
        ("proposal", "purpose"): "request",
        (*INTENT, "@type"): "Intent",
        (*INTENT, "action"): action,
    }
    for one, action in ((ReferralAsk, "deliverService"), (Call, "work"))
}
BY_KIND = {one.kind: one for one in PLACES}


def write(message: Message, *, message_id: UUID) -> bytes:
    """Return the bytes of a message. The same message gives the same bytes."""
    written: dict[str, Any] = {"@id": URN.write(message_id), "kind": message.kind}
    for path, word in FIXED.get(type(message), {}).items():
        _put(written, path, word)
    for name, place in PLACES[type(message)].items():
        value = getattr(message, name)
        if value is not None:
            _put(written, place.path, place.kind.write(value))
    return json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read(body: bytes) -> tuple[UUID, Message]:
    """Read the bytes of a message: its id, and what it says.

    Raises `Unreadable` for what is no message, of no kind that we know, or holds what none of its kind may.
    """
    try:
        found = read_strictly(body)
    except NotStrictJson as error:
        raise Unreadable("json") from error
    message_id: UUID = _read_at(found, Place(("@id",), URN))
    message_class = BY_KIND.get(_read_at(found, Place(("kind",), NAME)))
    if message_class is None:
        raise Unreadable("kind")
    for path, word in FIXED.get(message_class, {}).items():
        if _get(found, path) != word:
            raise Unreadable(_named(path))
    defaults = {one.name: one.default for one in fields(message_class)}
    values = {
        name: _read_at(found, place, defaults[name])
        for name, place in PLACES[message_class].items()
    }
    return message_id, message_class(**values)


def _read_at(found: Any, place: Place, default: Any = MISSING) -> Any:
    value = _get(found, place.path)
    if value is None and default is not MISSING:
        return default
    try:
        return place.kind.read(value)
    except WrongValue as error:
        raise Unreadable(_named(place.path)) from error


def _get(found: Any, path: Path) -> Any:
    """Return what stands there; None for nothing."""
    for step in path:
        if isinstance(step, int) and isinstance(found, list) and len(found) == step + 1:
            found = found[step]
        elif isinstance(step, str) and isinstance(found, dict):
            found = found.get(step)
        else:
            return None
    return found


def _put(written: Any, path: Path, value: Any) -> None:
    for step, following in pairwise(path):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(step, str):
            written = written.setdefault(step, empty)
        else:
            if not written:
                written.append(empty)
            written = written[step]
    written[path[-1]] = value


def _named(path: Path) -> str:
    return ".".join(str(step) for step in path if isinstance(step, str))
