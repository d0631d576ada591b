"""A volunteer's commitment to a need. Constraints keep a need and a volunteer's week from overfilling."""

import uuid
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from mutualaid.local_time import day_and_time, format_day
from mutualaid.local_time import this_week as this_week  # where a migration finds it
from mutualaid.people.models import User
from mutualaid.statements import Given
from requests_app.models.need import Need
from requests_app.states import (
    ENDED_BY_OTHERS,
    FILLS_A_PLACE,
    IN_TOUCH,
    LIVE_CLAIM,
    ON_THE_WAY,
    ClaimState,
    NeedState,
)

LOWERCASE_WEEKDAYS = ("ru",)
"""Languages that write weekdays in lower case, although Django has them with a capital."""
ON_MONDAY_TO_SUNDAY = (
    "в понедельник, во вторник, в среду, в четверг, в пятницу, в субботу, в воскресенье"
)
ON_WEEKDAYS = {"ru": ON_MONDAY_TO_SUNDAY.split(", ")}
"""Weekdays from Monday on as they follow "is coming", where a language changes them; `on` is in them."""


def weekday_in_words(day: date, *, after_on: bool) -> str:
    """The name of the weekday, alone or as it follows "is coming on" in a sentence."""
    language = get_language() or ""
    if after_on and language in ON_WEEKDAYS:
        return ON_WEEKDAYS[language][day.weekday()]
    weekday = format_day(day, "l")
    return weekday.lower() if language in LOWERCASE_WEEKDAYS else weekday


def day_in_words(day: date, *, after_on: bool) -> str:
    """The weekday and the date: "Friday, November 27"."""
    weekday = weekday_in_words(day, after_on=after_on)
    day_of_month = format_day(day, "MONTH_DAY_FORMAT")
    return gettext("%(weekday)s, %(date)s") % {"weekday": weekday, "date": day_of_month}


class ClaimQuerySet(models.QuerySet["Claim"]):
    def live(self) -> "ClaimQuerySet":
        return self.filter(state__in=LIVE_CLAIM)

    def on_the_way(self) -> "ClaimQuerySet":
        return self.filter(state__in=ON_THE_WAY)

    def filling(self) -> "ClaimQuerySet":
        """Claims that fill a place of their need and of their volunteer's week."""
        return self.filter(state__in=FILLS_A_PLACE)

    def of(self, user: User) -> "ClaimQuerySet":
        return self.filter(volunteer=user)

    def filling_week(self, week: "date | Given") -> "ClaimQuerySet":
        """Claims that fill a place in the week that begins on this Monday."""
        return self.filling().filter(week=week)


class Claim(models.Model):
    """A volunteer said yes to a need, and what came of it.

    `place` (1, 2, …) is its place among the helpers of the need, `week_slot` (1, 2, …) that in the
    volunteer's week, and `week` the Monday of that week, which is the week of the help (ADR 84).
    `live_slot` (1, 2, …) is its place among all that the volunteer holds at once by their own yes; None
    where a coordinator gave it, who may give more than the policy's `live_claims_per_person`. Times that
    decide what is late come from the database's clock. `silent_since` is when we last heard from the
    volunteer, or, once a day is agreed, the morning after that day. `scheduled_for` and `scheduled_time`
    are what volunteer and neighbour agreed on, in the group's time zone; a day may have no time.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    need = models.ForeignKey(
        Need, verbose_name=_("need"), on_delete=models.CASCADE, related_name="claims"
    )
    volunteer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("volunteer"),
        on_delete=models.PROTECT,
        related_name="claims",
    )
    state = models.CharField(
        _("state"), max_length=24, choices=ClaimState.choices, default=ClaimState.CLAIMED
    )
    support_contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("coordinator to turn to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="supported_claims",
    )
    place = models.PositiveSmallIntegerField(_("place among the helpers"), default=1)
    week = models.DateField(_("week"), default=this_week)
    week_slot = models.PositiveSmallIntegerField(_("place in the week"))
    live_slot = models.PositiveSmallIntegerField(_("place at once"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("claimed at"), db_default=Now())
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)
    silent_since = models.DateTimeField(_("nothing heard since"), null=True, blank=True)
    scheduled_for = models.DateField(_("agreed day"), null=True, blank=True)
    scheduled_time = models.TimeField(_("agreed time"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("done at"), null=True, blank=True)
    reminded_again_at = models.DateTimeField(_("asked once more at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects: ClassVar = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["need", "place"],
                condition=Q(state__in=FILLS_A_PLACE),
                name="claim_need_place_uniq",
                violation_error_message=_("Someone else has this place among the helpers already."),
            ),
            models.UniqueConstraint(
                fields=["need", "volunteer"],
                condition=Q(state__in=LIVE_CLAIM),
                name="claim_need_volunteer_uniq",
                violation_error_message=_("This volunteer has said yes to this need already."),
            ),
            models.UniqueConstraint(
                fields=["volunteer", "week", "week_slot"],
                condition=Q(state__in=FILLS_A_PLACE),
                name="claim_volunteer_week_week_slot_uniq",
                violation_error_message=_(
                    "This volunteer has another task in this place of the week."
                ),
            ),
            models.UniqueConstraint(
                fields=["volunteer", "live_slot"],
                condition=Q(state__in=LIVE_CLAIM),
                name="claim_volunteer_live_slot_uniq",
                violation_error_message=_(
                    "This volunteer holds another task in this place already."
                ),
            ),
            models.CheckConstraint(
                condition=Q(live_slot=None) | Q(live_slot__gte=1),
                name="claim_live_slot_check",
                violation_error_message=_("Places count from 1."),
            ),
            models.CheckConstraint(
                condition=Q(place__gte=1, week_slot__gte=1),
                name="claim_place_week_slot_check",
                violation_error_message=_("Places count from 1."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=ClaimState.values),
                name="claim_state_check",
                violation_error_message=_("Choose one of the states."),
            ),
            models.CheckConstraint(
                condition=Q(scheduled_time=None) | Q(scheduled_for__isnull=False),
                name="claim_scheduled_time_check",
                violation_error_message=_("Write the day of this time."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=IN_TOUCH, silent_since=None)
                & ~Q(state="delivered", delivered_at=None),
                name="claim_state_silent_since_delivered_at_check",
                violation_error_message=_(
                    "Say when we last heard from the volunteer or, once it is done, when it was done."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need} · {self.get_state_display()}"

    @property
    def is_on_the_way(self) -> bool:
        return self.state in ON_THE_WAY

    @property
    def agreed(self) -> str:
        """The day and time on which its volunteer comes, in words; "" where none is agreed, or it is over."""
        return self.agreed_once if self.is_on_the_way else ""

    @property
    def agreed_on(self) -> str:
        """The same as it follows "is coming on" in a sentence."""
        return self._agreed(after_on=True) if self.is_on_the_way else ""

    @property
    def agreed_once(self) -> str:
        """The day and time last agreed on, in words, also of a claim that is over; "" where none was."""
        return self._agreed(after_on=False)

    def _agreed(self, *, after_on: bool) -> str:
        if not self.scheduled_for:
            return ""
        day = day_in_words(self.scheduled_for, after_on=after_on)
        if self.scheduled_time is None:
            return day
        return day_and_time(day, self.scheduled_time)

    @property
    def is_given(self) -> bool:
        """Whether a coordinator gave it to its volunteer."""
        return self.live_slot is None

    @property
    def active_support_contact(self) -> User | None:
        """The coordinator whom its volunteer can turn to; None once they are no coordinator any more."""
        return (
            self.support_contact
            if self.support_contact and self.support_contact.is_coordinator
            else None
        )

    @property
    def state_for_volunteer(self) -> ClaimState:
        """The state as its volunteer reads it: why others ended it is for coordinators alone."""
        return ClaimState.CANCELLED if self.state in ENDED_BY_OTHERS else ClaimState(self.state)


def live_needs(*, with_help: bool | None = None) -> models.QuerySet[Need]:
    """Needs neither closed nor kept with another; also by whether someone has said yes and is not done."""
    helped = Q(pk__in=Claim.objects.live().values("need"))
    needs: models.QuerySet[Need] = Need.objects.exclude(
        state__in=(NeedState.CLOSED, NeedState.MERGED)
    )
    if with_help is None:
        return needs
    return needs.filter(helped if with_help else ~helped)
