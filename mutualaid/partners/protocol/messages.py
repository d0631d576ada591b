"""What two sites say to each other. What a message holds is all that goes out with it.

`wire.py` writes them in the words of Valueflows and reads them. Times are aware and in UTC on the way.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True)
class Message:
    """What all have: their `kind`, as it stands in the rows and on the way."""

    kind: ClassVar[str]


@dataclass(frozen=True)
class OfReferral(Message):
    """A message about one need, by the id that the group that asks gave it."""

    referral: UUID


@dataclass(frozen=True)
class ReferralAsk(OfReferral):
    """Could you help with this? No person, no words of a neighbour.

    `category` is the code of a seeded category and `category_name` its name for people, `area` a name,
    `urgency` 1 to 4, `week_parts` the bit mask of time slots, `languages` are codes (ISO 639).
    """

    kind: ClassVar[str] = "referral.ask"
    category: str
    category_name: str
    area: str
    urgency: int
    until: date | None
    week_parts: int
    languages: tuple[str, ...]
    people_count: int | None
    helpers_wanted: int
    answer_by: datetime


@dataclass(frozen=True)
class ReferralAnswer(OfReferral):
    """Yes, or no with a reason: one of `DeclineReason`."""

    kind: ClassVar[str] = "referral.answer"
    accepted: bool
    reason: str = ""


@dataclass(frozen=True)
class ReferralContact(OfReferral):
    """Who it is, after the partner's yes and the neighbour's. `channels` and `times` are what is safe.

    Where phone and e-mail are those of whoever asked for them, `whom_to_call` (a `WhomToCall`) says so, and
    `asked_by` is their name.
    """

    kind: ClassVar[str] = "referral.contact"
    name: str
    phone: str = ""
    email: str = ""
    address: str = ""
    channels: str = ""
    times: str = ""
    no_voicemail: bool = False
    language: str = ""
    asked_by: str = ""
    whom_to_call: str = ""
    notes: str = ""


@dataclass(frozen=True)
class ReferralStatus(OfReferral):
    """How it stands with the group that helps: one of `StatusThere`. An older `version` changes nothing."""

    kind: ClassVar[str] = "referral.status"
    state: str
    version: int


@dataclass(frozen=True)
class ReferralWithdraw(OfReferral):
    """It is not asked any more: a changed mind, or help was found."""

    kind: ClassVar[str] = "referral.withdraw"


@dataclass(frozen=True)
class ReferralErase(OfReferral):
    """Erase all that you hold of who this is about."""

    kind: ClassVar[str] = "referral.erase"


@dataclass(frozen=True)
class ReferralErased(OfReferral):
    """It is erased here, since `at`."""

    kind: ClassVar[str] = "referral.erased"
    at: datetime


@dataclass(frozen=True)
class Seal(Message):
    """The head of our record up to an entry, for you to witness."""

    kind: ClassVar[str] = "seal"
    number: int
    last_number: int
    head: str


@dataclass(frozen=True)
class KeyRotate(Message):
    """Our next messages are signed with this key; this one with the key before. `key_number` counts them."""

    kind: ClassVar[str] = "key.rotate"
    public_key: str
    key_number: int


@dataclass(frozen=True)
class Call(Message):
    """Many hands are wanted, for a day. `version` counts its changes; `is_open` is false once it is over."""

    kind: ClassVar[str] = "call"
    call: UUID
    title: str
    category: str
    area: str
    day: date
    helpers_wanted: int
    version: int
    is_open: bool = True


@dataclass(frozen=True)
class CallAnswer(Message):
    """How many people here come to your call: a number that replaces the one before, if it is newer."""

    kind: ClassVar[str] = "call.answer"
    call: UUID
    coming: int
    version: int


@dataclass(frozen=True)
class Ping(Message):
    """Are you there? It says how our site is called now and which phone helps."""

    kind: ClassVar[str] = "ping"
    name: str = ""
    phone: str = ""


FORGETTING = (ReferralWithdraw.kind, ReferralErase.kind, ReferralErased.kind)
"""Kinds that go to and come from a group with which we do nothing any more: people are forgotten there."""
