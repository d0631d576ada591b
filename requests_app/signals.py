"""The signals of a need, for packages above this one. Sent inside the transaction, with `need`."""

from django.dispatch import Signal

need_changed = Signal()
"""Others may fit the need than when it was matched."""

need_opened = Signal()
"""The need became open, or open again."""

help_confirmed = Signal()
"""The neighbour said that help arrived. Sent with the `claims` that were confirmed just now."""
