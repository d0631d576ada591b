"""How much each reason counts. A coordinator may change it."""

from dataclasses import asdict
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mutualaid.matching.scoring import STARTING, Points

LIMITS = (MinValueValidator(0), MaxValueValidator(100))


def _points(name: str, label: Any, help_text: Any = "") -> Any:
    start = asdict(STARTING)[name]
    return models.FloatField(label, default=start, validators=LIMITS, help_text=help_text)


class ScoringWeights(models.Model):
    """The one row of points that the score uses; without it, the ones to start from."""

    ONLY = 1

    near = _points("near", _("near"), _("In a chosen area; less the farther it is."))
    exact_category = _points("exact_category", _("just what is offered"))
    related_category = _points("related_category", _("close to what is offered"))
    own_language = _points("own_language", _("speaks the neighbour's own language"))
    shared_language = _points("shared_language", _("shares another language"))
    shared_time = _points(
        "shared_time", _("time in common"), _("Less where only some of the times suit both.")
    )
    rested = _points("rested", _("not asked lately"), _("Less with each time in seven days."))

    class Meta:
        verbose_name = _("points")
        verbose_name_plural = _("points: what counts how much")
        default_permissions: ClassVar = ("view", "change")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(pk=1),
                name="scoringweights_id_check",
                violation_error_message=_("There is only one row of this."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("what counts how much"))

    @property
    def points(self) -> Points:
        return Points(**{name: getattr(self, name) for name in asdict(STARTING)})


def current_points() -> Points:
    """The points in force."""
    row = ScoringWeights.objects.first()
    return row.points if row else STARTING
