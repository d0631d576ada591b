"""One example of each message between two groups, and Hypothesis strategies for all that can be written."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

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
from mutualaid.partners.states import DeclineReason, StatusThere
from requests_app.models import WhomToCall

REFERRAL = UUID("8d5a2c1e-0b61-4c0a-9a5e-3a1f5b1d7c10")
CALL = UUID("b1d4f6aa-7c27-4f0d-8f5b-0d9c6a1e2f33")
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
EXAMPLES: tuple[Message, ...] = (
    ReferralAsk(
        referral=REFERRAL,
        category="groceries",
        category_name="Groceries",
        area="Saltmarsh",
        urgency=3,
        until=date(2026, 12, 5),
        week_parts=0b000111,
        languages=("en", "es"),
        people_count=4,
        helpers_wanted=1,
        answer_by=NOON,
    ),
    ReferralAnswer(REFERRAL, accepted=False, reason="too_far"),
    ReferralContact(
        REFERRAL,
        name="Rosa",
        phone="+1 555 0100 123",
        email="rosa@people.example",
        address="12 Mill Lane",
        channels="sms,email",
        times="after five",
        no_voicemail=True,
        language="es",
        asked_by="Bo",
        whom_to_call="asker",
        notes="Third bell.\nThe dog is kind.",
    ),
    ReferralStatus(REFERRAL, state="taken", version=2),
    ReferralWithdraw(REFERRAL),
    ReferralErase(REFERRAL),
    ReferralErased(REFERRAL, at=NOON),
    Seal(number=7, last_number=421, head="ab" * 32),
    KeyRotate(public_key="0c" * 32, key_number=2),
    Call(CALL, "Clean-up in Saltmarsh", "cleaning", "Saltmarsh", date(2026, 12, 5), 40, 1),
    CallAnswer(CALL, coming=12, version=3),
    Ping(name="Crown Heights", phone="555 0199"),
)

_line = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=300)
_lines = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"))
_day = st.dates(date(2000, 1, 1), date(2199, 12, 31))
_moment = st.datetimes(datetime(2000, 1, 2), datetime(2199, 12, 30), timezones=st.timezones()).map(
    lambda moment: moment.astimezone(UTC)
)
_count = st.integers(0, 2**31 - 1)
_people = st.integers(1, 10_000)
_code = st.text("abz-", max_size=10)
_hex = st.binary(min_size=32, max_size=32).map(bytes.hex)
_referral: dict[str, Any] = {"referral": st.uuids()}


def asks_and_calls() -> st.SearchStrategy[Message]:
    """Any need that is asked of partners, and any call, up to its bounds."""
    asked = st.builds(
        ReferralAsk,
        **_referral,
        category=_line,
        category_name=_line,
        area=_line,
        urgency=st.integers(1, 4),
        until=st.none() | _day,
        week_parts=st.integers(1, 63),
        languages=st.lists(_code, max_size=20).map(tuple),
        people_count=st.none() | _people,
        helpers_wanted=_people,
        answer_by=_moment,
    )
    called = st.builds(
        Call,
        call=st.uuids(),
        title=_line,
        category=_line,
        area=_line,
        day=_day,
        helpers_wanted=_people,
        version=_count,
        is_open=st.booleans(),
    )
    return asked | called


def every_message() -> st.SearchStrategy[Message]:
    """Any message of any kind, up to its bounds."""
    contact = st.builds(
        ReferralContact,
        **_referral,
        name=_line,
        phone=_line,
        email=_line,
        address=_lines,
        channels=_line,
        times=_lines,
        no_voicemail=st.booleans(),
        language=_code,
        asked_by=_line,
        whom_to_call=st.sampled_from(["", *WhomToCall.values]),
        notes=_lines,
    )
    reason = st.sampled_from(["", *DeclineReason.values])
    state = st.sampled_from(StatusThere.values)
    return st.one_of(
        asks_and_calls(),
        contact,
        st.builds(ReferralAnswer, **_referral, accepted=st.booleans(), reason=reason),
        st.builds(ReferralStatus, **_referral, state=state, version=st.integers(1, 2**31 - 1)),
        st.builds(ReferralWithdraw, **_referral),
        st.builds(ReferralErase, **_referral),
        st.builds(ReferralErased, **_referral, at=_moment),
        st.builds(Seal, number=_count, last_number=_count, head=_hex),
        st.builds(KeyRotate, public_key=_hex, key_number=_count),
        st.builds(CallAnswer, call=st.uuids(), coming=st.integers(0, 10_000), version=_count),
        st.builds(Ping, name=_line, phone=_line),
    )
