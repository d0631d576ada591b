"""What other apps may react to; sent inside the transaction."""

from django.dispatch import Signal

offer_opened = Signal()
"""Offers were made, changed or resumed. Sent with `offers`."""

look_at_once = Signal()
"""Its volunteer waits to see what fits their `offer`. Sent outside the transaction that wrote it."""

most_needed = Signal()
"""Which categories are needed most near `areas`, or everywhere if there are none?

Receivers return ids, the most needed first.
"""
