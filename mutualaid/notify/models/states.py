"""The states of a message, as its reader sees them on their own page."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MessageState(TextChoices):
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    TO_CALL = "to_call", _("a coordinator rings")
    UNCERTAIN = "uncertain", _("may or may not have arrived")
    CANCELLED = "cancelled", _("no longer needed")
    FAILED = "failed", _("given up")
