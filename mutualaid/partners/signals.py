"""What other parts of this room, and rooms above, hear of a partner; sent in the transaction it is about."""

from django.dispatch import Signal

partner_ended = Signal()
"""Sent with `partner`: the group helps with this one no more. What is live with it has to end."""
