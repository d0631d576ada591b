from requests_app.models.access_log import AccessLogEntry
from requests_app.models.claim import Claim
from requests_app.models.contact import Channel, NeedContact
from requests_app.models.event import NeedEvent
from requests_app.models.exclusion import Exclusion
from requests_app.models.link import PrivateLink
from requests_app.models.link_recovery import LinkRecoveryRequest
from requests_app.models.need import Need
from requests_app.models.series import Series

__all__ = [
    "AccessLogEntry",
    "Channel",
    "Claim",
    "Exclusion",
    "LinkRecoveryRequest",
    "Need",
    "NeedContact",
    "NeedEvent",
    "PrivateLink",
    "Series",
]
