"""What was asked, met and paid in a month that is over, as it was published; it never changes."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from mutualaid.numbers.rounding import FEWER, STEP
from mutualaid.numbers.sums import SIGNIFICANT_DIGITS

MEASURES = ("asked", "met", "unmet")
PAID_KINDS = ("money_back", "money_ahead", "direct_help")
"""Of what was paid out; the values of the pot's kinds."""
SUMS = ("given", "paid_out", *PAID_KINDS)
MOST_DIGITS = 12
"""Of a sum in whole units of its currency: more than all pots hold."""


class Frozen(Exception):
    """A published month was to be changed."""


class Published(models.Model):
    """A row that is written once."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises `Frozen` unless the row is new."""
        if not self._state.adding:
            raise Frozen(str(self))
        super().save(*args, **kwargs)


class RoundedFigures(Published):
    """Rounded counts of needs; 0 means fewer than 5, and none that the count is withheld.

    `asked`: came in during the month. `met`: of those that ended in it, for which help arrived, all or
    in part. `unmet`: ended in it without help. `days`: half of the met ones took so many days or fewer.
    """

    asked = models.PositiveIntegerField(null=True)
    met = models.PositiveIntegerField(null=True)
    unmet = models.PositiveIntegerField(null=True)
    days = models.PositiveSmallIntegerField(null=True)

    class Meta(Published.Meta):
        abstract = True

    @property
    def is_small(self) -> bool:
        """Nothing of it is more than a handful."""
        return all(getattr(self, measure) in (FEWER, None) for measure in MEASURES)

    @property
    def unmet_share(self) -> float:
        """Of what ended, how much was not met, from 0 to 1, by the published numbers."""
        unmet = self.unmet or 0
        return unmet / ended if (ended := (self.met or 0) + unmet) else 0.0


def _are_rounded(table: str) -> models.CheckConstraint:
    condition = Q()
    for measure in MEASURES:
        condition &= Q(**{f"{measure}__isnull": True}) | Q(Exact(F(measure) % STEP, 0))
    return models.CheckConstraint(
        condition=condition,
        name=f"{table}_asked_met_unmet_check",
        violation_error_message=_("Every number is rounded to 5."),
    )


class Month(RoundedFigures):
    """A month's totals. `first_day` is the first of it."""

    first_day = models.DateField(unique=True)

    class Meta:
        default_permissions: ClassVar = ()
        ordering = ("-first_day",)
        constraints: ClassVar = [_are_rounded("month")]

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m}"


class MonthPart(RoundedFigures):
    """The same of one area, or of one group of categories. What is sensitive is in no part."""

    month = models.ForeignKey(Month, on_delete=models.PROTECT, related_name="parts")
    area = models.ForeignKey(
        "catalog.Locality", null=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.ForeignKey(
        "catalog.Category", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            _are_rounded("monthpart"),
            models.CheckConstraint(
                condition=Q(area=None) ^ Q(kind=None),
                name="monthpart_area_or_kind_check",
                violation_error_message=_("A part is of an area or of a kind."),
            ),
            models.UniqueConstraint(
                fields=["month", "area"],
                name="monthpart_month_area_uniq",
                violation_error_message=_("This area has its numbers of that month already."),
            ),
            models.UniqueConstraint(
                fields=["month", "kind"],
                name="monthpart_month_kind_uniq",
                violation_error_message=_("This kind has its numbers of that month already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.area or self.kind}"

    @property
    def name(self) -> str:
        """Of its area or kind, in the reader's language."""
        return self.area.label if self.area else self.kind.label if self.kind else ""

    @property
    def code(self) -> str:
        part = self.area or self.kind
        return part.slug if part else ""


def _is_rounded(name: str) -> Q:
    """Whether a sum is rounded to fives, and from 100 on to two digits."""
    condition = Q(Exact(F(name) % STEP, 0), **{f"{name}__gte": 0, f"{name}__lt": 10**MOST_DIGITS})
    for digits in range(SIGNIFICANT_DIGITS + 1, MOST_DIGITS + 1):
        step = 10 ** (digits - SIGNIFICANT_DIGITS)
        condition &= Q(**{f"{name}__lt": 10 ** (digits - 1)}) | Q(Exact(F(name) % step, 0))
    return Q(**{f"{name}__isnull": True}) | condition


def _are_rounded_sums(*names: str) -> models.CheckConstraint:
    condition = Q()
    for name in names:
        condition &= _is_rounded(name)
    return models.CheckConstraint(
        condition=condition,
        name=f"monthmoney_{'_'.join(names)}_check",
        violation_error_message=_("Every sum is rounded to 5, larger ones to two digits."),
    )


def _all_kinds_or_none() -> Q:
    shown = Q(paid_out__isnull=False)
    withheld = Q()
    for kind in PAID_KINDS:
        shown &= Q(**{f"{kind}__isnull": False})
        withheld &= Q(**{f"{kind}__isnull": True})
    return shown | withheld


class MonthMoney(Published):
    """A month's money in one currency, rounded, in whole units; 0 means less than 5.

    None means withheld: too few were paid, or one got too much of it. `given` is what came in as gifts,
    `paid_out` what went to people, less what came back; the kinds are parts of it.
    """

    month = models.ForeignKey(Month, on_delete=models.PROTECT, related_name="money")
    currency = models.CharField(max_length=3)
    given = models.BigIntegerField(null=True)
    paid_out = models.BigIntegerField(null=True)
    money_back = models.BigIntegerField(null=True)
    money_ahead = models.BigIntegerField(null=True)
    direct_help = models.BigIntegerField(null=True)

    class Meta:
        default_permissions: ClassVar = ()
        ordering = ("currency",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["month", "currency"],
                name="monthmoney_month_currency_uniq",
                violation_error_message=_("This currency has its numbers of that month already."),
            ),
            _are_rounded_sums("given", "paid_out"),
            _are_rounded_sums(*PAID_KINDS),
            models.CheckConstraint(
                condition=_all_kinds_or_none(),
                name="monthmoney_paid_out_money_back_money_ahead_direct_help_check",
                violation_error_message=_("All kinds are shown, with the whole, or none of them."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.currency}"
