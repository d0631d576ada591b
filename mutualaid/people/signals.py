"""What this room tells the ones above it, inside the transaction.

A receiver may answer with a sentence about what it ended; whoever decided about the person reads it.
"""

from django.dispatch import Signal

person_deactivated = Signal()
"""A person was switched off: all that they were to do ends. Sent with `user` and `by`."""

person_blocked = Signal()
"""A contact point of this person was blocked: what they are doing ends. Sent with `user` and `by`."""

standing_changed = Signal()
"""The group knows this person now, or not any more (`User.vetted`). Sent with `user`."""
