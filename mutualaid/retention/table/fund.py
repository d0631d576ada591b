"""What is written down of a common pot: amounts stay, and what tells of people goes."""

from django.utils.translation import gettext_lazy as _

from mutualaid.retention.terms import ACCOUNT, ASK, After, Empty, Keep, Part, Remove, With

ENDED = {"ended_at__isnull": False}
WHO_IT_WAS = _("Who asked for money from our pot, who got it, and for which task")
LOOKS = _("Who looked at what money from our pot was for")
RECEIPTS = _("The photo of a receipt that you showed to our pot")

FUND: dict[str, tuple[Part, ...]] = {
    "fund.Pot": (
        Keep(
            "id name currency decimals balance promised two_approvers_from month_per_household"
            " month_in_all created_at"
        ),
    ),
    "fund.Entry": (
        Keep(
            "id public_id pot kind amount on_day sets_right written_at",
            _("How much came into our pot and went out, when, and as what; without a name"),
        ),
        Empty("written_by", With(ACCOUNT, "written_by"), _("What you wrote down of our pot")),
    ),
    # Found by whose expense it is, so before that is forgotten.
    "fund.ExpenseLook": (
        Remove("id expense by at window slot", After("at", "record_days"), LOOKS),
        Remove("", With(ACCOUNT, "by"), LOOKS),
        Remove("", With(ACCOUNT, "expense__payee"), LOOKS),
        Remove("", With(ASK, "expense__ask"), LOOKS),
    ),
    "fund.Receipt": (
        Remove(
            "id expense content digest added_at", After("expense__ended_at", "erase_days"), RECEIPTS
        ),
        Remove("", With(ACCOUNT, "expense__payee"), RECEIPTS),
        Remove("", With(ACCOUNT, "expense__asked_by"), RECEIPTS),
    ),
    "fund.Expense": (
        Keep(
            "id public_id pot kind amount version state needs_two first_approver first_saw first_at"
            " second_approver second_saw second_at payer payment paid_at answered_at spent"
            " spending_version checked_by rest write_off_approver write_off_saw write_off_back created_at"
            " ended_at payee_known_until",
            _("Which amounts our pot was asked for, and who agreed; without an account or a name"),
        ),
        Empty(
            "purpose payee_words decline_words",
            After("ended_at", "erase_days"),
            _("What the money from our pot was for, and how it was paid"),
        ),
        Empty("asked_by payee claim ask", After("payee_known_until", only=ENDED), WHO_IT_WAS),
        Empty(
            "asked_by payee claim ask",
            After("ended_at", "erase_days", {"state__in": ["declined", "withdrawn"]}),
            WHO_IT_WAS,
        ),
        Empty(
            "asked_by purpose payee_words decline_words",
            With(ACCOUNT, "asked_by"),
            _("What you asked for from our pot"),
        ),
        Empty("payee payee_words", With(ACCOUNT, "payee"), WHO_IT_WAS),
        Empty("ask purpose payee_words decline_words", With(ASK, "ask"), WHO_IT_WAS),
    ),
    "fund.Approver": (
        Keep(
            "user decision since ended_at",
            _("That someone could agree to money from our pot; without a name"),
        ),
    ),
    "fund.RestoreGap": (Keep("id since until"),),
    "fund.Candidacy": (
        Remove("user since", With(ACCOUNT, "user"), _("That you would look after our pot")),
    ),
    "fund.Pledge": (
        Remove(
            "id user pot monthly changed_at",
            With(ACCOUNT, "user"),
            _("What you mean to give to our pot each month"),
        ),
    ),
}
