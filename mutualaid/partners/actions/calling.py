"""Many hands for a day: what we call partners for, and who of us comes to what they call for."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.forms.typed_text import one_line
from mutualaid.group.current import current_group
from mutualaid.partners.models import CallCount, Coming, IncomingCall, OutgoingCall, Partner
from mutualaid.partners.models.call import LONGEST_AREA, LONGEST_TITLE
from mutualaid.partners.outbox import send
from mutualaid.partners.protocol import messages
from mutualaid.partners.protocol.versions import next_version
from mutualaid.partners.registry import NotBetweenUs, NotPossible, receives
from mutualaid.people.models import User
from requests_app.actions import ContactDetails, NeedDetails, send_ask
from requests_app.lifecycle.actors import coordinator
from requests_app.states import NeedState

MOST_OPEN = 20
"""Calls of one partner that are open at once. Assumed, not measured (ADR 120)."""


class Over(Exception):
    """The call is over, or hidden, or its group is no longer a partner."""


def call_for_hands(
    details: NeedDetails, *, title: str, by: User, once: UUID | None = None
) -> OutgoingCall:
    """Ask for many hands in the group's own name, here and in each group that we help each other with.

    It becomes a need like any other, with the group's own name and phone; volunteers here are invited to it.
    `details` has a day. `once` stands for one sending of a form and becomes the call's public id: sent
    twice, also at the same time, it is one call. Raises `ValueError` without a day.
    """
    if details.needed_by is None:
        raise ValueError("a call is for a day")
    public_id = once or uuid4()
    calls = OutgoingCall.objects.filter(public_id=public_id)
    try:
        return calls.first() or _call(details, details.needed_by, title, by, public_id)
    except IntegrityError:
        if found := calls.first():
            return found
        raise


@transaction.atomic
def _call(details: NeedDetails, day: date, title: str, by: User, public_id: UUID) -> OutgoingCall:
    group = current_group()
    ask = send_ask(
        needs=[details],
        contact=ContactDetails(name=group.name, phone=group.phone),
        languages=[],
        by=coordinator(by),
        taken_in_by=by,
        receipt=False,
    )
    need = ask.needs.get()
    call = OutgoingCall.objects.create(
        public_id=public_id,
        need=need,
        title=title,
        day=day,
        helpers_wanted=need.helpers_wanted,
        called_by=by,
    )
    for partner in Partner.objects.live():
        CallCount.objects.create(call=call, partner=partner)
        _tell(call, partner)
    return call


def tell_changes() -> Iterator[object]:
    """Tell partners of calls of ours whose need is another now, or over."""
    for pk in list(OutgoingCall.objects.filter(is_open=True).values_list("pk", flat=True)):
        yield _tell_change(pk)


@transaction.atomic
def _tell_change(pk: int) -> None:
    call = OutgoingCall.objects.select_for_update(of=("self",)).select_related("need").get(pk=pk)
    now = _as_it_is(call)
    if now == (call.day, call.helpers_wanted, call.is_open):
        return
    call.day, call.helpers_wanted, call.is_open = now
    call.version = next_version(call.version)
    call.save(update_fields=["day", "helpers_wanted", "is_open", "version"])
    for count in call.counts.filter(partner__in=Partner.objects.live()).select_related("partner"):
        _tell(call, count.partner)


def _as_it_is(call: OutgoingCall) -> tuple[date, int, bool]:
    """Return the day, how many are wanted, and whether anyone is still looked for."""
    need = call.need
    if need is None or need.needed_by is None or need.state == NeedState.CLOSED:
        return call.day, call.helpers_wanted, False
    return need.needed_by, need.helpers_wanted, need.needed_by >= clock.today()


def _tell(call: OutgoingCall, partner: Partner) -> None:
    need = call.need
    send(
        partner,
        messages.Call(
            call=call.public_id,
            title=call.title,
            category=need.category.slug if need else "",
            area=need.locality.name if need else "",
            day=call.day,
            helpers_wanted=call.helpers_wanted,
            version=call.version,
            is_open=call.is_open,
        ),
    )


@receives(messages.CallAnswer)
def take_count(partner: Partner, message: messages.CallAnswer) -> None:
    """Note how many of a partner come. Raises `NotBetweenUs` for a call that it was not told of."""
    counts = CallCount.objects.filter(partner=partner, call__public_id=message.call)
    if not counts.exists():
        raise NotBetweenUs
    counts.filter(their_version__lt=message.version).update(
        coming=message.coming, their_version=message.version
    )


@receives(messages.Call)
def take_call(partner: Partner, message: messages.Call) -> None:
    """Keep a call of a partner as it is told; an older version changes nothing.

    Raises `NotPossible` for one more than `MOST_OPEN`, and for a day that is over.
    """
    told = {
        "title": one_line(message.title)[:LONGEST_TITLE],
        "area": one_line(message.area)[:LONGEST_AREA],
        "day": message.day,
        "helpers_wanted": message.helpers_wanted,
        "version": message.version,
        "ended_at": None if message.is_open else Now(),
    }
    calls = IncomingCall.objects.filter(partner=partner)
    known = calls.filter(public_id=message.call)
    if known.exists():
        known.filter(version__lt=message.version).update(**told)
        return
    if message.is_open and message.day < clock.today():
        raise NotPossible("over")
    if calls.filter(ended_at=None).count() >= MOST_OPEN:
        raise NotPossible("too_many")
    IncomingCall.objects.create(partner=partner, public_id=message.call, **told)


@transaction.atomic
def come(call: IncomingCall, user: User) -> None:
    """Note that someone comes. Twice is once. Raises `Over` where no one is looked for any more."""
    if not IncomingCall.objects.open().filter(pk=call.pk).select_for_update().exists():
        raise Over
    Coming.objects.get_or_create(call=call, user=user)


def stay_away(call: IncomingCall, user: User) -> None:
    """Note that someone does not come after all."""
    Coming.objects.filter(call=call, user=user).delete()


def hide(call: IncomingCall) -> None:
    """Take a call of a partner off the members' page. The partner hears that no one of us comes."""
    IncomingCall.objects.filter(pk=call.pk, hidden_at=None).update(hidden_at=Now())


def end_past_calls() -> Iterator[object]:
    """End the calls of partners whose day is over."""
    over = IncomingCall.objects.filter(ended_at=None, day__lt=clock.today_in_query())
    yield over.update(ended_at=Now())


def tell_counts() -> Iterator[object]:
    """Tell partners how many of us come, where that is another number than they know.

    From the sweep alone: fifty who say yes within a minute are one message.
    """
    for pk in list(_with_another_count().values_list("pk", flat=True)):
        yield _tell_count(pk)


@transaction.atomic
def _tell_count(pk: int) -> None:
    call = IncomingCall.objects.select_for_update(of=("self",)).select_related("partner").get(pk=pk)
    coming = 0 if call.hidden_at else call.coming.count()
    if coming == call.told_coming:
        return
    call.told_coming = coming
    call.answer_version = next_version(call.answer_version)
    call.save(update_fields=["told_coming", "answer_version"])
    answer = messages.CallAnswer(call=call.public_id, coming=coming, version=call.answer_version)
    send(call.partner, answer)


def _with_another_count() -> QuerySet[IncomingCall]:
    live = IncomingCall.objects.filter(ended_at=None, partner__in=Partner.objects.live())
    counted = live.annotate(number=Count("coming"))
    shown = Q(hidden_at=None) & ~Q(told_coming=F("number"))
    return counted.filter(shown | Q(hidden_at__isnull=False, told_coming__gt=0))
