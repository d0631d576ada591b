"""What this room tells the ones above it, inside the transaction."""

from django.dispatch import Signal

need_opened = Signal()
"""A need became open, or open again. Sent with `need`."""
