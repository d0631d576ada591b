from mutualaid.notify.models.account_mail import AccountMail
from mutualaid.notify.models.call import CallTask
from mutualaid.notify.models.device import Device
from mutualaid.notify.models.notification import LEASE, STUCK, Notification, new_message_id
from mutualaid.notify.models.preferences import Preferences
from mutualaid.notify.models.suppression import Suppression

__all__ = [
    "LEASE",
    "STUCK",
    "AccountMail",
    "CallTask",
    "Device",
    "Notification",
    "Preferences",
    "Suppression",
    "new_message_id",
]
