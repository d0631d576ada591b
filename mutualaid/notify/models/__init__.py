from mutualaid.notify.models.account_mail import AccountMail
from mutualaid.notify.models.attempt import Attempt
from mutualaid.notify.models.call import CallTask
from mutualaid.notify.models.notification import LEASE, STUCK, Notification, new_message_id
from mutualaid.notify.models.preferences import Device, Preferences, Suppression

__all__ = [
    "LEASE",
    "STUCK",
    "AccountMail",
    "Attempt",
    "CallTask",
    "Device",
    "Notification",
    "Preferences",
    "Suppression",
    "new_message_id",
]
