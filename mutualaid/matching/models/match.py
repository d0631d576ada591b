"""A match: this offer fits this need, why, and what came of asking."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mutualaid.people.models import User


class MatchQuerySet(models.QuerySet["Match"]):
    def of(self, user: User) -> "MatchQuerySet":
        return self.filter(offer__volunteer=user)

    def worth_showing(self) -> "MatchQuerySet":
        """Needs that are still open and that the volunteer has not turned down; best first."""
        return (
            self.filter(need__state="open", need__category__sensitive=False)
            .filter(state__in=[Match.State.SUGGESTED, Match.State.NOTIFIED])
            .select_related("need__category", "need__locality", "need__contact")
            .order_by("-need__urgency", "-score", "pk")
        )


class Match(models.Model):
    """`score` is the sum of the points in `lines`, a list of {"code", "points", "value"}."""

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("fits")
        NOTIFIED = "notified", _("asked")
        ACCEPTED = "accepted", _("said yes")
        DECLINED = "declined", _("said no")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    need = models.ForeignKey(
        "requests_app.Need",
        verbose_name=_("need"),
        on_delete=models.CASCADE,
        related_name="matches",
    )
    offer = models.ForeignKey(
        "offers_app.Offer",
        verbose_name=_("offer"),
        on_delete=models.CASCADE,
        related_name="matches",
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.SUGGESTED
    )
    score = models.FloatField(_("points"))
    lines = models.JSONField(_("why"), default=list)
    created_at = models.DateTimeField(_("found at"), auto_now_add=True)
    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)

    objects: ClassVar = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        indexes: ClassVar = [
            # Read by each wave: the best offer of a need that was not asked yet.
            models.Index(fields=["need", "state", "-score"], name="match_next_to_ask"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["need", "offer"], name="a_need_meets_an_offer_once"),
            models.CheckConstraint(
                condition=Q(state__in=["suggested", "notified", "accepted", "declined"]),
                name="match_in_a_state_that_exists",
            ),
            models.CheckConstraint(
                condition=~Q(state="notified") | Q(asked_at__isnull=False),
                name="match_asked_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need} ↔ {self.offer}"
