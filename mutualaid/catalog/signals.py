"""The signals of the catalogue, for packages above it, sent inside the transaction."""

from django.dispatch import Signal

areas_measured = Signal()
"""These areas, by `ids`, lie elsewhere than before, or hold other areas: others are near them."""
