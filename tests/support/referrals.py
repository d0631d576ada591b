"""A need that Crown Heights asks us about, and its way here.

crown = referrals.partner()                       # live
referral = referrals.asked(crown)                 # groceries in Saltmarsh
referrals.received(crown, by=carla)               # we said yes, contact came, the ask is made
referrals.comes(crown, ReferralErase(…))          # a message of theirs, as the inbox gives it to us
referrals.sent(crown, "referral.status")          # what we wrote to them, as the outbox holds it
"""

import json
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from mutualaid.partners.actions.answering import say_yes
from mutualaid.partners.messages import Message, ReferralAsk, ReferralContact
from mutualaid.partners.models import IncomingReferral, OutgoingMessage, Partner, SigningKey
from mutualaid.partners.registry import receiver_of
from mutualaid.partners.states import PartnerState
from mutualaid.partners.sweep import sweep
from mutualaid.people.models import User
from tests.support import factories

_number = count(1)


def partner(name: str = "Crown Heights", **fields: Any) -> Partner:
    """A neighbouring group with which we help each other; the policy has partners on."""
    factories.set_policy(has_partners=True)
    key = SigningKey.objects.filter(retired_at=None).first()
    key = key or SigningKey.objects.create(public_key="a" * 64, seed="b" * 64)
    number = next(_number)
    now = timezone.now()
    defaults: dict[str, Any] = {
        "site": f"https://crown{number}.example",
        "name": name,
        "phone": "555 0199",
        "public_key": f"{number:064x}",
        "our_key": key,
        "state": PartnerState.LIVE,
        "compared_at": now,
        "live_at": now,
    }
    return Partner.objects.create(**defaults | fields)


def ask_of(**values: Any) -> ReferralAsk:
    """Groceries for two in Saltmarsh, to be answered within two days."""
    defaults: dict[str, Any] = {
        "referral": uuid4(),
        "category": "groceries",
        "category_name": "Groceries",
        "area": "Saltmarsh",
        "urgency": 3,
        "until": timezone.localdate() + timedelta(days=7),
        "week_parts": 63,
        "languages": ("en", "es"),
        "people_count": 2,
        "helpers_wanted": 1,
        "answer_by": timezone.now() + timedelta(days=2),
    }
    return ReferralAsk(**defaults | values)


def contact_of(referral: UUID, **values: Any) -> ReferralContact:
    """Noor's, who may be written to by e-mail."""
    defaults: dict[str, Any] = {
        "name": "Noor",
        "phone": "+1 608 555 0142",
        "email": "noor@people.example",
        "address": "5 Canal Walk",
        "channels": "email,call",
        "times": "after 6",
        "language": "en",
        "notes": "No pork, please",
    }
    return ReferralContact(referral, **defaults | values)


def comes(partner: Partner, message: Message) -> None:
    """Take up a message of theirs, as the inbox does."""
    receiver = receiver_of(message.kind)
    assert receiver is not None
    with transaction.atomic():
        receiver[1](partner, message)


def asked(partner: Partner, **values: Any) -> IncomingReferral:
    """A need that they ask us about, in an area and of a kind that we know."""
    factories.locality("saltmarsh")
    factories.category()
    for code in ("en", "es"):
        factories.language(code)
    message = ask_of(**values)
    comes(partner, message)
    return IncomingReferral.objects.get(partner=partner, public_id=message.referral)


def accepted(partner: Partner, *, by: User, **values: Any) -> IncomingReferral:
    """One that we said yes to."""
    referral = asked(partner, **values)
    say_yes(referral, by=by)
    return anew(referral)


def received(partner: Partner, *, by: User, **contact: Any) -> IncomingReferral:
    """One whose neighbour is here: an ask that a coordinator is to read."""
    referral = accepted(partner, by=by)
    comes(partner, contact_of(referral.public_id, **contact))
    sweep()
    return anew(referral)


def anew(referral: IncomingReferral) -> IncomingReferral:
    """The same, as the database has it now."""
    related = IncomingReferral.objects.select_related("partner", "ask", "need")
    return related.get(pk=referral.pk)


def sent(partner: Partner, *kinds: str) -> list[dict[str, Any]]:
    """What we wrote to them, of these kinds or all, the oldest first."""
    rows = OutgoingMessage.objects.filter(partner=partner).order_by("pk")
    return [json.loads(row.body) for row in rows if not kinds or row.kind in kinds]


def told(partner: Partner) -> list[str]:
    """The statuses that we told them, the oldest first."""
    return [one["state"] for one in _statuses(partner)]


def versions(partner: Partner) -> list[int]:
    """The versions they came with."""
    return [one["version"] for one in _statuses(partner)]


def _statuses(partner: Partner) -> list[dict[str, Any]]:
    return sent(partner, "referral.status")
