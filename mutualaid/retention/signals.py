"""What rooms above this one hear of erasing."""

from django.dispatch import Signal

rows_ending = Signal()
"""Rows with these `pks` are about to be erased, in the transaction that does so; `sender` is their model."""
