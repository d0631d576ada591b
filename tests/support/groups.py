"""Neighbouring groups as rows, and what they are asked about, without a word over the wire."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from mutualaid.partners.models import OutgoingReferral, Partner, SigningKey
from mutualaid.partners.states import HELP_THERE, LIVE_OUTGOING, OutgoingState, PartnerState
from requests_app.actions import refer_need
from requests_app.lifecycle.actors import SITE
from requests_app.models import Need
from requests_app.states import NeedState
from tests.support import factories

_number = count(1)
O = OutgoingState  # noqa: E741


def live_group(name: str = "Crown Heights", **fields: Any) -> Partner:
    """A group that we help each other with, since today. Turns the switch on."""
    factories.set_policy(has_partners=True)
    number, now = next(_number), timezone.now()
    ours = SigningKey.objects.filter(retired_at=None).first()
    key = ours or SigningKey.objects.create(public_key="ab" * 32, seed="cd" * 32)
    return Partner.objects.create(
        **{
            "site": f"https://group{number}.example",
            "name": name,
            "phone": "608 555 0150",
            "about": "Neighbours on the hill.",
            "public_key": f"{number:064x}",
            "our_key": key,
            "state": PartnerState.LIVE,
            "compared_at": now,
            "live_at": now,
        }
        | fields
    )


def askable_need(**fields: Any) -> Need:
    """A need of which its neighbour said that other groups may be asked."""
    if "of" in fields:
        return factories.need(**fields)
    return factories.need(may_ask_partners=True, **fields)


def asked(need: Need, partner: Partner, state: str = O.ASKED, **fields: Any) -> OutgoingReferral:
    """What this group is asked about a need, in any state; the need rests meanwhile as it does then."""
    now = timezone.now()
    consented = now if state in (*HELP_THERE, O.CONFIRMED, O.UNMET) else None
    if state in LIVE_OUTGOING and need.state == NeedState.OPEN:
        refer_need(need, until=timezone.localdate() + timedelta(days=2), by=SITE)
    return OutgoingReferral.objects.create(
        **{
            "need": need,
            "partner": partner,
            "state": state,
            "answer_by": now + timedelta(days=1),
            "consented_at": consented,
            "contact_sent_at": consented,
            "ended_at": None if state in LIVE_OUTGOING else now,
        }
        | fields
    )
