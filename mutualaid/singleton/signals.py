"""What a change of such a row sets off elsewhere."""

from django.dispatch import Signal

row_changed = Signal()
"""Sent inside the transaction, with `sender`, the model of the row, and `change`, the new entry."""
