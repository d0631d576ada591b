"""A need that Crown Heights asks us about, and its way here.

crown = referrals.partner()                       # live
referral = referrals.asked(crown)                 # groceries in Saltmarsh
referrals.received(crown, by=carla)               # we said yes, contact came, the ask is made
referrals.comes(crown, ReferralErase(…))          # a message of theirs, as the inbox gives it to us
referrals.sent(crown, "referral.status")          # what we wrote to them, as the outbox holds it
"""

from typing import Any
from uuid import UUID

from mutualaid.partners.actions.answering import say_yes
from mutualaid.partners.models import IncomingReferral, OutgoingMessage, Partner
from mutualaid.partners.protocol import wire
from mutualaid.partners.protocol.messages import Message, ReferralContact, ReferralStatus
from mutualaid.partners.sweep import sweep
from mutualaid.people.models import User
from requests_app.actions import assign_need, publish_need
from requests_app.lifecycle.actors import coordinator
from requests_app.models import AskContact, Claim, Need
from tests.support import factories, partners

partner, comes = partners.live_group, partners.comes


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


def asked(partner: Partner, **values: Any) -> IncomingReferral:
    """A need that they ask us about, in an area and of a kind that we know."""
    factories.locality("saltmarsh")
    factories.category()
    for code in ("en", "es"):
        factories.language(code)
    message = partners.an_ask(**values)
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


def of(referral: IncomingReferral) -> Need:
    """The need that was made of it, as the database has it now."""
    need = anew(referral).need
    assert need is not None
    return need


def claimed(referral: IncomingReferral, by: User) -> Claim:
    """Let its need be published and assigned to them."""
    publish_need(of(referral), by=coordinator(by))
    return assign_need(of(referral), to=by, by=coordinator(by))


def names() -> set[str]:
    """What those are called whose contact is here."""
    return {contact.name for contact in AskContact.objects.all()}


def sent(partner: Partner, *kinds: str) -> list[Message]:
    """What we wrote to them, of these kinds or all, the oldest first."""
    rows = OutgoingMessage.objects.filter(partner=partner).order_by("pk")
    return [wire.read(row.body.encode())[1] for row in rows if not kinds or row.kind in kinds]


def told(partner: Partner) -> list[str]:
    """The statuses that we told them, the oldest first."""
    return [message.state for message in _statuses(partner)]


def versions(partner: Partner) -> list[int]:
    """The versions they came with."""
    return [message.version for message in _statuses(partner)]


def _statuses(partner: Partner) -> list[ReferralStatus]:
    return [one for one in sent(partner) if isinstance(one, ReferralStatus)]
