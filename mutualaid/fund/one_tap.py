"""One-tap answers to "did it reach you?", also by text message."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.fund import actions
from mutualaid.fund.errors import NotForYou
from mutualaid.fund.models import Expense
from mutualaid.fund.notifications import REPLIES
from mutualaid.fund.states import EXPENSE_TRANSITIONS
from mutualaid.notify.links.one_tap import Missed, Outcome, one_tap_action
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged

QUESTION = gettext_lazy("Did the money reach you?")


def _missed(step: str) -> Missed:
    """What they read instead of the question, once it can no longer be answered so."""

    def missed(expense_id: int, user: User | None) -> Outcome | None:
        expense = Expense.objects.without_words().filter(pk=expense_id).first()
        if expense and expense.state in EXPENSE_TRANSITIONS[step].sources:
            return None
        return Outcome(_("This has changed in the meantime."), is_done=False)

    return missed


@one_tap_action(
    REPLIES["yes"],
    question=QUESTION,
    button=gettext_lazy("Yes, it arrived"),
    missed=_missed("reach"),
)
def reached(expense_id: int, user: User | None) -> Outcome:
    """Write down that it arrived."""
    thanks = _("Thanks for telling us. We're glad it arrived.")
    return _answer(expense_id, user, actions.say_reached, thanks)


@one_tap_action(
    REPLIES["no"],
    question=QUESTION,
    button=gettext_lazy("No, it didn't"),
    missed=_missed("not_reach"),
)
def not_reached(expense_id: int, user: User | None) -> Outcome:
    """Write down that it did not arrive."""
    thanks = _("Thanks for telling us. We look into it.")
    return _answer(expense_id, user, actions.say_not_reached, thanks)


def _answer(
    expense_id: int, user: User | None, action: Callable[..., None], thanks: str
) -> Outcome:
    expense = Expense.objects.without_words().get(pk=expense_id)
    if user is None:
        return Outcome(_("This has changed in the meantime."), is_done=False)
    page = reverse("pot_expense", args=[expense.public_id]), _("Look at it")
    try:
        action(expense, by=user)
    except (StateChanged, NotForYou):
        return Outcome(_("This has changed in the meantime."), *page, is_done=False)
    return Outcome(thanks, *page)
