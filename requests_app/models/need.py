"""A need, as the public may see it: it holds no name, no words of the neighbour, no address."""

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.time_slot_field import WeekPartsField
from mutualaid.catalog.time_slots import ANY_TIME, in_words, within
from mutualaid.encryption.fields import WrongKey
from requests_app.states import ASIDE, CloseReason, NeedState, Urgency

if TYPE_CHECKING:
    from requests_app.models.contact import NeedContact

MOST_HELPERS = 50
"""What one need can want; more is an event, and wants a plan of its own."""


def parts_that_count(
    named: int, urgency: int, needed_by: date | None, occurs_on: date | None
) -> int:
    """Of the named parts of a week those on its own day, today if it is critical, or up to its last day."""
    today = timezone.localdate()
    if occurs_on:
        return within(named, occurs_on, occurs_on)
    last_day = today if urgency == Urgency.CRITICAL else needed_by
    return within(named, today, last_day) if last_day else named


class NeedQuerySet(models.QuerySet["Need"]):
    def open(self) -> "NeedQuerySet":
        return self.filter(state=NeedState.OPEN)

    def on_board(self) -> "NeedQuerySet":
        """What anybody may see: open, not of a sensitive kind, and with nobody who must not hear of it.

        Most urgent first, then oldest.
        """
        return (
            self.open()
            .exclude(category__sensitive=True)
            .filter(exclusions=None)
            .select_related("category", "locality")
            .order_by("-urgency", "created_at", "pk")
        )

    def with_a_way_back(self) -> "NeedQuerySet":
        """Needs whose private links still open: live ones, and for a while those that are closed."""
        lately = Now() - timedelta(days=settings.LINK_DAYS_AFTER_END)
        return self.filter(Q(closed_at=None) | Q(closed_at__gte=lately))

    def due_for_matching(self) -> "NeedQuerySet":
        return self.open().filter(match_due_at__lte=Now())


class Need(models.Model):
    """One thing that a neighbour asks for. Who she is stands in `NeedContact`."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    category = models.ForeignKey(
        "catalog.Category", verbose_name=_("category"), on_delete=models.PROTECT, related_name="+"
    )
    locality = models.ForeignKey(
        "catalog.Locality", verbose_name=_("area"), on_delete=models.PROTECT, related_name="+"
    )
    languages = models.ManyToManyField(
        "catalog.Language", verbose_name=_("languages"), related_name="+"
    )
    urgency = models.PositiveSmallIntegerField(
        _("how soon"), choices=Urgency.choices, default=Urgency.NORMAL
    )
    needed_by = models.DateField(_("needed by"), null=True, blank=True)
    week_parts = WeekPartsField(_("at which times"))
    people_count = models.PositiveSmallIntegerField(_("for how many people"), null=True, blank=True)
    helpers_wanted = models.PositiveSmallIntegerField(_("how many helpers, all in all"), default=1)
    state = models.CharField(
        _("state"), max_length=12, choices=NeedState.choices, default=NeedState.TRIAGE
    )
    close_reason = models.CharField(
        _("closed because"), max_length=12, choices=CloseReason.choices, blank=True
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="needs",
    )
    aside_until = models.DateField(_("put aside until"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("kept together with"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="merged",
    )
    bundle = models.UUIDField(_("asked together"), null=True, blank=True, db_index=True)
    series = models.ForeignKey(
        "requests_app.Series",
        verbose_name=_("repeating need"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="needs",
    )
    occurs_on = models.DateField(_("for the day"), null=True, blank=True)
    match_due_at = models.DateTimeField(_("next look for volunteers"), null=True, blank=True)
    expires_at = models.DateTimeField(_("open until"), null=True, blank=True)
    warned_at = models.DateTimeField(_("asked whether it is still needed"), null=True, blank=True)
    call_back_at = models.DateTimeField(
        _("lost the way back; to be rung since"), null=True, blank=True
    )
    source = models.CharField(_("came from"), max_length=40, blank=True)
    reference = models.CharField(_("reference there"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("asked at"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    erased_at = models.DateTimeField(_("personal details erased at"), null=True, blank=True)

    objects: ClassVar = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        indexes: ClassVar = [
            # Read by the board and by the coordinators' list.
            models.Index(fields=["state", "-urgency", "created_at"], name="need_board"),
            # Read by the matcher's sweep.
            models.Index(
                fields=["match_due_at"], condition=Q(state="open"), name="need_due_for_matching"
            ),
            # Read by the sweep that erases, and by the coordinators' preview of it.
            models.Index(fields=["closed_at"], condition=Q(erased_at=None), name="need_to_erase"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "reference"],
                condition=~Q(reference=""),
                name="need_once_for_a_reference",
            ),
            models.UniqueConstraint(
                fields=["series", "occurs_on"], name="one_occurrence_for_a_day_of_a_series"
            ),
            models.CheckConstraint(
                condition=Q(state__in=NeedState.values), name="need_in_a_state_that_exists"
            ),
            models.CheckConstraint(
                condition=Q(urgency__in=Urgency.values), name="need_urgency_that_exists"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="closed", closed_at__isnull=False) & ~Q(close_reason="")
                    | ~Q(state="closed") & Q(close_reason="", closed_at=None)
                ),
                name="need_closed_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(state="closed"), name="need_erased_only_when_closed"
            ),
            models.CheckConstraint(
                condition=Q(week_parts__gte=1, week_parts__lte=ANY_TIME),
                name="need_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(people_count=None) | Q(people_count__gte=1), name="need_for_somebody"
            ),
            models.CheckConstraint(
                condition=Q(helpers_wanted__gte=1, helpers_wanted__lte=MOST_HELPERS),
                name="need_wants_somebody",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=ASIDE, aside_until__isnull=False)
                    | ~Q(state__in=ASIDE) & Q(aside_until=None)
                ),
                name="need_aside_until_a_day",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="merged", merged_into__isnull=False) & ~Q(merged_into=models.F("id"))
                    | ~Q(state__in=["merged", "closed"]) & Q(merged_into=None)
                    | Q(state="closed")
                ),
                name="need_merged_into_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} · {self.locality}"

    @property
    def code(self) -> str:
        """A short name for coordinators to tell needs apart; it opens nothing."""
        return str(self.public_id)[:8]

    @property
    def when(self) -> str:
        """How soon, in words; with the date and the times of the week where some were named."""
        said = [str(self.get_urgency_display())]
        if self.needed_by:
            said.append(date_format(self.needed_by, "DATE_FORMAT"))
        if self.week_parts != ANY_TIME:
            said.append(in_words(self.week_parts))
        return gettext(", ").join(said)

    @property
    def parts_that_count(self) -> int:
        """Of the times she named those before it is too late."""
        return parts_that_count(self.week_parts, self.urgency, self.needed_by, self.occurs_on)

    @property
    def readable_contact(self) -> "NeedContact | None":
        """Her contact details; None where no key at hand opens them just now."""
        try:
            return self.contact
        except WrongKey:
            return None

    @property
    def is_live(self) -> bool:
        return self.state != NeedState.CLOSED

    @property
    def erased_on(self) -> date | None:
        """The day after which the personal details are erased; None while it is not closed."""
        if self.closed_at is None:
            return None
        return timezone.localdate(self.closed_at + timedelta(days=settings.ERASE_DAYS))

    def together(self) -> NeedQuerySet:
        """The other needs of the same ask, by their day."""
        if self.bundle is None:
            return Need.objects.none()
        same = Need.objects.filter(bundle=self.bundle).exclude(pk=self.pk)
        return same.select_related("category").order_by("occurs_on", "pk")

    @property
    def leading(self) -> "Need":
        """The need whose fate this one shares: the one it was put together with, or itself."""
        return self.merged_into or self
