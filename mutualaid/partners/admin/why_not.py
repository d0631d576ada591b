"""Why no neighbouring group can be asked about a need, in sentences for coordinators."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from mutualaid.partners import rules
from mutualaid.partners.actions.referring import LEAST_TIME, live_referral
from mutualaid.partners.models import IncomingReferral
from requests_app.access.exclusions import household_of
from requests_app.models import Ask, Exclusion, Need
from requests_app.states import NeedState


def reasons_against(need: Need) -> list[str]:
    """Return what stands against asking another group about a need now, all of it."""
    reasons = [*_of_the_ask(need), *_of_the_moment(need)]
    if not reasons and not rules.may_be_asked(need):
        return [_("It is held back, or comes from a blocked phone, e-mail or account.")]
    return reasons


def _of_the_ask(need: Need) -> Iterator[str]:
    asks = household_of(need.ask)
    came_from_a_group = Q(source__startswith=rules.FROM_A_PARTNER) | Q(
        pk__in=IncomingReferral.objects.filter(ask__in=asks).values("ask")
    )
    if asks.filter(may_ask_partners=False).exists():
        yield _("The neighbour has not said that neighbouring groups may be asked.")
    if need.category.sensitive or asks.filter(veiled=True).exists():
        yield _("It is a private kind of help.")
    if _is_kept_from_someone(need.ask):
        yield _("There is someone who must not find out.")
    if asks.filter(came_from_a_group).exists():
        yield _("It came from a neighbouring group. We don't pass it on again.")


def _is_kept_from_someone(ask: Ask) -> bool:
    is_excluded = Exclusion.objects.filter(ask__in=household_of(ask)).exists()
    return is_excluded or rules.has_words_on_whom_to_keep_it_from(ask)


def _of_the_moment(need: Need) -> Iterator[str]:
    if referral := live_referral(need):
        yield _("%(group)s is being asked just now.") % {"group": referral.partner}
    elif need.state != NeedState.OPEN or need.claims.live().exists():
        yield _("Only a need that is open and to which no one has said yes can be asked elsewhere.")
    elif not rules.partners_to_ask(need):
        yield _("No group is left to ask.")
    elif need.ends_at < timezone.now() + LEAST_TIME:
        yield _("It ends too soon for another group to answer.")
