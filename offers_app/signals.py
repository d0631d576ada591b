"""What other apps may react to; sent inside the transaction."""

from django.dispatch import Signal

offer_opened = Signal()
"""An offer was made, changed or resumed. Sent with `offer`."""
