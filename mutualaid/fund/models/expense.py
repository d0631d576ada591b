"""What someone asks a pot for, who said yes to which version of it, and what came of it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField
from mutualaid.fund.models.people import Approver
from mutualaid.fund.models.pot import MOST_MINOR, Entry, Pot
from mutualaid.fund.states import AGREED, PAID_STATES, PENDING, ExpenseKind, ExpenseState
from mutualaid.people.models import User
from requests_app.models import Ask

LONGEST_PURPOSE, LONGEST_PAYEE = 600, 300
"""Characters."""
WORDS = ("purpose", "payee_words", "decline_words")
"""Encrypted: read by those who look, and by no step."""


class ExpenseQuerySet(models.QuerySet["Expense"]):
    def of(self, user: User) -> "ExpenseQuerySet":
        """Those that someone asked for, or gets."""
        return self.filter(Q(asked_by=user) | Q(payee=user))

    def without_words(self) -> "ExpenseQuerySet":
        """Without what is encrypted: for all but whoever reads it, and logs that."""
        return self.defer(*WORDS)

    def pending(self) -> "ExpenseQuerySet":
        """Those for which no money has moved yet."""
        return self.filter(state__in=PENDING)

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

    def waiting_for(self, user: User) -> "ExpenseQuerySet":
        """Those whose next step an approver can do: `rules.waits_for` as a query."""
        return self.to_approve_for(user) | self.to_pay_for(user) | self.to_settle_for(user)

    def _of_others(self, user: User) -> "ExpenseQuerySet":
        not_payee = Q(payee=None) | ~Q(payee=user)
        asks = Ask.objects.of(user).values("pk")
        not_their_need = Q(claim=None) | ~Q(claim__need__ask__in=asks)
        return self.filter(not_payee, not_their_need, Q(asked_by=None) | ~Q(asked_by=user))


def _not_first(user: User) -> Q:
    return Q(first_approver=None) | ~Q(first_approver=user.pk)


class Expense(models.Model):
    """What a pot is asked for. Amounts are in minor units of its currency.

    `payee` gets the money; of a neighbour without an account `payee_words` say who it is and how. `version`
    counts each change of amount, payee or paper, and each approval names the one it saw: a check holds them
    together, so that no approval outlives a change. `needs_two` is what the amount asked for when the
    version was made. Approving reserves the amount in the pot; paying writes `payment`, an entry of the pot.

    Of money ahead, `spent` is what went, `rest` the entry of what came back, and `spending_version` counts
    each change of what was said and of its papers, so that whoever settles it names what they saw.

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
                violation_error_message=_("Another person pays than the one who said yes."),
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
                | (~Q(state__in=["spent", "settled"]) & Q(spent=None)),
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
                | (~Q(state="settled") & Q(checked_by=None, rest=None)),
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


class ExpenseLook(models.Model):
    """An approver read what an expense is for. Whom it is about can see the list.

    The first look at an expense on a day takes a `slot` (1, 2, …) of the hour that `window` names
    ("2026-11-25T19"), so that the database enforces the limit; looks again on that day take none.
    """

    expense = models.ForeignKey(
        Expense, verbose_name=_("expense"), on_delete=models.CASCADE, related_name="looks"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    window = models.CharField(max_length=20)
    slot = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = _("look at an expense")
        verbose_name_plural = _("looks at expenses")
        default_permissions: ClassVar = ()
        ordering = ("at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["by", "window", "slot"],
                name="expenselook_by_window_slot_uniq",
                violation_error_message=_("This look has been counted already."),
            ),
        ]

    def __str__(self) -> str:
        return f"look {self.pk}"
