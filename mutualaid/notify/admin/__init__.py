from mutualaid.notify.admin.calls import CallTaskAdmin
from mutualaid.notify.admin.messages import NotificationAdmin

__all__ = ["CallTaskAdmin", "NotificationAdmin"]
