"""Pots, and the entries of what came in and went out."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Lower, Now
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from mutualaid.fund.states import IN_KINDS, OUT_KINDS, EntryKind

MOST_UNITS = 1_000_000
"""Of a currency in one amount: what a neighbourhood does not move at once; a slip of the finger is more."""
MOST_DECIMALS = 3
MOST_MINOR = MOST_UNITS * 10**MOST_DECIMALS
MOST_IN_POT = MOST_MINOR * 1_000
"""What the columns of a pot hold at most, far from the end of a `bigint`."""


class Pot(models.Model):
    """Money that a group holds in common, written down in minor units (cents) of one currency.

    `decimals` is how many of them the currency has, kept from the day on which the pot was opened, so that
    no later table moves the point. `balance` is the sum of the entries; `promised` is what is agreed and not
    yet paid. From `two_approvers_from` on an expense needs two approvers: 0, as long as the group has not
    decided otherwise, means each. The caps warn and never turn anyone away; None is none.
    """

    name = models.CharField(_("name"), max_length=60)
    currency = models.CharField(_("currency"), max_length=3)
    decimals = models.PositiveSmallIntegerField(editable=False)
    balance = models.BigIntegerField(_("in the pot"), default=0, editable=False)
    promised = models.BigIntegerField(_("promised"), default=0, editable=False)
    two_approvers_from = models.BigIntegerField(
        _("two people say yes from this amount on"), default=0, editable=False
    )
    month_per_household = models.BigIntegerField(
        _("most for one household in a month"), null=True, editable=False
    )
    month_in_all = models.BigIntegerField(_("most in a month"), null=True, editable=False)
    created_at = models.DateTimeField(_("since"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("pot")
        verbose_name_plural = _("pots")
        default_permissions: ClassVar = ("view", "add", "change")
        ordering = ("name", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"),
                name="pot_name_uniq",
                violation_error_message=_("There is a pot with this name already."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="pot_name_check",
                violation_error_message=_("Write its name."),
            ),
            models.CheckConstraint(
                condition=Exact(Length("currency"), 3) & Q(decimals__lte=MOST_DECIMALS),
                name="pot_currency_decimals_check",
                violation_error_message=_("Choose a currency."),
            ),
            models.CheckConstraint(
                condition=Q(balance__gte=0, balance__lte=MOST_IN_POT),
                name="pot_balance_check",
                violation_error_message=_("There is not that much in the pot."),
            ),
            models.CheckConstraint(
                condition=Q(promised__gte=0, promised__lte=F("balance")),
                name="pot_promised_check",
                violation_error_message=_("A pot promises no more than it holds."),
            ),
            models.CheckConstraint(
                condition=Q(two_approvers_from__gte=0),
                name="pot_two_approvers_from_check",
                violation_error_message=_("Write an amount, or 0 for each."),
            ),
            models.CheckConstraint(
                condition=(Q(month_per_household=None) | Q(month_per_household__gt=0))
                & (Q(month_in_all=None) | Q(month_in_all__gt=0)),
                name="pot_month_per_household_month_in_all_check",
                violation_error_message=_("Write an amount, or leave it empty."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def free(self) -> int:
        """What is neither paid nor promised, in minor units."""
        return self.balance - self.promised

    @property
    def most(self) -> int:
        """The largest amount of one entry or expense, in minor units."""
        return int(MOST_UNITS * 10**self.decimals)


class Entry(models.Model):
    """What came into a pot (above 0) or left it (below 0), in minor units, on a day of the group's calendar.

    No entry is changed or deleted: a wrong one gets a counter-entry, once, which `sets_right` it. A trigger
    refuses the rest (`books.py`). It holds no words and no one's name. `public_id` comes from the page that
    sends it, so that what is sent twice is written once.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pot = models.ForeignKey(
        Pot, verbose_name=_("pot"), on_delete=models.PROTECT, related_name="entries"
    )
    kind = models.CharField(_("what"), max_length=12, choices=EntryKind.choices)
    amount = models.BigIntegerField(_("amount"))
    on_day = models.DateField(_("day"))
    sets_right = models.OneToOneField(
        "self",
        verbose_name=_("sets right"),
        null=True,
        on_delete=models.PROTECT,
        related_name="set_right_by",
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    written_at = models.DateTimeField(_("written at"), db_default=Now())

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        default_permissions: ClassVar = ("view",)
        ordering = ("-on_day", "-pk")
        indexes: ClassVar = [
            # Read by the page of a pot, by `flows` and by `carries`.
            models.Index(fields=["pot", "on_day"], name="entry_pot_on_day"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=IN_KINDS, amount__gt=0, sets_right=None)
                | Q(kind__in=OUT_KINDS, amount__lt=0, sets_right=None)
                | (Q(kind="correction", sets_right__isnull=False) & ~Q(amount=0)),
                name="entry_kind_amount_sets_right_check",
                violation_error_message=_("Write an amount above 0 for this kind of entry."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=-MOST_MINOR, amount__lte=MOST_MINOR),
                name="entry_amount_check",
                violation_error_message=_("This amount is too large."),
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"
