"""Our group works with Crown Heights, whose site is `crown`."""

import pytest

from mutualaid.partners import registry
from mutualaid.partners.messages import Message, Ping
from mutualaid.partners.models import Partner
from tests.support import partners
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
