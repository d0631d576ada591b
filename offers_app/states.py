"""Which steps an offer can take."""

from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OfferState(TextChoices):
    ACTIVE = "active", _("active")
    NEEDS_RECONFIRM = "needs_reconfirm", _("active, asked whether it still holds")
    PAUSED = "paused", _("paused")
    WITHDRAWN = "withdrawn", _("taken back")


class Move(NamedTuple):
    sources: tuple[str, ...]
    target: str


S = OfferState

COUNTS = (S.ACTIVE, S.NEEDS_RECONFIRM)
"""Needs are matched with it: a question alone takes nobody off the list."""

OFFER_MOVES = {
    "renew": Move((S.NEEDS_RECONFIRM, S.WITHDRAWN), S.ACTIVE),
    "ask": Move((S.ACTIVE,), S.NEEDS_RECONFIRM),
    "keep": Move(COUNTS, S.ACTIVE),
    "pause": Move((*COUNTS, S.PAUSED), S.PAUSED),
    "resume": Move((S.PAUSED,), S.ACTIVE),
    "withdraw": Move((*COUNTS, S.PAUSED), S.WITHDRAWN),
}
