"""What the clock does with needs of ours that groups are asked about. Each call is safe twice, and late."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from mutualaid.encryption.fields import WrongKey
from mutualaid.partners import rules
from mutualaid.partners.actions.ending_referral import end_referral
from mutualaid.partners.actions.referring import (
    ask_next_partner,
    live_referral,
    lock_need_of,
    send_contact,
)
from mutualaid.partners.messages import ReferralContact
from mutualaid.partners.models import OutgoingMessage, OutgoingReferral, Partner
from mutualaid.partners.notifications.outgoing import tell_helped, tell_unanswered
from mutualaid.partners.states import MessageState, OutgoingState, PartnerState, TakenBack
from mutualaid.transitions import StateChanged
from requests_app.actions.ending import close_helped_elsewhere, withdraw_need
from requests_app.actions.on_hold import resume_need
from requests_app.lifecycle.actors import SITE
from requests_app.lifecycle.transitions import apply_need_transition
from requests_app.models import Need
from requests_app.notifications.team_chat import notify_of_triage
from requests_app.states import NeedState

NEWS_WITHIN = timedelta(days=1)
"""In this time a group that has contact details says that it looks for someone. Assumed, not measured."""
COMES_BACK = (OutgoingState.UNMET, OutgoingState.WITHDRAWN)
"""After these the need first opens again here, and no other group is asked at once."""


def what_is_silent() -> Iterator[object]:
    """End what was not answered in time."""
    return _each(silent(), fall_silent)


def what_may_not_be_asked() -> Iterator[object]:
    """Take back what may not be asked any more, and was not taken back at once."""
    return _each(not_allowed(), take_back_if_not_allowed)


def what_brought_no_news() -> Iterator[object]:
    """Send contact details again that a group took and never said anything of."""
    return _each(without_news(), send_contact_again)


def what_ended() -> Iterator[object]:
    """Go on with the needs with which a group does not help, or has helped."""
    return _each(OutgoingReferral.objects.filter(next_due=True), go_on)


def what_no_one_is_left_for() -> Iterator[object]:
    """Ask a group about each need for which all who fit here were invited."""
    for need in needs_to_ask_about():
        with suppress(StateChanged):
            yield ask_next_partner(need)


def _each(rows: QuerySet[OutgoingReferral], job: Callable[[int], None]) -> Iterator[object]:
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
        with suppress(StateChanged):
            job(pk)
        yield pk


def silent() -> QuerySet[OutgoingReferral]:
    """Those for which the time to answer is over, the group's or the neighbour's."""
    waiting = (OutgoingState.ASKED, OutgoingState.ACCEPTED)
    return OutgoingReferral.objects.filter(state__in=waiting, answer_by__lt=Now())


def not_allowed() -> QuerySet[OutgoingReferral]:
    """Those that are live though the need goes on here or may not go out, or it ended with the group."""
    passed_on = Need.objects.filter(pk=OuterRef("need"), state=NeedState.REFERRED)
    is_fine = Exists(rules.may_go_out(passed_on)) & ~Q(partner__state=PartnerState.ENDED)
    return OutgoingReferral.objects.live().exclude(is_fine)


def without_news() -> QuerySet[OutgoingReferral]:
    """Those with help there of which the group said nothing at all in a day since contact details went there.

    It lost them, as after a backup was restored, or what it said.
    """
    contacts = OutgoingMessage.objects.filter(
        partner=OuterRef("partner"),
        referral_id=OuterRef("public_id"),
        kind=ReferralContact.kind,
    )
    lately = Q(state=MessageState.WAITING) | Q(settled_at__gt=Now() - NEWS_WITHIN)
    rows = OutgoingReferral.objects.filter(state=OutgoingState.AGREED, their_version=0)
    is_over = Q(contact_sent_at__lt=Now() - NEWS_WITHIN)
    return rows.filter(
        is_over, ~Exists(contacts.filter(lately)), partner__in=Partner.objects.live()
    )


def needs_to_ask_about() -> QuerySet[Need]:
    """Needs for which all who fit were invited, and of which a group can be asked; the most urgent first."""
    partners = Partner.objects.live().filter(away_since=None)
    asked = OutgoingReferral.objects.filter(need=OuterRef(OuterRef("pk")), partner=OuterRef("pk"))
    needs = rules.askable().filter(
        Exists(partners.filter(~Exists(asked))),
        search__handed_over_at__isnull=False,
        search__stopped=False,
        match_due_at__gt=Now(),
    )
    return needs.select_related("ask").order_by("-urgency", "created_at", "pk")


@transaction.atomic
def fall_silent(pk: int) -> None:
    """End what was not answered in time; the neighbour hears of it if they were the ones to answer."""
    referral, _need = _locked(pk)
    if not silent().filter(pk=pk).exists():
        return
    was_asked = referral.state == OutgoingState.ACCEPTED
    end_referral(referral, "fall_silent")
    if was_asked:
        tell_unanswered(referral)


@transaction.atomic
def take_back_if_not_allowed(pk: int) -> None:
    """Take back what may not be asked any more; what became of its need says why."""
    referral, need = _locked(pk)
    if not_allowed().filter(pk=pk).exists():
        is_aside = need is not None and need.state == NeedState.REFERRED
        reason = TakenBack.RULES if is_aside else TakenBack.NEED
        end_referral(referral, "withdraw", reason=reason, next_due=is_aside)


@transaction.atomic
def send_contact_again(pk: int) -> None:
    """Send contact details once more: a group that has them changes nothing, one that lost them goes on."""
    referral, need = _locked(pk)
    if need and without_news().filter(pk=pk).exists():
        with suppress(WrongKey):
            send_contact(referral)


@transaction.atomic
def go_on(pk: int) -> None:
    """Go on with the need of a referral that ended: close it, ask another group, or open it again here."""
    referral, need = _locked(pk)
    if not OutgoingReferral.objects.filter(pk=pk, next_due=True).update(next_due=False):
        return
    if need is None or need.state != NeedState.REFERRED or live_referral(need):
        return
    if referral.state == OutgoingState.CONFIRMED:
        close_helped_elsewhere(need)
        tell_helped(referral, need)
    elif referral.state == OutgoingState.NOT_NEEDED:
        withdraw_need(need, by=SITE)
    elif referral.state in COMES_BACK or ask_next_partner(need) is None:
        _resume(need, referral)


def _resume(need: Need, referral: OutgoingReferral) -> None:
    """Open it again; what may not go out any more is read first, where that is since it must be."""
    resume_need(need, by=SITE)
    must_be_read = referral.reason == TakenBack.RULES and need.ask.read_first
    if must_be_read and need.state == NeedState.OPEN:
        apply_need_transition(need, "reread", by=SITE)
        notify_of_triage(need)


def _locked(pk: int) -> tuple[OutgoingReferral, Need | None]:
    referral = OutgoingReferral.objects.select_related("partner").get(pk=pk)
    return referral, lock_need_of(referral)
