"""What came of a message, in words: on which ways it went, and what came back."""

from django.utils.translation import gettext as _

from mutualaid.notify.channels import CHANNELS
from mutualaid.notify.models import Attempt


def fate_of(attempt: Attempt) -> str:
    """One way and how it stands, such as "E-mail (did not arrive)"."""
    way = CHANNELS[attempt.channel].label if attempt.channel in CHANNELS else attempt.channel
    return _("%(way)s (%(state)s)") % {"way": way, "state": attempt.get_state_display()}
