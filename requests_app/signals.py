"""What this room tells the ones above it, inside the transaction."""

from django.dispatch import Signal

need_changed = Signal()
"""A need is not what it was when it was matched. Sent with `need`."""

need_opened = Signal()
"""A need became open, or open again. Sent with `need`."""
