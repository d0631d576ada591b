"""Another group's site for tests: a key pair, its row here, and requests signed as that site would.

    crown = partners.other_site()                   # live; `crown.partner` is its row here
    answer = crown.post(client, messages.Ping())    # to our inbox, signed now
    crown.post(client, body=b"…", headers={…})      # anything else: other bytes, other headers
    partners.answer_of(answer)                      # the word in the answer

Two sites in one test are two of these. `sign` makes the headers for any URL, to try forgeries.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.test import Client
from django.utils import timezone

from mutualaid import clock
from mutualaid.partners import keys, registry
from mutualaid.partners.models import Partner, SigningKey
from mutualaid.partners.protocol import signatures, wire
from mutualaid.partners.protocol.addresses import INBOX, own_inbox
from mutualaid.partners.protocol.messages import Message, Ping, ReferralAsk
from mutualaid.partners.registry import receiver_of
from mutualaid.partners.states import PartnerState
from tests.support import factories

if TYPE_CHECKING:  # the settings of a benchmark must not see it
    import pytest

_number = count(1)
PING = Ping(name="Crown Heights")
STATES: dict[str, dict[str, Any]] = {
    PartnerState.READ: {},
    PartnerState.COMPARED: {"compared_at": timezone.now},
    PartnerState.LIVE: {"compared_at": timezone.now, "live_at": timezone.now},
    PartnerState.PAUSED: {"compared_at": timezone.now, "live_at": timezone.now},
    PartnerState.ENDED: {"ended_at": timezone.now},
}


@dataclass
class OtherSite:
    """Crown Heights' site, as far as ours can tell. Its key is never stored."""

    site: str
    key: SigningKey
    partner: Partner = field(init=False)

    def sign(
        self,
        body: bytes,
        message_id: UUID,
        *,
        url: str = "",
        at: datetime | None = None,
    ) -> dict[str, str]:
        """Headers for `body`, signed by its key for our inbox or for `url`; `at` is its clock."""
        return signatures.signed_headers(
            url or own_inbox(), body, self.key, message_id, at=at or clock.now()
        )

    def post(
        self,
        client: Client,
        message: Message | None = None,
        *,
        message_id: UUID | None = None,
        body: bytes | None = None,
        at: datetime | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Send a message or these bytes to our inbox; `headers` beside or instead of the signed ones."""
        message_id = message_id or uuid4()
        if body is None:
            assert message is not None
            body = wire.write(message, message_id=message_id)
        return post(client, body, self.sign(body, message_id, at=at) | (headers or {}))


def post(client: Client, body: bytes, headers: dict[str, str], *, path: str = INBOX) -> Any:
    """Send bytes with these headers to our inbox, without cookies of a person."""
    content_type = headers.get("Content-Type", signatures.CONTENT_TYPE)
    others = {name: value for name, value in headers.items() if name != "Content-Type"}
    return client.post(path, data=body, content_type=content_type, headers=others)


def answer_of(answer: Any) -> str:
    """The word in an answer of the inbox."""
    word: str = answer.json()["answer"]
    return word


def replayed(client: Client, crown: OtherSite, message: Message, times: int = 2) -> list[Any]:
    """The same request, again and again."""
    message_id = uuid4()
    body = wire.write(message, message_id=message_id)
    headers = crown.sign(body, message_id)
    return [post(client, body, headers) for _ in range(times)]


def taken_up_by(monkeypatch: "pytest.MonkeyPatch", kind: type[Message], receive: Any) -> None:
    """Let `receive` have what comes of this kind, in the place of whoever takes it up."""
    monkeypatch.setitem(registry._receivers, kind.kind, (kind, receive))


def key_pair() -> SigningKey:
    """A key that is stored nowhere: that of another site."""
    private_key = Ed25519PrivateKey.generate()
    return SigningKey(
        public_key=private_key.public_key().public_bytes_raw().hex(),
        seed=private_key.private_bytes_raw().hex(),
    )


def other_site(
    name: str = "Crown Heights", *, state: str = PartnerState.LIVE, **fields: Any
) -> OtherSite:
    """A neighbouring group with this state here; the policy gets partners on."""
    factories.set_policy(has_partners=True)
    other = OtherSite(site=f"https://crown{next(_number)}.example", key=key_pair())
    times = {column: moment() for column, moment in STATES[state].items()}
    defaults = {
        "site": other.site,
        "name": name,
        "phone": "555 0199",
        "public_key": other.key.public_key,
        "our_key": keys.current_key(),
        "state": state,
    }
    other.partner = Partner.objects.create(**{**defaults, **times, **fields})
    return other


def live_group(name: str = "Crown Heights", **fields: Any) -> Partner:
    """A group with which we help each other, where nothing of it goes over the wire; partners are on."""
    return other_site(name, **fields).partner


def comes(partner: Partner, message: Message) -> None:
    """Take up a message of theirs, as the inbox does."""
    receiver = receiver_of(message.kind)
    assert receiver is not None
    with transaction.atomic():
        receiver[1](partner, message)


def an_ask(**values: Any) -> ReferralAsk:
    """Groceries for two in Saltmarsh, answer within two days."""
    defaults: dict[str, Any] = {
        "referral": uuid4(),
        "category": "groceries",
        "category_name": "Groceries",
        "area": "Saltmarsh",
        "urgency": 2,
        "until": timezone.localdate() + timedelta(days=7),
        "week_parts": 63,
        "languages": ("en", "es"),
        "people_count": 2,
        "helpers_wanted": 1,
        "answer_by": timezone.now() + timedelta(days=2),
    }
    return ReferralAsk(**{**defaults, **values})
