"""The states of a partner, of a referral on either side, and of what goes between, and what leads where.

The pictures in mutualaid/docs/life.md are tested against this.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mutualaid.transitions import Transition


class PartnerState(TextChoices):
    READ = "read", _("the digits of its key are to be compared")
    COMPARED = "compared", _("the group has to agree")
    LIVE = "live", _("we help each other")
    PAUSED = "paused", pgettext_lazy("partner", "paused")
    ENDED = "ended", pgettext_lazy("partner", "ended")


P = PartnerState
PARTNER_TRANSITIONS = {
    "compare": Transition((P.READ,), P.COMPARED),
    "agree": Transition((P.COMPARED,), P.LIVE),
    "pause": Transition((P.LIVE,), P.PAUSED),
    "resume": Transition((P.PAUSED,), P.LIVE),
    "end": Transition((P.READ, P.COMPARED, P.LIVE, P.PAUSED), P.ENDED),
}


class OutgoingState(TextChoices):
    """Of a need of ours that a partner is asked about."""

    ASKED = "asked", pgettext_lazy("referral", "asked")
    DECLINED = "declined", pgettext_lazy("referral", "they said no")
    SILENT = "silent", pgettext_lazy("referral", "no answer in time")
    ACCEPTED = "accepted", pgettext_lazy("referral", "they said yes; the neighbour is asked")
    NOT_WANTED = "not_wanted", pgettext_lazy("referral", "the neighbour didn't agree")
    AGREED = "agreed", pgettext_lazy("referral", "contact details go there")
    TAKEN = "taken", pgettext_lazy("referral", "someone there is coming")
    DONE = "done", pgettext_lazy("referral", "done there")
    CONFIRMED = "confirmed", pgettext_lazy("referral", "help arrived")
    UNMET = "unmet", pgettext_lazy("referral", "they could not help after all")
    NOT_NEEDED = "not_needed", pgettext_lazy("referral", "not needed any more")
    WITHDRAWN = "withdrawn", pgettext_lazy("referral", "taken back")


O = OutgoingState  # noqa: E741
HELP_THERE = (O.AGREED, O.TAKEN, O.DONE)
"""Contact details are there or on their way, and help is looked for or coming."""
LIVE_OUTGOING = (O.ASKED, O.ACCEPTED, *HELP_THERE)
"""The need rests here meanwhile."""
OUTGOING_TRANSITIONS = {
    "accept": Transition((O.ASKED,), O.ACCEPTED),
    "decline": Transition((O.ASKED, O.ACCEPTED), O.DECLINED),
    "fall_silent": Transition((O.ASKED, O.ACCEPTED), O.SILENT),
    "do_not_want": Transition((O.ACCEPTED,), O.NOT_WANTED),
    "consent": Transition((O.ACCEPTED,), O.AGREED),
    "take": Transition(HELP_THERE, O.TAKEN),
    "release": Transition(HELP_THERE, O.AGREED),
    "do": Transition(HELP_THERE, O.DONE),
    "confirm": Transition(HELP_THERE, O.CONFIRMED),
    "fail": Transition(HELP_THERE, O.UNMET),
    "drop": Transition(HELP_THERE, O.NOT_NEEDED),
    "withdraw": Transition(LIVE_OUTGOING, O.WITHDRAWN),
}


class TakenBack(TextChoices):
    """Why a need of ours is not asked of a group any more, where it did not say no itself."""

    NEIGHBOUR = "neighbour", pgettext_lazy("taken back", "the neighbour changed their mind")
    COORDINATOR = "coordinator", pgettext_lazy("taken back", "a coordinator took it back")
    NEED = "need", pgettext_lazy("taken back", "it goes on here, or is over")
    RULES = "rules", pgettext_lazy("taken back", "it may not be asked of other groups any more")
    PARTNER = "partner", pgettext_lazy("taken back", "we don't exchange needs with that group now")


class IncomingState(TextChoices):
    """Of a need of a partner that we are asked about."""

    ASKED = "asked", pgettext_lazy("referral here", "to be answered")
    DECLINED = "declined", pgettext_lazy("referral here", "we said no")
    SILENT = "silent", pgettext_lazy("referral here", "not answered in time")
    ACCEPTED = (
        "accepted",
        pgettext_lazy("referral here", "we said yes; the neighbour there is asked"),
    )
    RECEIVED = "received", pgettext_lazy("referral here", "we look for someone")
    CONFIRMED = "confirmed", pgettext_lazy("referral here", "help arrived")
    UNMET = "unmet", pgettext_lazy("referral here", "we could not help after all")
    NOT_NEEDED = "not_needed", pgettext_lazy("referral here", "not needed any more")
    WITHDRAWN = "withdrawn", pgettext_lazy("referral here", "taken back there")


I = IncomingState  # noqa: E741
LIVE_INCOMING = (I.ASKED, I.ACCEPTED, I.RECEIVED)
ENDED_HERE = (I.CONFIRMED, I.UNMET, I.NOT_NEEDED)
"""How the need ended here. A coordinator may open it again."""
INCOMING_TRANSITIONS = {
    "accept": Transition((I.ASKED,), I.ACCEPTED),
    "decline": Transition((I.ASKED, I.ACCEPTED), I.DECLINED),
    "fall_silent": Transition((I.ASKED,), I.SILENT),
    "receive": Transition((I.ACCEPTED,), I.RECEIVED),
    "confirm": Transition((I.RECEIVED,), I.CONFIRMED),
    "fail": Transition((I.RECEIVED,), I.UNMET),
    "drop": Transition((I.RECEIVED,), I.NOT_NEEDED),
    "reopen": Transition(ENDED_HERE, I.RECEIVED),
    "withdraw": Transition(LIVE_INCOMING, I.WITHDRAWN),
}


class DeclineReason(TextChoices):
    """Why a group says no. Any of them is fine."""

    NO_ONE_FREE = "no_one_free", _("no one is free")
    TOO_FAR = "too_far", _("it is too far")
    NOT_OURS = "not_ours", _("we don't do this kind of help")
    TOO_MANY = "too_many", _("we have too much to do already")
    OTHER = "other", _("another reason")


class StatusThere(TextChoices):
    """How it stands with a need at the group that helps, as its `referral.status` says."""

    LOOKING = "looking", pgettext_lazy("referral", "they look for someone")
    TAKEN = "taken", pgettext_lazy("referral", "someone there is coming")
    DONE = "done", pgettext_lazy("referral", "done there")
    CONFIRMED = "confirmed", pgettext_lazy("referral", "help arrived")
    UNMET = "unmet", pgettext_lazy("referral", "they could not help after all")
    NOT_NEEDED = "not_needed", pgettext_lazy("referral", "not needed any more")


class MessageState(TextChoices):
    """Of a message to a partner."""

    WAITING = "waiting", pgettext_lazy("to a partner", "waiting")
    SENT = "sent", pgettext_lazy("to a partner", "sent")
    REFUSED = "refused", pgettext_lazy("to a partner", "refused")
    GIVEN_UP = "given_up", pgettext_lazy("to a partner", "given up")
    CANCELLED = "cancelled", pgettext_lazy("to a partner", "no longer needed")
