from mutualaid.fund.models.expense import Expense, ExpenseQuerySet
from mutualaid.fund.models.gap import RestoreGap
from mutualaid.fund.models.look import ExpenseLook
from mutualaid.fund.models.people import Approver, Candidacy, Pledge
from mutualaid.fund.models.pot import Entry, Pot
from mutualaid.fund.models.receipt import Receipt

__all__ = [
    "Approver",
    "Candidacy",
    "Entry",
    "Expense",
    "ExpenseLook",
    "ExpenseQuerySet",
    "Pledge",
    "Pot",
    "Receipt",
    "RestoreGap",
]
