from requests_app.models.access import (
    AccessLogEntry,
    Exclusion,
    LinkRecoveryRequest,
    PrivateLink,
)
from requests_app.models.ask import Ask, AskContact, AskContactPoint, Channel, Erased, WhomToCall
from requests_app.models.claim import Claim, live_needs
from requests_app.models.contact_log import ContactLogEntry
from requests_app.models.event import NeedEvent
from requests_app.models.need import Need, NeedMerge, NeedNotes
from requests_app.models.series import Series

__all__ = [
    "AccessLogEntry",
    "Ask",
    "AskContact",
    "AskContactPoint",
    "Channel",
    "Claim",
    "ContactLogEntry",
    "Erased",
    "Exclusion",
    "LinkRecoveryRequest",
    "Need",
    "NeedEvent",
    "NeedMerge",
    "NeedNotes",
    "PrivateLink",
    "Series",
    "WhomToCall",
    "live_needs",
]
