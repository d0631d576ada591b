"""How an expense stands, in a sentence for whoever asked for it, and what happens next."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from mutualaid.fund import rules
from mutualaid.fund.models import Expense
from mutualaid.fund.states import ExpenseKind, ExpenseState
from mutualaid.local_time import format_day
from mutualaid.people.models import User

TITLES: Mapping[str, StrOrPromise] = {
    ExpenseKind.MONEY_BACK: gettext_lazy("Money back"),
    ExpenseKind.MONEY_AHEAD: gettext_lazy("Money ahead"),
    ExpenseKind.DIRECT_HELP: gettext_lazy("Direct help"),
}
ICONS: Mapping[str, str] = {
    ExpenseState.ASKED: "clock",
    ExpenseState.APPROVED: "check",
    ExpenseState.PAID: "money",
    ExpenseState.REACHED: "confirmed",
    ExpenseState.NOT_REACHED: "alert",
    ExpenseState.SPENT: "clock",
    ExpenseState.SETTLED: "confirmed",
    ExpenseState.CLOSING: "clock",
    ExpenseState.WRITTEN_OFF: "closed",
    ExpenseState.DECLINED: "closed",
    ExpenseState.WITHDRAWN: "cancelled",
}
SENTENCES: Mapping[str, StrOrPromise] = {
    ExpenseState.APPROVED: gettext_lazy("Agreed. Now someone pays it out."),
    ExpenseState.REACHED: gettext_lazy("It arrived. Thank you for telling us."),
    ExpenseState.NOT_REACHED: gettext_lazy("It hasn't arrived yet. We look into it."),
    ExpenseState.SPENT: gettext_lazy("You told us what was spent. Someone looks at it."),
    ExpenseState.SETTLED: gettext_lazy("All is settled. Thank you."),
    ExpenseState.CLOSING: gettext_lazy("We're about to close this. If you know more, tell us."),
    ExpenseState.WRITTEN_OFF: gettext_lazy("We've closed this. You owe us nothing for it."),
    ExpenseState.DECLINED: gettext_lazy("It isn't possible this time."),
    ExpenseState.WITHDRAWN: gettext_lazy("It was taken back."),
}
STEPS_OF_APPROVERS = (ExpenseState.APPROVED, ExpenseState.SPENT, ExpenseState.CLOSING)


def title_of(expense: Expense) -> StrOrPromise:
    return TITLES[expense.kind]


def icon_of(expense: Expense) -> str:
    return ICONS[expense.state]


def sentence_for(expense: Expense) -> str:
    """Say how it stands. Asks the database while it waits for a yes."""
    if expense.state == ExpenseState.ASKED:
        return _waiting(expense)
    if expense.state == ExpenseState.PAID and expense.paid_at:
        return _("Paid on %(day)s.") % {"day": format_day(expense.paid_at)}
    if expense.state == ExpenseState.WRITTEN_OFF and expense.kind != ExpenseKind.MONEY_AHEAD:
        return _("We've closed this. If it never reached you, you can ask again.")
    if expense.state in STEPS_OF_APPROVERS and rules.waits_for_no_one(expense):
        return _("Too few people can do what comes next. Our members decide who they are.")
    return str(SENTENCES[expense.state])


def question_for(expense: Expense, user: User) -> str:
    """Ask whether it arrived, whoever gets it."""
    if expense.payee_id == user.pk:
        return _("Did it reach you?")
    return _("Did it reach them?")


def _waiting(expense: Expense) -> str:
    if rules.approvers_missing(expense):
        return _("Too few people can say yes yet. Our members decide who they are.")
    left = expense.approvals_needed - expense.approvals
    waits = ngettext("It waits for %(n)d yes.", "It waits for %(n)d people to say yes.", left)
    return waits % {"n": left}
