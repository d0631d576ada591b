from requests_app.models.claim import Claim
from requests_app.models.contact import Channel, NeedContact
from requests_app.models.event import NeedEvent
from requests_app.models.exclusion import Exclusion
from requests_app.models.link import PrivateLink
from requests_app.models.look import ContactLook
from requests_app.models.lost import LostLink
from requests_app.models.need import Need
from requests_app.models.series import Series

__all__ = [
    "Channel",
    "Claim",
    "ContactLook",
    "Exclusion",
    "LostLink",
    "Need",
    "NeedContact",
    "NeedEvent",
    "PrivateLink",
    "Series",
]
