"""What scores and waves are computed from: the points of each reason, prices, measured rates of yes."""

from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.local_time import this_week
from mutualaid.matching.scoring import STARTING, Points
from mutualaid.policy.current import current_policy
from mutualaid.statements import compiled, late

LIMITS = (MinValueValidator(0), MaxValueValidator(100))


def _points(name: str, label: Any, help_text: Any = "") -> "models.FloatField[float, float]":
    start = asdict(STARTING)[name]
    return models.FloatField(label, default=start, validators=LIMITS, help_text=help_text)


class ScoringWeights(models.Model):
    """The one row of points for each reason, which coordinators change; without it, `scoring.STARTING`."""

    ONLY = 1

    near = _points("near", _("near"), _("In a chosen area; less the farther it is."))
    exact_category = _points("exact_category", _("you offered this"))
    related_category = _points("related_category", _("close to what you offered"))
    own_language = _points("own_language", _("speaks the neighbour's own language"))
    shared_language = _points("shared_language", _("shares another language"))
    shared_time = _points(
        "shared_time", _("time in common"), _("Less where only some of the times suit both.")
    )
    rested = _points("rested", _("not asked lately"), _("Less with each time in seven days."))
    confirmed = _points(
        "confirmed", _("offer confirmed lately"), _("In the last month they said that it holds.")
    )
    kept = _points(
        "kept",
        _("kept for this need"),
        _("By the look at all needs together. They are asked first too, unless it is 0."),
    )

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
    return next((row.points for row in _weights().rows()), STARTING)


@compiled
def _weights() -> "models.QuerySet[ScoringWeights]":
    return ScoringWeights.objects.all()


def fresh(solved_at: str) -> Q:
    """Match what was solved within the last `price_hours` hours of this week; older says nothing any more.

    `solved_at` is the column that says when.
    """
    monday = late(
        lambda: timezone.make_aware(datetime.combine(this_week(), time.min)),
        models.DateTimeField(),
    )
    oldest = Now() - late(
        lambda: timedelta(hours=current_policy().price_hours), models.DurationField()
    )
    return Q((f"{solved_at}__gte", monday)) & Q((f"{solved_at}__gte", oldest))


class OfferPriceQuerySet(models.QuerySet["OfferPrice"]):
    def fresh(self) -> "OfferPriceQuerySet":
        """Those that still count, see `fresh`."""
        return self.filter(fresh("solved_at"))


class OfferPrice(models.Model):
    """How much an offer is wanted elsewhere this week, as the last backlog run left it (ADR 12).

    `points`, never below 0, are taken from the score of the offer for every need. Written for every offer
    in the run, also where the price is 0: an offer without a fresh row is priced by pressure, see
    `search.candidates.price_of`. `reserve` is what runs by day open the price with (ADR 92).
    """

    offer = models.OneToOneField(
        "offers_app.Offer",
        verbose_name=_("offer"),
        on_delete=models.CASCADE,
        related_name="price",
        primary_key=True,
    )
    points = models.FloatField(_("points"))
    reserve = models.FloatField(_("points for needs still to come"), default=0, db_default=0)
    solved_at = models.DateTimeField(_("as of"))

    objects: ClassVar = OfferPriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("price of an offer")
        verbose_name_plural = _("prices of offers")
        default_permissions: ClassVar = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(points__gte=0),
                name="offerprice_points_check",
                violation_error_message=_("Points cannot be less than zero."),
            ),
            models.CheckConstraint(
                condition=Q(reserve__gte=0),
                name="offerprice_reserve_check",
                violation_error_message=_("Points cannot be less than zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"price {self.pk}"


class AcceptanceRate(models.Model):
    """Invitations of the last months to needs of one category, and how many of them became a yes."""

    category = models.OneToOneField(
        "catalog.Category", on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    invitations = models.PositiveIntegerField(_("asked"))
    yes = models.PositiveIntegerField(_("said yes"))
    counted_at = models.DateTimeField(_("as of"))

    class Meta:
        verbose_name = _("how often people say yes")
        verbose_name_plural = _("how often people say yes")
        default_permissions: ClassVar = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(yes__lte=F("invitations")),
                name="acceptancerate_yes_invitations_check",
                violation_error_message=_("No more people can say yes than were asked."),
            ),
        ]

    def __str__(self) -> str:
        return f"acceptance {self.pk}"
