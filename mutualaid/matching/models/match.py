"""A match: this offer fits this need, why, and what came of asking."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mutualaid.matching.states import (
    INVITED,
    MATCH_TRANSITIONS,
    UNANSWERED,
    DeclineReason,
    MatchState,
)
from mutualaid.people.models import User
from mutualaid.transitions import apply_transition
from requests_app.access.exclusions import asks_kept_from
from requests_app.models import Claim, Need


class MatchQuerySet(models.QuerySet["Match"]):
    def of(self, user: User) -> "MatchQuerySet":
        """The matches of this person; none of an ask that is kept from them, or that is their own."""
        own = self.filter(offer__volunteer=user)
        return own.exclude(need__ask__in=asks_kept_from(user))

    def open(self) -> "MatchQuerySet":
        """Those whose need is open, its day not over."""
        return self.filter(need__in=Need.objects.open())

    def worth_showing(self) -> "MatchQuerySet":
        """Needs that are still open and that the volunteer has not turned down; best first."""
        return (
            self.open()
            .filter(need__category__sensitive=False, state__in=UNANSWERED)
            .select_related("need__category", "need__locality")
            .order_by("-need__urgency", "-score", "pk")
        )

    def apply(self, action: str, **fields: Any) -> int:
        """Take the transition `action` wherever it is possible now; returns how many took it."""
        return apply_transition(self, MATCH_TRANSITIONS[action], **fields)

    apply.alters_data = True  # type: ignore[attr-defined]


class Match(models.Model):
    """`score` is the sum of the points in `lines`, a list of {"code", "points", "value"}.

    `acceptance_factor` tells how much likelier than usual a yes is: see `outreach.acceptance`.
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
    acceptance_factor = models.FloatField(default=1.0)
    created_at = models.DateTimeField(_("found at"), auto_now_add=True)
    invited_at = models.DateTimeField(_("asked at"), null=True, blank=True)

    objects: ClassVar = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        indexes: ClassVar = [
            # Read by each wave: the best offer of a need that was not asked yet.
            models.Index(fields=["need", "state", "-score"], name="match_next_to_invite"),
            # Read for each candidate: how often and when they were invited.
            models.Index(
                fields=["offer", "invited_at"],
                condition=Q(invited_at__isnull=False),
                name="match_asks_of_an_offer",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["need", "offer"],
                name="match_need_offer_uniq",
                violation_error_message=_("This need and this offer are matched already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=MatchState.values),
                name="match_state_check",
                violation_error_message=_("Choose one of the states."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=INVITED) | Q(invited_at__isnull=False),
                name="match_state_invited_at_check",
                violation_error_message=_(
                    "Once a volunteer was invited, the time of it is needed."
                ),
            ),
            models.CheckConstraint(
                condition=Q(decline_reason="") | Q(decline_reason__in=DeclineReason.values),
                name="match_decline_reason_check",
                violation_error_message=_("Choose one of the reasons."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need} ↔ {self.offer}"

    @property
    def claim_on_the_way(self) -> Claim | None:
        """The claim of its volunteer on its need, as long as they may still let it go."""
        mine = Claim.objects.of(self.offer.volunteer).on_the_way()
        return mine.filter(need=self.need_id).first()

    @property
    def price(self) -> float:
        """How much the offer was wanted elsewhere, in points."""
        return -sum(float(line["points"]) for line in self.lines if line["code"] == "wanted")
