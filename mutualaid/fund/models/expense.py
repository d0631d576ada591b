"""What someone asks a pot for, who said yes to which version of it, and what came of it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField
from mutualaid.fund.models.people import Approver
from mutualaid.fund.models.pot import MOST_MINOR, Entry, Pot
from mutualaid.fund.states import (
    AGREED,
    NOT_SETTLED,
    PAID_STATES,
    PENDING,
    WRITE_OFF_STATES,
    ExpenseKind,
    ExpenseState,
)
from mutualaid.people.models import User
from requests_app.models import Ask

LONGEST_PURPOSE, LONGEST_PAYEE = 600, 300
"""Characters."""
WORDS = ("purpose", "payee_words", "decline_words")
"""Encrypted: read by those who look, and by no step."""


class ExpenseQuerySet(models.QuerySet["Expense"]):
    def of(self, whose: User | Ask) -> "ExpenseQuerySet":
        """Those that an account asked for or gets, or that help an ask, with those merged into it."""
        if isinstance(whose, Ask):
            return self.filter(Q(ask=whose) | Q(ask__merged_into=whose))
        return self.filter(Q(asked_by=whose) | Q(payee=whose))

    def without_words(self) -> "ExpenseQuerySet":
        """Without what is encrypted: for all but whoever reads it, and logs that."""
        return self.defer(*WORDS)

    def to_approve_for(self, user: User) -> "ExpenseQuerySet":
        """Those to which an approver may say yes: not their own, and not a second time."""
        return self._of_others(user).filter(_not_first(user), state=ExpenseState.ASKED)

    def to_pay_for(self, user: User) -> "ExpenseQuerySet":
        """Those that are agreed, and that an approver may pay."""
        may_pay = Q(needs_two=True) | _not_first(user)
        return self._of_others(user).filter(may_pay, state=ExpenseState.APPROVED)

    def to_settle_for(self, user: User) -> "ExpenseQuerySet":
        """Money ahead that an approver may settle."""
        return self._of_others(user).filter(state=ExpenseState.SPENT)

    def to_close_for(self, user: User) -> "ExpenseQuerySet":
        """Those that another approver would close, or of which no one is left to say what became of them."""
        by_another = Q(state=ExpenseState.CLOSING) & ~Q(write_off_approver=user.pk)
        no_one_left = Q(asked_by=None, payee=None, ask=None) & (
            Q(state=ExpenseState.NOT_REACHED)
            | Q(state__in=NOT_SETTLED, kind=ExpenseKind.MONEY_AHEAD)
        )
        return self._of_others(user).filter(by_another | no_one_left)

    def waiting_for(self, user: User) -> "ExpenseQuerySet":
        """Those whose next step an approver can do: `rules.waits_for` as a query."""
        return (
            self.to_approve_for(user)
            | self.to_pay_for(user)
            | self.to_settle_for(user)
            | self.to_close_for(user)
        )

    def _of_others(self, user: User) -> "ExpenseQuerySet":
        not_payee = Q(payee=None) | ~Q(payee=user)
        asks = Ask.objects.of(user).households().values("pk")
        not_their_need = Q(claim=None) | ~Q(claim__need__ask__in=asks)
        not_their_ask = Q(ask=None) | ~Q(ask__in=asks)
        not_asked_by = Q(asked_by=None) | ~Q(asked_by=user)
        return self.filter(not_payee, not_their_need, not_their_ask, not_asked_by)


def _not_first(user: User) -> Q:
    return Q(first_approver=None) | ~Q(first_approver=user.pk)


class Expense(models.Model):
    """What a pot is asked for. Amounts are in minor units of its currency.

    `payee` gets the money; of a neighbour without an account `payee_words` say who it is and how. `version`
    counts each change of amount, payee or paper, and each approval names the one it saw: a check holds them
    together, so that no approval outlives a change. `needs_two` is what the amount asked for when the
    version was made, and so of all that is asked by a private link. Approving reserves the amount in the
    pot; paying writes `payment`, an entry of the pot.

    Of money ahead, `spent` is what went, `rest` the entry of what came back, and `spending_version` counts
    each change of what was said and of its papers, so that whoever settles it names what they saw.

    Direct help for a neighbour without an account names their `ask`: by its private link they say whether it
    arrived, and may ask themselves, which no account did then.

    What no one can settle any more is written off by two approvers: `write_off_approver` is the first, who
    wrote how much came back (`write_off_back`), and `checked_by` the second, who agreed to just that.

    `ended_at` is when its words begin to age: it may be set on paying, while an answer is still awaited.
    `payee_known_until` is when the figures of its month stand, and no one needs to know any more who it was.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pot = models.ForeignKey(
        Pot, verbose_name=_("pot"), on_delete=models.PROTECT, related_name="expenses"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ExpenseKind.choices)
    amount = models.BigIntegerField(_("amount"))
    version = models.PositiveIntegerField(default=1)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    payee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who gets it"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    claim = models.ForeignKey(
        "requests_app.Claim",
        verbose_name=_("task"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    ask = models.ForeignKey(
        Ask,
        verbose_name=_("ask"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    purpose = EncryptedTextField(_("what it is for"), row="public_id", blank=True)
    payee_words = EncryptedTextField(_("who gets it, and how"), row="public_id", blank=True)
    decline_words = EncryptedTextField(_("why not"), row="public_id", blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=ExpenseState.choices, default=ExpenseState.ASKED
    )
    needs_two = models.BooleanField(_("two people say yes"), default=True)
    first_approver = models.ForeignKey(
        Approver,
        verbose_name=_("first yes"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    first_saw = models.PositiveIntegerField(null=True)
    first_at = models.DateTimeField(_("first yes at"), null=True)
    second_approver = models.ForeignKey(
        Approver,
        verbose_name=_("second yes"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    second_saw = models.PositiveIntegerField(null=True)
    second_at = models.DateTimeField(_("second yes at"), null=True)
    payer = models.ForeignKey(
        Approver,
        verbose_name=_("paid by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    payment = models.OneToOneField(
        Entry,
        verbose_name=_("payment"),
        null=True,
        on_delete=models.PROTECT,
        related_name="paid_expense",
    )
    paid_at = models.DateTimeField(_("paid at"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    spent = models.BigIntegerField(_("spent"), null=True)
    spending_version = models.PositiveIntegerField(default=0)
    checked_by = models.ForeignKey(
        Approver,
        verbose_name=_("settled by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    rest = models.OneToOneField(
        Entry,
        verbose_name=_("what came back"),
        null=True,
        on_delete=models.PROTECT,
        related_name="settled_expense",
    )
    write_off_approver = models.ForeignKey(
        Approver,
        verbose_name=_("first to close it"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    write_off_saw = models.PositiveIntegerField(null=True)
    write_off_back = models.BigIntegerField(_("came back"), null=True)
    created_at = models.DateTimeField(_("asked at"), db_default=Now())
    ended_at = models.DateTimeField(_("ended at"), null=True)
    payee_known_until = models.DateTimeField(null=True)

    objects: ClassVar = ExpenseQuerySet.as_manager()

    class Meta:
        verbose_name = _("expense")
        verbose_name_plural = _("expenses")
        default_permissions: ClassVar = ("view",)
        ordering = ("created_at", "pk")
        indexes: ClassVar = [
            # Read by the list of what waits.
            models.Index(
                fields=["pot"], condition=Q(state__in=PENDING), name="expense_pot_pending"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=ExpenseKind.values) & Q(state__in=ExpenseState.values),
                name="expense_kind_state_check",
                violation_error_message=_("Choose one of the kinds and one of the states."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lte=MOST_MINOR, version__gte=1),
                name="expense_amount_version_check",
                violation_error_message=_("Write an amount above 0."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=PENDING)
                | Q(ask__isnull=False)
                | (Q(asked_by__isnull=False) & (Q(kind="direct_help") | Q(payee__isnull=False))),
                name="expense_state_asked_by_payee_check",
                violation_error_message=_("Say who asks, and who gets it."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="direct_help") | Q(payee=None) | Q(claim=None),
                name="expense_payee_claim_check",
                violation_error_message=_("Help for an account names no task."),
            ),
            models.CheckConstraint(
                condition=Q(ask=None) | Q(kind="direct_help", payee=None),
                name="expense_ask_kind_payee_check",
                violation_error_message=_("Only help for someone without an account names an ask."),
            ),
            models.CheckConstraint(
                condition=Q(first_saw=None, first_approver=None)
                | Q(first_saw=F("version"), first_saw__isnull=False, first_approver__isnull=False),
                name="expense_first_saw_version_check",
                violation_error_message=_("A yes counts for what was seen."),
            ),
            models.CheckConstraint(
                condition=Q(second_saw=None, second_approver=None)
                | Q(
                    second_saw=F("version"),
                    second_saw__isnull=False,
                    second_approver__isnull=False,
                    first_saw__isnull=False,
                ),
                name="expense_second_saw_version_check",
                violation_error_message=_("A yes counts for what was seen."),
            ),
            models.CheckConstraint(
                condition=~Q(first_approver=F("second_approver")),
                name="expense_first_approver_second_approver_check",
                violation_error_message=_("It takes two people."),
            ),
            models.CheckConstraint(
                condition=~Q(first_approver=F("payee"))
                & ~Q(first_approver=F("asked_by"))
                & ~Q(second_approver=F("payee"))
                & ~Q(second_approver=F("asked_by")),
                name="expense_approvers_payee_asked_by_check",
                violation_error_message=_("No one says yes to their own money."),
            ),
            models.CheckConstraint(
                condition=~Q(payer=F("payee")) & ~Q(payer=F("asked_by")),
                name="expense_payer_payee_asked_by_check",
                violation_error_message=_("No one pays out their own money."),
            ),
            models.CheckConstraint(
                condition=Q(needs_two=True) | ~Q(payer=F("first_approver")),
                name="expense_payer_first_approver_check",
                violation_error_message=_("Whoever said yes doesn't pay it out."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=AGREED, first_approver__isnull=False)
                    & (Q(needs_two=False, second_approver=None) | Q(second_approver__isnull=False))
                )
                | (
                    ~Q(state__in=AGREED)
                    & Q(second_approver=None)
                    & (Q(needs_two=True) | Q(first_approver=None))
                ),
                name="expense_state_approvers_check",
                violation_error_message=_("It is agreed once all have said yes who have to."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=PAID_STATES,
                    payment__isnull=False,
                    payer__isnull=False,
                    paid_at__isnull=False,
                )
                | (~Q(state__in=PAID_STATES) & Q(payment=None, payer=None, paid_at=None)),
                name="expense_state_payment_check",
                violation_error_message=_("What is paid has an entry, and someone who paid."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["spent", "settled"],
                    kind="money_ahead",
                    spent__isnull=False,
                    spent__gte=0,
                    spent__lte=F("amount"),
                )
                | (
                    Q(state__in=WRITE_OFF_STATES)
                    & (Q(spent=None) | Q(kind="money_ahead", spent__gte=0, spent__lte=F("amount")))
                )
                | (~Q(state__in=["spent", "settled", *WRITE_OFF_STATES]) & Q(spent=None)),
                name="expense_state_spent_check",
                violation_error_message=_("Write what was spent of it, and no more than it was."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="settled", checked_by__isnull=False, ended_at__isnull=False)
                    & (
                        Q(spent=F("amount"), rest=None)
                        | Q(spent__lt=F("amount"), rest__isnull=False)
                    )
                )
                | (
                    Q(state="written_off", checked_by__isnull=False, ended_at__isnull=False)
                    & (Q(write_off_back=0, rest=None) | Q(write_off_back__gt=0, rest__isnull=False))
                )
                | (~Q(state__in=["settled", "written_off"]) & Q(checked_by=None, rest=None)),
                name="expense_state_rest_check",
                violation_error_message=_(
                    "What was left over has an entry, and someone who took it."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(checked_by=F("payee")) & ~Q(checked_by=F("asked_by")),
                name="expense_checked_by_payee_asked_by_check",
                violation_error_message=_("No one settles their own money."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=WRITE_OFF_STATES,
                    write_off_approver__isnull=False,
                    write_off_saw__isnull=False,
                    write_off_saw=F("spending_version"),
                    write_off_back__isnull=False,
                    write_off_back__gte=0,
                    write_off_back__lte=F("amount"),
                )
                | (
                    ~Q(state__in=WRITE_OFF_STATES)
                    & Q(write_off_approver=None, write_off_saw=None, write_off_back=None)
                ),
                name="expense_state_write_off_check",
                violation_error_message=_("Write what came back, and no more than it was."),
            ),
            models.CheckConstraint(
                condition=~Q(write_off_approver=F("payee"))
                & ~Q(write_off_approver=F("asked_by"))
                & ~Q(write_off_approver=F("checked_by")),
                name="expense_write_off_approver_check",
                violation_error_message=_("It takes two people, and neither closes their own."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["declined", "withdrawn"]) | Q(ended_at__isnull=False),
                name="expense_state_ended_at_check",
                violation_error_message=_("What is over ended at some time."),
            ),
        ]

    def __str__(self) -> str:
        return f"expense {self.pk}"

    @property
    def approvals(self) -> int:
        """How many have said yes to it as it is now."""
        return sum(saw is not None for saw in (self.first_saw, self.second_saw))

    @property
    def approvals_needed(self) -> int:
        return 2 if self.needs_two else 1
