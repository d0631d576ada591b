"""What an action refuses, in a sentence for the coordinator who tried it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.transitions import StateChanged

Text = str | Promise
Refusals = Mapping[type[Exception], Text]
CHANGED = _("This has changed in the meantime. Here's how things stand.")
REFUSALS: Refusals = {StateChanged: CHANGED}
"""Refusals that every room knows; a room adds its own."""


def sentence_for(refusal: Exception, refusals: Refusals) -> str:
    """Return the sentence of the nearest class of `refusal` in its method resolution order.

    Raises `StopIteration` where none of its classes is in `refusals`.
    """
    return next(str(refusals[kind]) for kind in type(refusal).__mro__ if kind in refusals)
