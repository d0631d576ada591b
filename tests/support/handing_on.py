"""A need of ours that neighbouring groups are asked about, and what they say, as the inbox gives it to us.

crown = handing_on.group()                   # live
need = handing_on.need()                     # Ana's groceries; groups may be asked
referral = handing_on.asked(need, crown)     # the site asked; `accepted`, `agreed` and `taken` go on
handing_on.says(crown, ReferralAnswer(…))    # a message of theirs
handing_on.told(crown)                       # the kinds of what we wrote to them, in order
"""

from datetime import timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from mutualaid.matching.models import NeedSearch
from mutualaid.notify.registry import compose
from mutualaid.partners.actions import referring
from mutualaid.partners.models import OutgoingMessage, OutgoingReferral, Partner
from mutualaid.partners.protocol import wire
from mutualaid.partners.protocol.messages import (
    ReferralAnswer,
    ReferralContact,
    ReferralErased,
    ReferralStatus,
)
from mutualaid.partners.registry import settled
from mutualaid.partners.states import MessageState
from requests_app.lifecycle.actors import SITE
from requests_app.models import Ask, Need
from tests.support import factories, partners
from tests.support.claims import sent

group, says = partners.live_group, partners.comes
R = TypeVar("R", bound=Model)
ANA = factories.ANA.__class__(
    name="Ana",
    phone="608 555 0100",
    email="ana@people.example",
    address="7 Hill Road",
    channels="email,call",
    times="mornings",
)


def ask(*needs: Any, ticked: bool = True, **fields: Any) -> Ask:
    """An ask by Ana, who ticked that neighbouring groups may be asked too."""
    made = factories.ask(*needs, **{"contact": ANA, **fields})
    Ask.objects.filter(pk=made.pk).update(may_ask_partners=ticked)
    return Ask.objects.get(pk=made.pk)


def need(*, ticked: bool = True, **fields: Any) -> Need:
    """The only need of such an ask, for three in the mornings, with words for the helper."""
    task = {"notes": "Ring twice", "people_count": 3, **fields}
    shared = {name: task.pop(name) for name in list(task) if name not in factories.OF_THE_NEED}
    made: Need = ask(factories.details(**task), ticked=ticked, **shared).needs.get()
    return made


def all_invited(need: Need) -> None:
    """No one is left to invite, and the matcher has looked since."""
    later = timezone.now() + timedelta(hours=1)
    Need.objects.filter(pk=need.pk).update(match_due_at=later)
    NeedSearch.objects.update_or_create(need=need, defaults={"handed_over_at": timezone.now()})


def asked(need: Need, partner: Partner) -> OutgoingReferral:
    return referring.ask_partner(need, partner, by=SITE)


def accepted(need: Need, partner: Partner) -> OutgoingReferral:
    """The group said yes, and the neighbour is asked."""
    referral = asked(need, partner)
    deliver(partner)
    says(partner, ReferralAnswer(referral.public_id, accepted=True))
    return anew(referral)


def agreed(need: Need, partner: Partner) -> OutgoingReferral:
    """The neighbour said yes too, and the contact details have arrived there."""
    referral = accepted(need, partner)
    referring.consent(referral)
    deliver(partner)
    return anew(referral)


def taken(need: Need, partner: Partner) -> OutgoingReferral:
    """Someone there is coming."""
    referral = agreed(need, partner)
    stands(referral, "taken", 1)
    return anew(referral)


def answer(referral: OutgoingReferral, *, yes: bool, reason: str = "") -> None:
    """Let the group answer what it was asked."""
    given = ReferralAnswer(referral.public_id, accepted=yes, reason=reason)
    says(referral.partner, given)


def stands(referral: OutgoingReferral, state: str, version: int) -> None:
    """Let the group tell how it stands there."""
    says(referral.partner, ReferralStatus(referral.public_id, state=state, version=version))


def erased(referral: OutgoingReferral) -> None:
    """Let the group say that it erased all it held."""
    says(referral.partner, ReferralErased(referral.public_id, at=timezone.now()))


def deliver(partner: Partner, state: str = MessageState.SENT, kind: str = "") -> None:
    """Let what waits for a group, or that of one kind, end so, as the delivery does it."""
    rows = OutgoingMessage.objects.filter(partner=partner, state=MessageState.WAITING)
    for message in rows.filter(kind=kind) if kind else rows:
        with transaction.atomic():
            message.state, message.body, message.settled_at = state, "", timezone.now()
            message.tries += 1
            message.save()
            settled(message)


def told(partner: Partner) -> list[str]:
    """The kinds of what was written to a group and not cancelled, in the order in which it goes."""
    rows = OutgoingMessage.objects.filter(partner=partner).exclude(state=MessageState.CANCELLED)
    kinds = rows.order_by("pk").values_list("kind", flat=True)
    return [kind.removeprefix("referral.") for kind in kinds]


def waiting_contact(partner: Partner) -> dict[str, Any]:
    """What the contact details say that wait for a group, as they go out."""
    message = OutgoingMessage.objects.get(
        partner=partner, kind=ReferralContact.kind, state=MessageState.WAITING
    )
    return said_in(message)


def said_in(message: OutgoingMessage) -> dict[str, Any]:
    """What a message says, as the other site reads it."""
    _message_id, said = wire.read(message.body.encode())
    return vars(said)


def anew(row: R) -> R:
    """The row as the database has it now."""
    return type(row)._default_manager.get(pk=row.pk)


def state(referral: OutgoingReferral) -> str:
    """The state of the referral, as the database has it now."""
    return anew(referral).state


def says_to_neighbour(kind: str, need: Need) -> str:
    """Of which group the only message of this kind tells the neighbour, if it is still true."""
    assert sent(kind) == 1
    message = compose(kind, need.pk)
    return str(message.context["partner"]) if message else ""


def time_is_over(referral: OutgoingReferral) -> None:
    """Let the time to answer be over."""
    past = timezone.now() - timedelta(minutes=1)
    OutgoingReferral.objects.filter(pk=referral.pk).update(answer_by=past)
