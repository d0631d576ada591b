"""A match: this offer fits this need, why, and what came of asking."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mutualaid.matching.states import ASKED, MATCH_MOVES, UNANSWERED, DeclineReason, MatchState
from mutualaid.people.models import User


class MatchQuerySet(models.QuerySet["Match"]):
    def of(self, user: User) -> "MatchQuerySet":
        """What she may hear of: not a need that somebody keeps from her."""
        hers = self.filter(offer__volunteer=user)
        return hers.exclude(need__exclusions__person=user)

    def worth_showing(self) -> "MatchQuerySet":
        """Needs that are still open and that the volunteer has not turned down; best first."""
        return (
            self.filter(need__state="open", need__category__sensitive=False)
            .filter(state__in=UNANSWERED)
            .select_related("need__category", "need__locality")
            .order_by("-need__urgency", "-score", "pk")
        )

    def move(self, action: str, **fields: Any) -> int:
        """Take the step `action` wherever it is possible now; returns how many took it."""
        move = MATCH_MOVES[action]
        return self.filter(state__in=move.sources).update(state=move.target, **fields)

    move.alters_data = True  # type: ignore[attr-defined]


class Match(models.Model):
    """`score` is the sum of the points in `lines`, a list of {"code", "points", "value"}.

    `ease` tells how much likelier than usual a yes is, by distance and category: see `chances`.
    """

    State = MatchState

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
        _("state"), max_length=10, choices=MatchState.choices, default=MatchState.SUGGESTED
    )
    decline_reason = models.CharField(
        _("why not"), max_length=15, choices=DeclineReason.choices, blank=True
    )
    pinned = models.BooleanField(_("to be asked first"), default=False)
    score = models.FloatField(_("points"))
    lines = models.JSONField(_("why"), default=list)
    ease = models.FloatField(default=1.0)
    created_at = models.DateTimeField(_("found at"), auto_now_add=True)
    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)

    objects: ClassVar = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        indexes: ClassVar = [
            # Read by each wave: the best offer of a need that was not asked yet.
            models.Index(fields=["need", "state", "-score"], name="match_next_to_ask"),
            # Read for each candidate: how often and when she was asked.
            models.Index(
                fields=["offer", "asked_at"],
                condition=Q(asked_at__isnull=False),
                name="match_asks_of_an_offer",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["need", "offer"], name="a_need_meets_an_offer_once"),
            models.CheckConstraint(
                condition=Q(state__in=MatchState.values),
                name="match_in_a_state_that_exists",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ASKED) | Q(asked_at__isnull=False),
                name="match_asked_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(decline_reason="") | Q(decline_reason__in=DeclineReason.values),
                name="match_declined_for_a_reason_that_exists",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need} ↔ {self.offer}"

    @property
    def price(self) -> float:
        """How much the offer was wanted elsewhere, in points."""
        return -sum(float(line["points"]) for line in self.lines if line["code"] == "wanted")
