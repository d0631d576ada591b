from requests_app.models.access_log import AccessLogEntry
from requests_app.models.ask import Ask, Erased
from requests_app.models.claim import Claim
from requests_app.models.contact import AskContact, AskContactPoint, Channel
from requests_app.models.event import NeedEvent
from requests_app.models.exclusion import Exclusion
from requests_app.models.link import PrivateLink
from requests_app.models.link_recovery import LinkRecoveryRequest
from requests_app.models.need import Need, NeedMerge, NeedNotes
from requests_app.models.series import Series

__all__ = [
    "AccessLogEntry",
    "Ask",
    "AskContact",
    "AskContactPoint",
    "Channel",
    "Claim",
    "Erased",
    "Exclusion",
    "LinkRecoveryRequest",
    "Need",
    "NeedEvent",
    "NeedMerge",
    "NeedNotes",
    "PrivateLink",
    "Series",
]
