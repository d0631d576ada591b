"""What was asked and met in a month that is over, as it was published; it never changes."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from mutualaid.numbers.rounding import FEWER, STEP

MEASURES = ("asked", "met", "unmet")


class Frozen(Exception):
    """A published month was to be changed."""


class RoundedFigures(models.Model):
    """Rounded counts of needs; 0 means fewer than 5, and none that the count is withheld.

    `asked`: came in during the month. `met`: of those that ended in it, for which help arrived, all or
    in part. `unmet`: ended in it without help. `days`: half of the met ones took so many days or fewer.
    """

    asked = models.PositiveIntegerField(null=True)
    met = models.PositiveIntegerField(null=True)
    unmet = models.PositiveIntegerField(null=True)
    days = models.PositiveSmallIntegerField(null=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises `Frozen` unless the row is new."""
        if not self._state.adding:
            raise Frozen(str(self))
        super().save(*args, **kwargs)

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
