"""The matches of a need, the search for volunteers they come from, and what a volunteer ruled out."""

import uuid
from datetime import date, datetime
from typing import ClassVar, TypedDict, Unpack

from django.db import models
from django.db.models import Case, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.matching.scoring import KEPT
from mutualaid.matching.states import (
    INVITED,
    MATCH_TRANSITIONS,
    UNANSWERED,
    DeclineReason,
    MatchState,
)
from mutualaid.people.introductions import newcomers
from mutualaid.people.models import User
from mutualaid.statements import Given, late
from mutualaid.transitions import apply_transition
from requests_app.access.exclusions import asks_kept_from
from requests_app.models import Claim, Need


class MatchFields(TypedDict, total=False):
    """What a transition may write besides the state."""

    invited_at: datetime
    decline_reason: str
    pinned: bool


class MatchQuerySet(models.QuerySet["Match"]):
    def of(self, user: User) -> "MatchQuerySet":
        """The matches of this person; none of an ask that is kept from them, or that is their own."""
        own = self.filter(offer__volunteer=user)
        return own.exclude(need__ask__in=asks_kept_from(user))

    def open(self) -> "MatchQuerySet":
        """Those whose need is open, its day not over."""
        return self.filter(need__in=Need.objects.open())

    def worth_showing(self) -> "MatchQuerySet":
        """Needs that are still open and that the volunteer has not turned down.

        Those they were invited to, then the best. Of someone new only what they may say yes to.
        """
        is_for_them = Q(invited_at__isnull=False) | Q(need__for_newcomers=True)
        return (
            self.open()
            .filter(is_for_them | ~Q(offer__volunteer__in=newcomers()))
            .filter(need__category__sensitive=False, state__in=UNANSWERED)
            .select_related("need__category", "need__locality")
            .order_by(
                Case(When(state__in=INVITED, then=0), default=1), "-need__urgency", "-score", "pk"
            )
        )

    def apply(self, action: str, **fields: Unpack[MatchFields]) -> int:
        """Take the transition `action` where it is possible, and write `fields`; returns how many took it.

        Raises `KeyError` for an action that is not in `MATCH_TRANSITIONS`.
        """
        return apply_transition(self, MATCH_TRANSITIONS[action], **fields)

    apply.alters_data = True  # type: ignore[attr-defined]


class Match(models.Model):
    """A suggestion: this offer fits this need, why, and what came of inviting its volunteer.

    `score` is the sum of the points in `lines`, a list of `scoring.Line`. `acceptance_factor` says how much
    likelier than usual a yes is: see `outreach.acceptance`.
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
            # Read by each wave: the best offers of a need whose volunteers were not invited yet.
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
        """The claim of its volunteer on its need, as long as they may still let it go; else None."""
        mine = Claim.objects.of(self.offer.volunteer).on_the_way()
        return mine.filter(need=self.need_id).first()

    @property
    def price(self) -> float:
        """How much the offer was wanted elsewhere, in points."""
        return -sum(float(line["points"]) for line in self.lines if line["code"] == "wanted")

    @property
    def is_kept(self) -> bool:
        """Whether the offer was proposed for the need when it was ranked."""
        return any(line["code"] == KEPT for line in self.lines)


class NeedSearch(models.Model):
    """The search for volunteers for a need: one row for each need that was matched.

    `candidates` is how many offers fit when it was last matched, counted up to the few dozens that are
    scored. `handed_over_at` is set while there is no one left to invite: a coordinator has to find a way.
    `held_until` is set while all who may be invited are held, see `outreach.pacing`.
    `second_round_before` is the end of the need's time within which those who had not answered were invited
    once more.
    """

    need = models.OneToOneField(
        "requests_app.Need", on_delete=models.CASCADE, related_name="search", primary_key=True
    )
    candidates = models.PositiveIntegerField(_("who fit"), default=0)
    stopped = models.BooleanField(_("asked by hand only"), default=False)
    handed_over_at = models.DateTimeField(_("with a coordinator since"), null=True, blank=True)
    held_until = models.DateTimeField(_("waits until"), null=True, blank=True)
    second_round_before = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("search for a need")
        verbose_name_plural = _("searches for needs")
        default_permissions: ClassVar = ()
        indexes: ClassVar = [
            # Read by the coordinators' board: the needs that wait for a coordinator.
            models.Index(
                fields=["need"],
                condition=models.Q(handed_over_at__isnull=False),
                name="search_handed_over",
            ),
        ]

    def __str__(self) -> str:
        return f"search {self.pk}"


class RefusalQuerySet(models.QuerySet["Refusal"]):
    def standing(self) -> "RefusalQuerySet":
        """Those still in force today."""
        today = late(timezone.localdate, models.DateField())
        return self.filter(Q(until=None) | Q(until__gte=today))

    def of_week(self, week: date | Given, end: date | Given) -> "RefusalQuerySet":
        """Those that hold for needs of the week from this Monday to the next, `end`; past days are over."""
        begun = Q(since=None) | Q(since__lt=end)
        return self.standing().filter(begun, Q(until=None) | Q(until__gte=week))


class Refusal(models.Model):
    """What a volunteer ruled out when they said no; they are not matched with it.

    This category, this area, or, with neither, everything; from the day `since` up to and with the day
    `until`, if there are such. What counts is the week of the help (ADR 84).
    """

    offer = models.ForeignKey("offers_app.Offer", on_delete=models.CASCADE, related_name="refusals")
    category = models.ForeignKey(
        "catalog.Category", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    locality = models.ForeignKey(
        "catalog.Locality", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = RefusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("what a volunteer ruled out")
        verbose_name_plural = _("what volunteers ruled out")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(category=None) | Q(locality=None),
                name="refusal_category_or_locality_check",
                violation_error_message=_("Rule out a kind of help or an area, not both at once."),
            ),
            models.CheckConstraint(
                condition=Q(category__isnull=False)
                | Q(locality__isnull=False)
                | Q(until__isnull=False),
                name="refusal_category_or_locality_or_until_check",
                violation_error_message=_(
                    "Choose a kind of help or an area, or a day until which nothing at all is wanted."
                ),
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(since__lte=models.F("until")),
                name="refusal_since_until_check",
                violation_error_message=_("The last day cannot be before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"refusal {self.pk}"

    @property
    def begins_later(self) -> bool:
        """Whether it rules out a week that has not begun."""
        return self.since is not None and self.since > timezone.localdate()
