from requests_app.models.claim import Claim
from requests_app.models.contact import NeedContact
from requests_app.models.event import NeedEvent
from requests_app.models.link import PrivateLink
from requests_app.models.look import ContactLook
from requests_app.models.need import Need
from requests_app.models.series import Series

__all__ = ["Claim", "ContactLook", "Need", "NeedContact", "NeedEvent", "PrivateLink", "Series"]
