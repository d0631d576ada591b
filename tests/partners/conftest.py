"""Our group works with Crown Heights, whose site is `crown`."""

from collections.abc import Iterator

import pytest

from mutualaid.partners import registry
from mutualaid.partners.models import Partner
from mutualaid.partners.protocol.messages import Message, Ping
from tests.support import partners
from tests.support.partner_inbox import Inbox, inbox_of
from tests.support.partners import OtherSite


@pytest.fixture
def crown(db: None) -> OtherSite:
    """Live: it may send us messages."""
    return partners.other_site()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """What the receiver of pings was handed, which writes nothing."""
    handed: list[Message] = []

    def receive(_partner: Partner, message: Message) -> None:
        handed.append(message)

    monkeypatch.setitem(registry._receivers, Ping.kind, (Ping, receive))
    return handed


@pytest.fixture
def inbox(crown: OtherSite) -> Iterator[Inbox]:
    """The inbox of their site, on this machine; it takes all that comes."""
    with inbox_of(crown.partner, Inbox()) as inbox:
        yield inbox


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, int | None]]:
    """What becomes of pings, as whoever sent them hears it."""
    heard: list[tuple[str, str, int | None]] = []
    monkeypatch.setitem(
        registry._settlers,
        Ping.kind,
        lambda row: heard.append((str(row.message_id), row.state, row.status)),
    )
    return heard
