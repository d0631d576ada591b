"""Why no neighbouring group can be asked about a need, in sentences for coordinators."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from mutualaid.partners import rules
from mutualaid.partners.actions.referring import live_referral
from mutualaid.partners.models import IncomingReferral
from requests_app.access.exclusions import household_of
from requests_app.models import Exclusion, Need
from requests_app.states import NeedState


def reasons_against(need: Need) -> Iterator[str]:
    """Yield what stands against asking another group about a need now, all of it."""
    asks = household_of(need.ask)
    if asks.filter(may_ask_partners=False).exists():
        yield _("The neighbour has not said that neighbouring groups may be asked.")
    if need.category.sensitive or asks.filter(veiled=True).exists():
        yield _("It is a private kind of help.")
    if (
        Exclusion.objects.filter(ask__in=asks).exists()
        or rules.has_words_on_whom_to_keep_it_from(need.ask)
    ):
        yield _("There is someone who must not find out.")
    if IncomingReferral.objects.filter(ask__in=asks).exists():
        yield _("It came from a neighbouring group. It is not handed on once more.")
    if referral := live_referral(need):
        yield _("%(group)s is being asked just now.") % {"group": referral.partner}
    elif need.state != NeedState.OPEN or need.claims.live().exists():
        yield _("Only a need that is open and to which no one has said yes can be asked elsewhere.")
    elif not rules.partners_to_ask(need):
        yield _("No group is left: each was asked already, or is not one we exchange needs with now.")
    elif not rules.may_be_asked(need):
        yield _("A coordinator has to read it first.")
