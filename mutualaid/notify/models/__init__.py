from mutualaid.notify.models.account_mail import AccountMail
from mutualaid.notify.models.call import CallTask
from mutualaid.notify.models.device import Device
from mutualaid.notify.models.door import ClosedDoor
from mutualaid.notify.models.notification import LEASE, STUCK, Notification, new_message_id
from mutualaid.notify.models.preferences import Preferences

__all__ = [
    "LEASE",
    "STUCK",
    "AccountMail",
    "CallTask",
    "ClosedDoor",
    "Device",
    "Notification",
    "Preferences",
    "new_message_id",
]
