"""The use cases of a pot. Each is one transaction, with its record and its messages.

All take `by`, the person who does it, and ask whether they may. Amounts are in minor units of the pot's
currency. Besides what each names, those that change an expense raise `StateChanged` where its state no longer
allows it, and `NotForYou` for whoever may not.
"""

from mutualaid.fund.actions.answering import say_not_reached, say_reached
from mutualaid.fund.actions.approvers import (
    change_approvers,
    end_money_for,
    end_money_of,
    say_ready,
)
from mutualaid.fund.actions.approving import approve_expense, decline_expense
from mutualaid.fund.actions.books import set_right, write_gift
from mutualaid.fund.actions.closing import reopen_expense, start_write_off, write_off
from mutualaid.fund.actions.expenses import (
    ExpenseValues,
    ask_by_link,
    ask_for_money,
    change_expense,
    paper_changed,
    withdraw_expense,
)
from mutualaid.fund.actions.gaps import close_gaps, note_gap
from mutualaid.fund.actions.looking import open_words
from mutualaid.fund.actions.paying import pay_expense, take_back_payment
from mutualaid.fund.actions.pledges import pledge
from mutualaid.fund.actions.pots import open_pot, remove_pot, rename_pot, set_caps
from mutualaid.fund.actions.settling import say_spent, settle_expense
from mutualaid.transitions import StateChanged

__all__ = [
    "ExpenseValues",
    "StateChanged",
    "approve_expense",
    "ask_by_link",
    "ask_for_money",
    "change_approvers",
    "change_expense",
    "close_gaps",
    "decline_expense",
    "end_money_for",
    "end_money_of",
    "note_gap",
    "open_pot",
    "open_words",
    "paper_changed",
    "pay_expense",
    "pledge",
    "remove_pot",
    "rename_pot",
    "reopen_expense",
    "say_not_reached",
    "say_reached",
    "say_ready",
    "say_spent",
    "set_caps",
    "set_right",
    "settle_expense",
    "start_write_off",
    "take_back_payment",
    "withdraw_expense",
    "write_gift",
    "write_off",
]
