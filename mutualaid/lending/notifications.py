"""What owner and neighbour are told of a thing. Subjects name neither the thing nor a person."""

from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.lending.models import Loan, Thing, ThingRequest
from mutualaid.lending.rules import is_on, may_be_asked
from mutualaid.lending.states import MOVES_ON, LoanState, RequestState
from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.registry import Group, Message, Url, message_kind
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.models import User
from requests_app.models import Need
from requests_app.notifications.mentions import Mention, mention
from requests_app.notifications.neighbour import message_to_neighbour, notify_neighbour
from requests_app.notifications.participants import ASK_OF

REPLIES = {"yes": "thing_yes", "no": "thing_no"}
"""The one-tap actions for which a reply by text message stands."""
PAGE = {"page": _("Look at it")}
LOAN_BUTTONS = {"back": _("It is back"), "page": _("Something else, or another day")}
NEIGHBOUR_BUTTONS = {"back": _("It is back"), "page": _("Something else")}

owner_message = partial(message_kind, group=Group.TASKS, by_day=True)
neighbour_message = partial(message_kind, group=Group.NEEDS)
ASK_OF["loan"] = lambda pk: Q(needs__in=Loan.objects.filter(pk=pk).values("request__need"))


def tell_asker(
    kind: str, request: ThingRequest, *, about_id: int | None = None, key: str = ""
) -> None:
    """Tell the neighbour by their safe ways; nothing where their ask is erased. Call it in a transaction."""
    if request.need.ask.erased_at is None and request.need.erased_at is None:
        notify_neighbour(kind, request.need, about_id=about_id or request.pk, key=key)


@message_kind(
    "thing_asked",
    _("to whoever lists a thing: someone could use it"),
    group=Group.INVITATIONS,
    is_invitation=False,
    buttons={"yes": _("Yes, they can have it"), "no": _("Not this time"), **PAGE},
    replies=REPLIES,
)
def thing_asked(request_id: int) -> Message | None:
    """An invitation to its owner alone. None once it is answered, not open, or kept from them."""
    request = _request(request_id)
    owner = request.thing.owner
    is_waiting = request.state == RequestState.WAITING and is_on()
    is_open = Need.objects.open().filter(pk=request.need_id).exists()
    if owner is None or not (is_waiting and is_open and may_be_asked(request.thing, request.need)):
        return None
    taps = {name: one_tap_url(tap, request.pk, owner) for name, tap in REPLIES.items()}
    context = {**mention(request.need), **_thing_of(request)}
    return Message(recipient_of(owner), context, urls={**taps, "page": _my_things()})


@neighbour_message(
    "thing_not_this_time",
    _("to a neighbour: the thing can't be had, we keep looking"),
    buttons={"page": _("See how things stand")},
)
def thing_not_this_time(request_id: int) -> Message | None:
    """None where someone has said yes to the need since, or it is over."""
    request = _request(request_id)
    is_open = Need.objects.open().filter(pk=request.need_id).exists()
    if request.state not in MOVES_ON or not is_open:
        return None
    has_run_out = request.state == RequestState.RUN_OUT
    return message_to_neighbour(Mention(request.need), has_run_out=has_run_out)


@owner_message("thing_withdrawn", _("to whoever lists a thing: we took it off"), buttons=PAGE)
def thing_withdrawn(thing_id: int) -> Message | None:
    thing = Thing.objects.select_related("owner").get(pk=thing_id)
    if thing.owner is None or not thing.withdrawn_because:
        return None
    context = {"title": thing.title, "reason": thing.get_withdrawn_because_display}
    return Message(recipient_of(thing.owner), context, urls={"page": _my_things()})


@owner_message("loan_due_owner", _("what you lent is due tomorrow"), buttons=LOAN_BUTTONS)
def loan_due_owner(loan_id: int) -> Message | None:
    return _to_owner(loan_id, LoanState.OUT)


@owner_message("loan_late_owner", _("what you lent was due"), buttons=LOAN_BUTTONS)
def loan_late_owner(loan_id: int) -> Message | None:
    return _to_owner(loan_id, LoanState.OUT)


@owner_message(
    "loan_ended_owner",
    _("to whoever lent something: what became of it"),
    buttons={"again": _("List it again"), **PAGE},
)
def loan_ended_owner(loan_id: int) -> Message | None:
    return _to_owner(loan_id, LoanState.BACK, LoanState.KEPT, LoanState.BROKEN, LoanState.LOST)


@neighbour_message(
    "loan_due_borrower", _("what you borrowed is due tomorrow"), buttons=NEIGHBOUR_BUTTONS
)
def loan_due_borrower(loan_id: int) -> Message | None:
    return _to_borrower(loan_id, LoanState.OUT)


@neighbour_message("loan_late_borrower", _("what you borrowed was due"), buttons=NEIGHBOUR_BUTTONS)
def loan_late_borrower(loan_id: int) -> Message | None:
    return _to_borrower(loan_id, LoanState.OUT)


@neighbour_message(
    "loan_ended_borrower",
    _("to whoever borrowed something: what became of it"),
    buttons={"page": _("See how things stand")},
)
def loan_ended_borrower(loan_id: int) -> Message | None:
    states = LoanState.BACK, LoanState.KEPT, LoanState.BROKEN, LoanState.LOST
    return _to_borrower(loan_id, *states)


@neighbour_message(
    "loan_owner_left",
    _("to whoever borrowed something: you may keep it"),
    buttons={"page": _("See how things stand")},
    by_phone=True,
)
def loan_owner_left(loan_id: int) -> Message | None:
    return _to_borrower(loan_id, LoanState.OWNER_LEFT)


def _to_owner(loan_id: int, *states: LoanState) -> Message | None:
    loan = _loan(loan_id)
    owner: User | None = loan.thing.owner
    if owner is None or loan.state not in states or not is_on():
        return None
    urls: dict[str, Url] = {"page": _my_things()}
    if loan.state == LoanState.OUT:
        urls["back"] = one_tap_url("loan_back", loan.pk, owner)
    elif loan.state == LoanState.BACK and loan.listed_again_at is None:
        urls["again"] = one_tap_url("loan_list_again", loan.pk, owner)
    context = {**mention(loan.request.need), **_about_loan(loan)}
    return Message(recipient_of(owner), context, urls=urls)


def _to_borrower(loan_id: int, *states: LoanState) -> Message | None:
    loan = _loan(loan_id)
    need = loan.request.need
    if loan.state not in states or need.erased_at or need.ask.erased_at:
        return None
    message = message_to_neighbour(Mention(need), **_about_loan(loan))
    if loan.state != LoanState.OUT:
        return message
    urls = {**message.urls, "back": one_tap_url("loan_back_here", loan.pk)}
    return Message(message.recipient, message.context, urls, message.contact_page)


def _about_loan(loan: Loan) -> dict[str, Any]:
    return {**_thing_of(loan.request), "day": loan.back_by, "outcome": loan.state}


def _thing_of(request: ThingRequest) -> dict[str, Any]:
    return {"title": request.thing.title, "many": request.many}


def _request(request_id: int) -> ThingRequest:
    related = ("thing__owner", "need__category", "need__locality", "need__ask")
    return ThingRequest.objects.select_related(*related).get(pk=request_id)


def _loan(loan_id: int) -> Loan:
    related = ("thing__owner", "need__category", "need__locality", "need__ask")
    return Loan.objects.select_related(*(f"request__{name}" for name in related)).get(pk=loan_id)


def _my_things() -> str:
    return settings.SITE_URL + reverse("my_things")
