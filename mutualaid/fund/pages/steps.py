"""What an approver does with an expense, as one table: its form, its words, and what is done."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from mutualaid import clock
from mutualaid.fund import actions, rules
from mutualaid.fund.amounts import amount_in
from mutualaid.fund.models import Expense
from mutualaid.fund.pages.forms import (
    CameBackForm,
    DecisionForm,
    DeclineForm,
    PayForm,
    SettleForm,
    WriteOffForm,
)
from mutualaid.fund.states import ExpenseState
from mutualaid.people.models import User

Typed = Mapping[str, Any]
"""The cleaned data of a form."""


class Step(NamedTuple):
    """A step of an approver.

    `do` returns the sentence that says it is done, and raises what its action does. `version` is the field
    that counts what they must have seen. `words` stand above the form. With a `summary` it is folded away:
    it is not what the expense waits for.
    """

    form: type[DecisionForm]
    may: Callable[[User, Expense], bool]
    do: Callable[[Expense, Typed, User], str]
    button: StrOrPromise
    summary: StrOrPromise = ""
    words: Callable[[Expense], StrOrPromise] = lambda _expense: ""
    version: str = "version"


class StepOnPage(NamedTuple):
    name: str
    form: DecisionForm
    summary: StrOrPromise
    words: StrOrPromise
    button: StrOrPromise


def steps_on_page(
    expense: Expense, user: User, *, seen: str, sent: Mapping[str, DecisionForm]
) -> list[StepOnPage]:
    """Return what this approver can do now; `sent` are forms that came back, by the names of their steps."""
    return [
        StepOnPage(
            name,
            sent.get(name)
            or step.form(
                expense=expense, initial={"saw": getattr(expense, step.version), "seen": seen}
            ),
            step.summary,
            step.words(expense),
            step.button,
        )
        for name, step in STEPS.items()
        if step.may(user, expense)
    ]


def _approve(expense: Expense, typed: Typed, by: User) -> str:
    if actions.approve_expense(expense, saw=typed["saw"], by=by):
        return _("Agreed. It can be paid out.")
    return _("Thank you. One more yes is needed.")


def _pay(expense: Expense, typed: Typed, by: User) -> str:
    actions.pay_expense(expense, saw=typed["saw"], on_day=typed["on_day"], by=by)
    return _("Written down. We ask them if it arrived.")


def _settle(expense: Expense, typed: Typed, by: User) -> str:
    day = typed.get("on_day") or clock.today()
    actions.settle_expense(expense, saw=typed["saw"], on_day=day, by=by)
    return _("Settled.")


def _write_off(expense: Expense, typed: Typed, by: User) -> str:
    day = typed.get("on_day") or clock.today()
    actions.write_off(expense, saw=typed["saw"], on_day=day, by=by)
    return _("Closed. Thank you both.")


def _decline(expense: Expense, typed: Typed, by: User) -> str:
    actions.decline_expense(expense, saw=typed["saw"], words=typed["words"], by=by)
    return _("We tell them why.")


def _unpay(expense: Expense, typed: Typed, by: User) -> str:
    actions.take_back_payment(expense, saw=typed["saw"], by=by)
    if expense.state == ExpenseState.WITHDRAWN:
        return _("Set right. It ends here, for no one is left who could get it.")
    return _("Set right. It waits for a yes again.")


def _start_write_off(expense: Expense, typed: Typed, by: User) -> str:
    actions.start_write_off(expense, saw=typed["saw"], came_back=typed["came_back"], by=by)
    return _("Noted. Now someone else has to agree.")


def _reopen(expense: Expense, typed: Typed, by: User) -> str:
    actions.reopen_expense(expense, saw=typed["saw"], by=by)
    return _("It is open again.")


def _goes_back(expense: Expense) -> str:
    left = expense.amount - (expense.spent or 0)
    if not left:
        return ""
    return _("%(left)s goes back into the pot.") % {"left": amount_in(expense.pot, left)}


def _stays_out(expense: Expense) -> str:
    back = expense.write_off_back or 0
    return _("Someone said: %(back)s came back, and %(out)s stays out.") % {
        "back": amount_in(expense.pot, back),
        "out": amount_in(expense.pot, expense.amount - back),
    }


def _sentence(words: StrOrPromise) -> Callable[[Expense], StrOrPromise]:
    return lambda _expense: words


STEPS: Mapping[str, Step] = {
    "approve": Step(DecisionForm, rules.can_approve, _approve, gettext_lazy("Yes to this")),
    "pay": Step(
        PayForm,
        rules.can_pay,
        _pay,
        gettext_lazy("It is paid"),
        words=_sentence(
            gettext_lazy("Pay it out first, outside this site. Then write it down here.")
        ),
    ),
    "settle": Step(
        SettleForm,
        rules.can_settle,
        _settle,
        gettext_lazy("Settle it"),
        words=_goes_back,
        version="spending_version",
    ),
    "write-off": Step(
        WriteOffForm,
        rules.can_write_off,
        _write_off,
        gettext_lazy("Yes, close it"),
        words=_stays_out,
        version="spending_version",
    ),
    "decline": Step(
        DeclineForm,
        rules.can_decline,
        _decline,
        gettext_lazy("Say no"),
        summary=gettext_lazy("It isn't possible"),
    ),
    "unpay": Step(
        DecisionForm,
        rules.can_take_back_payment,
        _unpay,
        gettext_lazy("Set it right"),
        summary=gettext_lazy("It wasn't paid after all"),
        words=_sentence(
            gettext_lazy("We set it right by another line, and it waits for a yes again.")
        ),
    ),
    "start-write-off": Step(
        CameBackForm,
        rules.can_start_write_off,
        _start_write_off,
        gettext_lazy("Close it with someone else"),
        summary=gettext_lazy("No one knows what became of it"),
        words=_sentence(
            gettext_lazy("Two people close it: you write what came back, and someone else agrees.")
        ),
        version="spending_version",
    ),
    "reopen": Step(
        DecisionForm,
        rules.can_reopen,
        _reopen,
        gettext_lazy("Open it again"),
        summary=gettext_lazy("This isn't how it was"),
        words=_sentence(
            gettext_lazy("We open it again. What didn't come back gets another line against it.")
        ),
        version="spending_version",
    ),
}
