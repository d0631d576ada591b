"""Which transitions an offer can take."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from mutualaid.transitions import Transition


class OfferState(TextChoices):
    ACTIVE = "active", _("active")
    NEEDS_RECONFIRM = "needs_reconfirm", _("active, asked whether it still holds")
    PAUSED = "paused", _("paused")
    WITHDRAWN = "withdrawn", _("taken back")
    ASKED = "asked", _("from a list; asked whether they want to help")


S = OfferState

COUNTS = (S.ACTIVE, S.NEEDS_RECONFIRM)
"""Needs are matched with it: also while its volunteer is asked whether it still holds."""

OFFER_TRANSITIONS = {
    "agree": Transition((S.ASKED,), S.ACTIVE),
    "renew": Transition((S.NEEDS_RECONFIRM, S.WITHDRAWN, S.ASKED), S.ACTIVE),
    "ask_to_reconfirm": Transition((S.ACTIVE,), S.NEEDS_RECONFIRM),
    "keep": Transition(COUNTS, S.ACTIVE),
    "pause": Transition((*COUNTS, S.PAUSED), S.PAUSED),
    "resume": Transition((S.PAUSED,), S.ACTIVE),
    "withdraw": Transition((*COUNTS, S.PAUSED), S.WITHDRAWN),
}
