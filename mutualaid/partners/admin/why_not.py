"""Why no neighbouring group can be asked about a need, in sentences for coordinators."""

from collections.abc import Iterator

from django.db.models import Q
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
    if rules.is_kept_from_someone(need.ask) or Exclusion.objects.filter(ask__in=asks).exists():
        yield _("There is someone who must not find out.")
    came = Q(source__startswith=rules.FROM_A_PARTNER) | Q(
        pk__in=IncomingReferral.objects.filter(ask__in=asks).values("ask")
    )
    if asks.filter(came).exists():
        yield _("It came from a neighbouring group. It is not handed on once more.")
    if asks.filter(read_first=True).exists():
        yield _("It is one that a coordinator reads first.")
    if referral := live_referral(need):
        yield _("%(group)s is being asked just now.") % {"group": referral.partner}
    elif need.state != NeedState.OPEN or need.claims.live().exists():
        yield _("Only a need that is open and to which no one has said yes can be asked elsewhere.")
    elif not rules.partners_to_ask(need):
        yield _(
            "No group is left: each was asked already, or is not one we exchange needs with now."
        )
