"""The signals of needs and asks, for packages above this one. Those of a need are sent in its transaction."""

from django.dispatch import Signal

need_changed = Signal()
"""Others may fit the need than when it was matched."""

need_opened = Signal()
"""The need became open, or open again."""

help_confirmed = Signal()
"""The neighbour said that help arrived. Sent with the `claims` that were confirmed just now."""

partners_refused = Signal()
"""A neighbour took back that other groups may be asked about their `ask`. Sent in its transaction."""

ask_changed = Signal()
"""These `fields` of the `ask`, which all its needs share, were changed. Sent in its transaction."""

no_longer_referred = Signal()
"""These `needs` were passed on to others, and are not any more: their state says what became of them."""

ask_copied = Signal()
"""A neighbour downloads what we hold about their `ask`: receivers return theirs, as a dict for JSON."""

ask_sent = Signal()
"""A neighbour sent an `ask` on its pages, from these `answers` of their draft. Sent in its transaction."""
