"""Signals about messages, sent inside the transaction of the action, for the apps above this one."""

from django.dispatch import Signal

call_made = Signal()
"""Someone of the team made a call of the call list.

Sent with `call`, `outcome`, `next_try` (a time, or None) and `by`. A receiver returns True where it has
written it into the contact log of whom it was about.
"""
