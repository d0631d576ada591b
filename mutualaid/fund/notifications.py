"""What people are told about the pot. No message says an amount, or what it is for.

Each is composed when it is sent, from how things stand then; None if there is nothing to say any more.
"""

from functools import partial
from uuid import uuid4

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.fund.models import Approver, Expense
from mutualaid.fund.rules import answerer, has_pot, waits_for
from mutualaid.fund.states import ExpenseState
from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.outbox import Told, enqueue, enqueue_all
from mutualaid.notify.registry import Group, Message, Url, message_kind
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.models import User

WAITS, AGREED, PAID = "pot_waits", "pot_agreed", "pot_paid"
DECLINED, NOT_REACHED = "pot_declined", "pot_not_reached"
REPLIES = {"yes": "pot_reached", "no": "pot_not_reached"}
"""The one-tap actions for which a reply by text message stands."""

look_at_it = {"page": _("Look at it")}
asker_message = partial(message_kind, group=Group.NEEDS, buttons=look_at_it)
approver_message = partial(message_kind, group=Group.TASKS, by_day=True, buttons=look_at_it)


def tell_approvers(expense: Expense, *, anew: bool = False) -> None:
    """Let those know who can do the next step with it: say yes, pay, or settle.

    `anew` where a version waits for what it has waited for before: they are told once more.
    """
    moment = f"{_moment(expense)}:{uuid4()}" if anew else _moment(expense)
    approvers = Approver.objects.active().select_related("user").order_by("pk")
    enqueue_all(
        [
            Told(WAITS, one.pk, to=one.user, key=f"{WAITS}:{moment}:{one.pk}")
            for one in approvers
            if waits_for(expense, one.pk)
        ]
    )


def tell_asker(kind: str, expense: Expense) -> None:
    """Let the one know who is asked about it: who gets it, or who asked for them."""
    person = answerer(expense)
    if person:
        enqueue(kind, about_id=expense.pk, to=person, key=f"{kind}:{_moment(expense)}")


def tell_declined(expense: Expense) -> None:
    """Let the one know who asked."""
    if expense.asked_by:
        enqueue(DECLINED, about_id=expense.pk, to=expense.asked_by)


def tell_not_reached(expense: Expense) -> None:
    """Let the one know who paid it out."""
    if expense.payer:
        key = f"{NOT_REACHED}:{_moment(expense)}"
        enqueue(NOT_REACHED, about_id=expense.pk, to=expense.payer.user, key=key)


@approver_message(WAITS, _("to who says yes to money: something waits"))
def pot_waits(user_id: int) -> Message | None:
    """None where nothing waits for them any more."""
    user = User.objects.filter(pk=user_id, approver__ended_at=None, is_active=True).first()
    if user is None or not has_pot() or not Expense.objects.waiting_for(user).exists():
        return None
    page = settings.SITE_URL + reverse("pot_waiting")
    return Message(recipient_of(user), urls={"page": page})


@asker_message(AGREED, _("to who asked the pot: it is agreed"))
def pot_agreed(expense_id: int) -> Message | None:
    return _to_asker(expense_id, ExpenseState.APPROVED)


@asker_message(
    PAID,
    _("to who asked the pot: did it reach you?"),
    buttons={"yes": _("Yes, it arrived"), "no": _("No, it didn't"), "page": _("Look at it")},
    replies=REPLIES,
)
def pot_paid(expense_id: int) -> Message | None:
    expense = _expense(expense_id)
    person = answerer(expense)
    if person is None or expense.state != ExpenseState.PAID:
        return None
    taps = {name: one_tap_url(tap, expense_id, person) for name, tap in REPLIES.items()}
    return _about(expense, person, **taps)


@asker_message(DECLINED, _("to who asked the pot: it isn't possible this time"))
def pot_declined(expense_id: int) -> Message | None:
    expense = _expense(expense_id)
    if expense.state != ExpenseState.DECLINED or expense.asked_by is None:
        return None
    return _about(expense, expense.asked_by)


@approver_message(NOT_REACHED, _("to who paid from the pot: it didn't arrive"))
def pot_not_reached(expense_id: int) -> Message | None:
    expense = _expense(expense_id)
    if expense.state != ExpenseState.NOT_REACHED or expense.payer is None:
        return None
    return _about(expense, expense.payer.user)


def _to_asker(expense_id: int, state: ExpenseState) -> Message | None:
    expense = _expense(expense_id)
    person = answerer(expense)
    return _about(expense, person) if person and expense.state == state else None


def _about(expense: Expense, person: User, **urls: Url) -> Message | None:
    if not person.is_active or not has_pot():
        return None
    page = settings.SITE_URL + reverse("pot_expense", args=[expense.public_id])
    return Message(recipient_of(person), urls={**urls, "page": page})


def _expense(expense_id: int) -> Expense:
    people = "asked_by", "payee", "payer__user"
    return Expense.objects.without_words().select_related(*people).get(pk=expense_id)


def _moment(expense: Expense) -> str:
    """Names one step of one version: what is paid anew is told anew."""
    return f"{expense.pk}:{expense.version}:{expense.spending_version}:{expense.state}"
