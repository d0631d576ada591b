"""Which steps an offer can take."""

from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OfferState(TextChoices):
    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")


class Move(NamedTuple):
    sources: tuple[str, ...]
    target: str


OFFER_MOVES = {
    "pause": Move((OfferState.ACTIVE, OfferState.PAUSED), OfferState.PAUSED),
    "resume": Move((OfferState.PAUSED,), OfferState.ACTIVE),
}
