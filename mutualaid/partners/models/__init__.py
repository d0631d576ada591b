from mutualaid.partners.models.call import CallCount, Coming, IncomingCall, OutgoingCall
from mutualaid.partners.models.key import SigningKey
from mutualaid.partners.models.messages import IncomingMessage, OutgoingMessage
from mutualaid.partners.models.partner import Partner
from mutualaid.partners.models.referral import IncomingReferral, OutgoingReferral
from mutualaid.partners.models.witness import WitnessedSeal

__all__ = [
    "CallCount",
    "Coming",
    "IncomingCall",
    "IncomingMessage",
    "IncomingReferral",
    "OutgoingCall",
    "OutgoingMessage",
    "OutgoingReferral",
    "Partner",
    "SigningKey",
    "WitnessedSeal",
]
