"""Neighbouring groups as rows, and what they are asked about, without a word over the wire."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from mutualaid.partners.models import OutgoingReferral, Partner
from mutualaid.partners.states import HELP_THERE, LIVE_OUTGOING, OutgoingState
from requests_app.actions import refer_need
from requests_app.lifecycle.actors import SITE
from requests_app.models import Need
from requests_app.states import NeedState
from tests.support import factories, partners

O = OutgoingState  # noqa: E741
live_group = partners.live_group


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
