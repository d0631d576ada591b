"""What this room tells the ones above it, inside the transaction."""

from django.dispatch import Signal

offer_opened = Signal()
"""An offer was made, changed or resumed. Sent with `offer`."""
