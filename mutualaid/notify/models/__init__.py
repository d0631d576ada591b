from mutualaid.notify.models.notification import (
    LEASE,
    STUCK,
    AccountMail,
    CallTask,
    Notification,
    new_message_id,
)
from mutualaid.notify.models.preferences import Device, Preferences, Suppression

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
