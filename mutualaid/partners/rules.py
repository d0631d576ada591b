"""What may be asked of partners, and whom they are shown to."""

from django.db.models import Q

from mutualaid.partners.models import IncomingReferral, Partner
from mutualaid.partners.states import PartnerState
from mutualaid.policy.current import current_policy
from requests_app.models import Ask

FROM_A_PARTNER = "partner:"
"""How the `source` of an ask begins that a partner passed on; it stays when all else is erased."""
FROM_PARTNERS = Q(ask__source__startswith=FROM_A_PARTNER) | Q(
    came_with__source__startswith=FROM_A_PARTNER
)
"""Needs that a partner passed on, whichever ask of the household they are kept with now."""
MOST_OPEN = 200
"""Needs of one partner that may be open here at once."""


def has_partners() -> bool:
    """Whether the group works with other groups at all."""
    return current_policy().has_partners


def is_live(partner: Partner) -> bool:
    """Whether we exchange needs with this partner now."""
    return has_partners() and partner.state == PartnerState.LIVE


def source_of(partner: Partner) -> str:
    """Return the `source` of asks that this partner passes on."""
    return f"{FROM_A_PARTNER}{partner.public_id.hex}"


def is_from_partner(ask: Ask) -> bool:
    """Whether a partner passed it on: then it is handed to no other group."""
    return ask.source.startswith(FROM_A_PARTNER)


def has_too_many_open(partner: Partner) -> bool:
    """Whether no more needs of this partner are taken until some of those here have ended."""
    return IncomingReferral.objects.live().filter(partner=partner).count() >= MOST_OPEN
