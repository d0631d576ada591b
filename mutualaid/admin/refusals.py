"""What an action refuses, in words for the coordinator who tried it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.transitions import StateChanged

Words = str | Promise
Refusals = Mapping[type[Exception], Words]
CHANGED = _("This has changed in the meantime. Here is how it stands.")
REFUSALS: Refusals = {StateChanged: CHANGED}
"""Those that every room knows; a room adds its own."""


def words_for(refusal: Exception, refusals: Refusals) -> str:
    """The words of the nearest class of `refusal`; it is one of `refusals`."""
    return next(str(refusals[kind]) for kind in type(refusal).__mro__ if kind in refusals)
