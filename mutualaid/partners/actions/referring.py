"""Ask a neighbouring group about a need, and do what its neighbour says to the answer (ADR 117).

Each locks the need, as does whoever changes its ask: what happens at the same time happens one after the
other, and what someone else changed first is refused.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid import clock
from mutualaid.encryption.fingerprints import veil
from mutualaid.partners import outbox, rules
from mutualaid.partners.actions.ending_referral import end_referral, move
from mutualaid.partners.models import OutgoingReferral, Partner
from mutualaid.partners.protocol.messages import ReferralAsk, ReferralContact
from mutualaid.partners.states import TakenBack
from mutualaid.transitions import StateChanged
from requests_app.actions.on_hold import refer_need, wait_longer
from requests_app.lifecycle.actors import NEIGHBOUR, SITE, Actor, Kind
from requests_app.lifecycle.transitions import lock_need, log_event
from requests_app.models import Ask, Erased, Need, NeedNotes, WhomToCall
from requests_app.states import NeedAction, NeedState, Urgency

ANSWER_HOURS = {
    Urgency.CRITICAL: 2,
    Urgency.HIGH: 8,
    Urgency.NORMAL: 24,
    Urgency.LOW: 72,
}
"""Hours for an answer, of a group and then of the neighbour. Assumed, not measured (ADR 117)."""
LEAST_TIME = timedelta(minutes=30)
"""A need that ends sooner is asked of no group any more. Assumed, not measured (ADR 117)."""
DAYS_WITHOUT_NEWS = 7
"""After so many a coordinator asks how it goes with help elsewhere. Assumed, not measured (ADR 117)."""


def live_referral(of: Ask | Need) -> OutgoingReferral | None:
    """Return what a group is being asked about this need, or first about a need of this ask, if anything."""
    rows = OutgoingReferral.objects.live().select_related("partner", "need")
    rows = rows.filter(need=of) if isinstance(of, Need) else rows.filter(need__ask=of)
    return rows.order_by("pk").first()


def referrals_of(ask: Ask) -> list[OutgoingReferral]:
    """Return all that groups were asked about the needs of an ask, in the order in which they were asked."""
    rows = OutgoingReferral.objects.filter(need__ask=ask).select_related("partner", "need")
    return list(rows.order_by("pk"))


@transaction.atomic
def ask_partner(need: Need, partner: Partner, *, by: Actor) -> OutgoingReferral:
    """Put an open need aside, and ask this group about it. Nothing goes out that tells who it is for.

    Raises `StateChanged` if partners may not be asked about it (`rules.may_be_asked`), if it ends within
    `LEAST_TIME`, or if this group is not live or was asked already.
    """
    lock_need(need)
    if partner not in rules.partners_to_ask(need) or not rules.may_be_asked(need):
        raise StateChanged("refer")
    return _ask(need, partner, by=by)


@transaction.atomic
def ask_next_partner(need: Need, *, by: Actor = SITE) -> OutgoingReferral | None:
    """Ask the first of `rules.partners_to_ask` whose site answers; None where there is none.

    The need is open, or was passed on to a group that does not help.
    """
    lock_need(need)
    partners = [one for one in rules.partners_to_ask(need) if one.away_since is None]
    if not partners or _ends_soon(need) or not rules.may_be_asked_next(need):
        return None
    return _ask(need, partners[0], by=by)


@transaction.atomic
def consent(referral: OutgoingReferral, *, by: Actor = NEIGHBOUR) -> None:
    """The neighbour agrees that this group, which said yes, learns who they are: contact details go there.

    `by` is a coordinator where they said so on the phone. Raises `StateChanged` if it is not asked any more,
    and `WrongKey` while no configured key opens the contact details.
    """
    need = lock_need_of(referral)
    if need is None or not rules.may_be_told(need, referral.partner):
        raise StateChanged("consent")
    noted = _who_noted(by)
    if not move(referral, "consent", consented_at=Now(), contact_sent_at=Now(), **noted):
        raise StateChanged("consent")
    outbox.send(referral.partner, contact_of(referral))
    wait_for_news(need)


@transaction.atomic
def do_not_want(referral: OutgoingReferral, *, by: Actor = NEIGHBOUR) -> None:
    """The neighbour does not want this group to help. It learns nothing, and is not asked for them again.

    `by` is a coordinator where they said so on the phone. Raises `StateChanged` if it is not asked any more.
    """
    lock_need_of(referral)
    end_referral(referral, "do_not_want", **_who_noted(by))


@transaction.atomic
def take_back(referral: OutgoingReferral, *, by: Actor = NEIGHBOUR) -> None:
    """Take it back from a group, at any time: what went there is to be erased there.

    The need then opens again here. Raises `StateChanged` if it is over already.
    """
    lock_need_of(referral)
    is_own = by.kind == Kind.NEIGHBOUR
    reason = TakenBack.NEIGHBOUR if is_own else TakenBack.COORDINATOR
    end_referral(referral, "withdraw", reason=reason)


def lock_need_of(referral: OutgoingReferral) -> Need | None:
    """Lock the need of a referral until the transaction ends, and read the referral anew.

    None where the need is not live any more.
    """
    need = _need_of(referral)
    if need:
        lock_need(need)
    referral.refresh_from_db()
    return need if need and need.is_live else None


def send_contact(referral: OutgoingReferral) -> None:
    """Send contact details anew, as they are now. Call it with the need locked, while help is there."""
    outbox.cancel(referral.public_id, [ReferralContact.kind])
    outbox.send(referral.partner, contact_of(referral))


def contact_of(referral: OutgoingReferral) -> ReferralContact:
    """Return what a group learns once the neighbour agreed: what is safe, and never who must not find out.

    Who asked for them is named only where it is they who are to be called. Raises `WrongKey` while no
    configured key opens it, and `Erased` where there is nothing any more.
    """
    need = _need_of(referral)
    if need is None or need.ask.erased_at:
        raise Erased
    contact = need.ask.contact
    phone, email = contact.safe_phone, contact.safe_email
    is_of_asker = contact.whom_to_call == WhomToCall.ASKER and (phone or email)
    notes = NeedNotes.objects.filter(need=need).first()
    return ReferralContact(
        referral=referral.public_id,
        name=contact.name,
        phone=phone,
        email=email,
        address=contact.address,
        channels=contact.channels,
        times=contact.times,
        no_voicemail=contact.no_voicemail,
        language=contact.language,
        asked_by=contact.asked_by if is_of_asker else "",
        whom_to_call=WhomToCall.ASKER if is_of_asker else "",
        notes=notes.text if notes else "",
    )


def answer_time(need: Need, *, since: datetime) -> datetime:
    """Return until when an answer is waited for, counted from `since`; never longer than the need lasts."""
    hours = timedelta(hours=ANSWER_HOURS[Urgency(need.urgency)])
    return min(since + hours, max(need.ends_at, since))


def wait_for_answer(need: Need, until: datetime) -> None:
    """Leave a need aside until an answer is due: on the day after, the sweep has gone on with it."""
    wait_longer(need, until=_day_after(until))


def wait_for_news(need: Need) -> None:
    """Leave a need aside while there is news of the help elsewhere."""
    wait_longer(need, until=clock.today() + timedelta(days=DAYS_WITHOUT_NEWS))


def _who_noted(by: Actor) -> dict[str, Any]:
    """The columns of a referral that say who heard the neighbour's answer on the phone, if anyone did."""
    return {"heard_on_phone": by.kind == Kind.COORDINATOR, "heard_by": by.user}


def _need_of(referral: OutgoingReferral) -> Need | None:
    """The need as it is now; None where it was erased."""
    if referral.need_id is None:
        return None
    return Need.objects.select_related("ask").get(pk=referral.need_id)


def _ask(need: Need, partner: Partner, *, by: Actor) -> OutgoingReferral:
    """Raises `StateChanged` as `ask_partner` does. The need is locked."""
    if _ends_soon(need):
        raise StateChanged("refer")
    answer_by = answer_time(need, since=clock.now())
    if need.state == NeedState.REFERRED:
        wait_for_answer(need, answer_by)
        log_event(need, NeedAction.REFER, by=by)
    else:
        refer_need(need, until=_day_after(answer_by), by=by)
    try:
        with transaction.atomic():
            referral = OutgoingReferral.objects.create(
                public_id=_public_id(need, partner),
                partner=partner,
                need=need,
                asked_by=by.user if by.kind == Kind.COORDINATOR else None,
                answer_by=answer_by,
            )
    except IntegrityError as error:
        raise StateChanged("refer") from error
    outbox.send(partner, _question(referral, need))
    return referral


def _question(referral: OutgoingReferral, need: Need) -> ReferralAsk:
    """What a group is asked: all of it stands on the public board, but for the languages."""
    return ReferralAsk(
        referral=referral.public_id,
        category=need.category.slug,
        category_name=need.category.name,
        area=need.locality.name,
        urgency=need.urgency,
        until=need.needed_by,
        week_parts=need.week_parts,
        languages=tuple(need.ask.languages.order_by("code").values_list("code", flat=True)),
        people_count=need.people_count,
        helpers_wanted=need.helpers_wanted,
        answer_by=referral.answer_by,
    )


def _public_id(need: Need, partner: Partner) -> UUID:
    """The same for the same need and group: asked again after a backup was restored, they know it."""
    return UUID(veil(f"referral {need.public_id} {partner.public_id}"))


def _ends_soon(need: Need) -> bool:
    return need.ends_at < clock.now() + LEAST_TIME


def _day_after(moment: datetime) -> date:
    return timezone.localdate(moment) + timedelta(days=1)
