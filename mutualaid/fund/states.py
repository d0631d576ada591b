"""The states of an expense, what kinds of money there are, and the one table of transitions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from mutualaid.transitions import Transition


class EntryKind(TextChoices):
    """What moved money into a pot or out of it."""

    OPENING = "opening", _("there when we began")
    GIFT = "gift", _("given")
    MONEY_BACK = "money_back", _("money back")
    MONEY_AHEAD = "money_ahead", _("money ahead")
    DIRECT_HELP = "direct_help", _("direct help")
    RETURNED = "returned", _("what was left over")
    CORRECTION = "correction", _("set right")


class ExpenseKind(TextChoices):
    """Why money leaves a pot. The values are those of `EntryKind`."""

    MONEY_BACK = "money_back", _("money back for someone who paid")
    MONEY_AHEAD = "money_ahead", _("money ahead for someone who can't pay first")
    DIRECT_HELP = "direct_help", _("direct help for a neighbour")


class ExpenseState(TextChoices):
    ASKED = "asked", _("waits for a yes")
    APPROVED = "approved", _("agreed")
    PAID = "paid", _("paid")
    REACHED = "reached", _("it arrived")
    NOT_REACHED = "not_reached", _("it didn't arrive")
    SPENT = "spent", _("spent, to be looked at")
    SETTLED = "settled", _("settled")
    CLOSING = "closing", _("one of two people would close it")
    WRITTEN_OFF = "written_off", _("closed, and not all came back")
    DECLINED = "declined", _("not possible this time")
    WITHDRAWN = "withdrawn", _("taken back")


class ExpenseStep(TextChoices):
    """What is done with an expense: the codes of the record, and of `EXPENSE_TRANSITIONS`."""

    ASK = "ask", _("someone asked")
    CHANGE = "change", _("changed")
    FIRST_YES = "first_yes", _("first yes")
    APPROVE = "approve", _("agreed")
    VOID = "void", _("a yes no longer counts")
    DECLINE = "decline", _("not possible this time")
    WITHDRAW = "withdraw", _("taken back")
    PAY = "pay", _("paid")
    UNPAY = "unpay", _("the payment was set right")
    UNPAY_AND_END = "unpay_and_end", _("the payment was set right")
    REACH = "reach", _("it arrived")
    NOT_REACH = "not_reach", _("it didn't arrive")
    SPEND = "spend", _("said what was spent")
    SETTLE = "settle", _("settled")
    START_WRITE_OFF = "start_write_off", _("one of two people would close it")
    WRITE_OFF = "write_off", _("closed, and not all came back")
    REOPEN = "reopen", _("opened again")
    REOPEN_UNSPENT = "reopen_unspent", _("opened again")
    REOPEN_NOT_REACHED = "reopen_not_reached", _("opened again")


IN_KINDS = (EntryKind.OPENING, EntryKind.GIFT, EntryKind.RETURNED)
OUT_KINDS = (EntryKind.MONEY_BACK, EntryKind.MONEY_AHEAD, EntryKind.DIRECT_HELP)

S = ExpenseState

PENDING = (S.ASKED, S.APPROVED)
"""No money has moved yet. Both ends are known by their accounts, so that no one decides on their own."""
WRITE_OFF_STATES = (S.CLOSING, S.WRITTEN_OFF)
"""It ends without all being known: two people say so, as the first of them or both have."""
PAID_STATES = (S.PAID, S.REACHED, S.NOT_REACHED, S.SPENT, S.SETTLED, *WRITE_OFF_STATES)
"""There is an entry of the payment."""
AGREED = (S.APPROVED, *PAID_STATES)
"""All the approvals that it needs are there, for the version that it has."""
NOT_SETTLED = (S.PAID, S.REACHED)
"""Of money ahead: it is out, and nobody has said yet what was spent."""
TO_SETTLE = (*NOT_SETTLED, S.SPENT, S.CLOSING)
"""Of money ahead: it can still be said what was spent."""

EXPENSE_TRANSITIONS = {
    "first_yes": Transition((S.ASKED,), S.ASKED),
    "approve": Transition((S.ASKED,), S.APPROVED),
    "change": Transition(PENDING, S.ASKED),
    "void": Transition(PENDING, S.ASKED),
    "decline": Transition(PENDING, S.DECLINED),
    "withdraw": Transition(PENDING, S.WITHDRAWN),
    "pay": Transition((S.APPROVED,), S.PAID),
    "unpay": Transition((S.PAID, S.NOT_REACHED), S.ASKED),
    "unpay_and_end": Transition((S.PAID, S.NOT_REACHED), S.WITHDRAWN),
    "reach": Transition((S.PAID, S.NOT_REACHED, S.CLOSING), S.REACHED),
    "not_reach": Transition((S.PAID, S.REACHED, S.CLOSING), S.NOT_REACHED),
    "spend": Transition(TO_SETTLE, S.SPENT),
    "settle": Transition((S.SPENT,), S.SETTLED),
    "start_write_off": Transition((S.PAID, S.REACHED, S.NOT_REACHED, S.SPENT), S.CLOSING),
    "write_off": Transition((S.CLOSING,), S.WRITTEN_OFF),
    "reopen": Transition((S.SETTLED, *WRITE_OFF_STATES), S.SPENT),
    "reopen_unspent": Transition(WRITE_OFF_STATES, S.PAID),
    "reopen_not_reached": Transition(WRITE_OFF_STATES, S.NOT_REACHED),
}
