"""What a group says of a need of ours that it was asked about, and what became of what we told it."""

from contextlib import suppress
from datetime import datetime

from mutualaid import clock
from mutualaid.encryption.fields import WrongKey
from mutualaid.matching.outreach.pacing import group_is_quiet_until
from mutualaid.partners import outbox
from mutualaid.partners.actions.ending_referral import end_referral, erase_there, move, note_erased
from mutualaid.partners.actions.referring import (
    answer_time,
    lock_need_of,
    send_contact,
    wait_for_answer,
    wait_for_news,
)
from mutualaid.partners.models import OutgoingMessage, OutgoingReferral, Partner
from mutualaid.partners.notifications.outgoing import tell_could_not, tell_said_yes
from mutualaid.partners.protocol.messages import (
    OfReferral,
    ReferralAnswer,
    ReferralAsk,
    ReferralContact,
    ReferralErased,
    ReferralStatus,
    ReferralWithdraw,
)
from mutualaid.partners.registry import NotBetweenUs, NotPossible, receives, settles
from mutualaid.partners.states import (
    HELP_THERE,
    LIVE_OUTGOING,
    OUTGOING_TRANSITIONS,
    MessageState,
    OutgoingState,
    StatusThere,
    TakenBack,
)
from requests_app.models import Need
from requests_app.states import Urgency

BY_STATUS = {
    StatusThere.LOOKING: "release",
    StatusThere.TAKEN: "take",
    StatusThere.DONE: "do",
    StatusThere.CONFIRMED: "confirm",
    StatusThere.UNMET: "fail",
    StatusThere.NOT_NEEDED: "drop",
}
NOT_REACHED = (MessageState.REFUSED, MessageState.GIVEN_UP)


@receives(ReferralAnswer)
def receive_answer(partner: Partner, message: ReferralAnswer) -> None:
    """Take a group's yes or no.

    A yes that comes too late changes nothing, and the group is told so. Another yes while help is there is
    of a group that lost what it knew, as after a backup was restored: the contact details go there again. A
    no at any time ends it. Raises `NotBetweenUs`, and `NotPossible` for a no without a reason.
    """
    if not (message.accepted or message.reason):
        raise NotPossible("reason")
    referral, need = _locked(partner, message)
    if message.accepted:
        _accept(referral, need)
    else:
        _decline(referral, message.reason)


@receives(ReferralStatus)
def receive_status(partner: Partner, message: ReferralStatus) -> None:
    """Take how it stands there. An older one than the last changes nothing.

    Whoever has news of a need that they must not know of, as after a backup of ours was restored, is asked
    to erase it. Raises `NotBetweenUs`.
    """
    referral, need = _locked(partner, message)
    newer = OutgoingReferral.objects.filter(pk=referral.pk, their_version__lt=message.version)
    if not newer.update(their_version=message.version):
        return
    action = BY_STATUS[StatusThere(message.state)]
    if OUTGOING_TRANSITIONS[action].target not in LIVE_OUTGOING:
        _keep_here(referral)
    if move(referral, action):
        _follow(referral, need)
    elif referral.contact_sent_at is None:
        _take_back_unknown(referral)


@receives(ReferralErased)
def receive_erased(partner: Partner, message: ReferralErased) -> None:
    """Note that it is erased there. A group that erased it unasked helps no more. Raises `NotBetweenUs`."""
    referral, _need = _locked(partner, message)
    _keep_here(referral)
    note_erased(referral, at=min(message.at, clock.now()))
    if move(referral, "fail"):
        tell_could_not(referral)


@settles(ReferralAsk)
def settle_ask(message: OutgoingMessage) -> None:
    """A question that was not taken is over; another group is asked."""
    referral = _referral_of(message)
    if referral and message.state in NOT_REACHED:
        move(referral, "fall_silent")


@settles(ReferralContact)
def settle_contact(message: OutgoingMessage) -> None:
    """Contact details that were not taken bring no help: the need goes on here."""
    referral = _referral_of(message)
    if referral and message.state in NOT_REACHED and move(referral, "fail"):
        _end_of_help(referral)


def _locked(partner: Partner, message: OfReferral) -> tuple[OutgoingReferral, Need | None]:
    """The referral, with its need locked, None where that is over. Raises `NotBetweenUs`."""
    rows = OutgoingReferral.objects.filter(partner=partner, public_id=message.referral)
    referral = rows.select_related("partner").first()
    if referral is None:
        raise NotBetweenUs
    return referral, lock_need_of(referral)


def _accept(referral: OutgoingReferral, need: Need | None) -> None:
    if need is None or referral.state not in LIVE_OUTGOING:
        outbox.send(referral.partner, ReferralWithdraw(referral.public_id))
    elif referral.state in HELP_THERE:
        with suppress(WrongKey):
            send_contact(referral)
    elif move(referral, "accept", answer_by=answer_time(need, since=_read_at(need))):
        wait_for_answer(need, referral.answer_by)
        tell_said_yes(referral, need)


def _decline(referral: OutgoingReferral, reason: str) -> None:
    was_accepted = referral.state == OutgoingState.ACCEPTED
    _keep_here(referral)
    if move(referral, "decline", reason=reason):
        if was_accepted:
            tell_could_not(referral)
    elif move(referral, "fail", reason=reason):
        _end_of_help(referral)


def _keep_here(referral: OutgoingReferral) -> None:
    """Let no contact details go any more that wait: for this group it is over, by its own word."""
    outbox.cancel(referral.public_id, [ReferralContact.kind])


def _follow(referral: OutgoingReferral, need: Need | None) -> None:
    """Do what the state asks for that a group just told; what confirmed help ends, the sweep ends."""
    if referral.state == OutgoingState.UNMET:
        _end_of_help(referral)
    elif need and referral.state in HELP_THERE:
        wait_for_news(need)


def _end_of_help(referral: OutgoingReferral) -> None:
    erase_there(referral)
    tell_could_not(referral)


def _take_back_unknown(referral: OutgoingReferral) -> None:
    """Take a need back from a group that knows more of it than we told, as far as we remember."""
    if referral.state in LIVE_OUTGOING:
        end_referral(referral, "withdraw", reason=TakenBack.RULES)
    else:
        outbox.send(referral.partner, ReferralWithdraw(referral.public_id))
        erase_there(referral)


def _read_at(need: Need) -> datetime:
    """When the neighbour reads a message of now: in the morning, unless it is for today."""
    now = clock.now()
    is_urgent = need.urgency == Urgency.CRITICAL
    return now if is_urgent else group_is_quiet_until(now) or now


def _referral_of(message: OutgoingMessage) -> OutgoingReferral | None:
    rows = OutgoingReferral.objects.filter(
        partner=message.partner_id, public_id__in=[message.referral_id]
    )
    return rows.select_related("partner").first()
