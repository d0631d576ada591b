"""What someone can give: which categories of help, where, in which languages, how often."""

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.time_slot_field import WeekPartsField
from mutualaid.catalog.time_slots import ANY_TIME, in_words
from mutualaid.clock import today_in_query
from mutualaid.people.introductions import met
from mutualaid.policy.current import current_policy
from mutualaid.policy.limits import Joining
from mutualaid.statements import late
from offers_app.states import COUNTS, OfferState


class OfferQuerySet(models.QuerySet["Offer"]):
    def active(self, joining: Joining | None = None) -> "OfferQuerySet":
        """Those that needs are matched with: not while the group wants to meet their volunteer first.

        By how people join now, unless `joining` says otherwise.
        """
        demo: Any = late(lambda: settings.DEMO, models.BooleanField())
        active = self.filter(
            state__in=COUNTS, volunteer__is_active=True, volunteer__of_demo__in=(False, demo)
        )
        if (joining or current_policy().joining) == Joining.MEET_FIRST:
            return active.filter(met("volunteer"))
        return active

    def due_for_matching(self) -> "OfferQuerySet":
        return self.active().filter(match_due_at__lte=Now())

    def pause_is_over(self) -> "OfferQuerySet":
        return self.filter(state=OfferState.PAUSED, paused_until__lte=today_in_query())

    def grown_old(self) -> "OfferQuerySet":
        """Those whose volunteer has not said for `reconfirm_days` days that they still hold."""
        old = Now() - timedelta(days=current_policy().reconfirm_days)
        return self.active().filter(state=OfferState.ACTIVE, confirmed_at__lt=old)

    def unanswered(self) -> "OfferQuerySet":
        """Those whose volunteer was asked `reconfirm_answer_days` days ago, and did not answer."""
        long_ago = Now() - timedelta(days=current_policy().reconfirm_answer_days)
        return self.filter(state=OfferState.NEEDS_RECONFIRM, reconfirm_asked_at__lt=long_ago)


class Offer(models.Model):
    """The standing offer of one person.

    `reach_km` counts between the centres of areas. `week_parts` is a bit for each part of the week.
    `match_due_at` is null once what fits it was matched.
    """

    volunteer = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("volunteer"),
        on_delete=models.CASCADE,
        related_name="offer",
    )
    categories = models.ManyToManyField(
        "catalog.Category", verbose_name=_("categories"), related_name="+"
    )
    localities = models.ManyToManyField(
        "catalog.Locality", verbose_name=_("areas"), related_name="+"
    )
    languages = models.ManyToManyField(
        "catalog.Language", verbose_name=_("languages"), related_name="+"
    )
    reach_km = models.PositiveSmallIntegerField(_("how far, in km"), default=3)
    week_parts = WeekPartsField(_("at which times"))
    per_week = models.PositiveSmallIntegerField(_("how many tasks a week"), default=2)
    has_vehicle = models.BooleanField(_("has a vehicle"), default=False)
    state = models.CharField(
        _("state"), max_length=16, choices=OfferState.choices, default=OfferState.ACTIVE
    )
    paused_until = models.DateField(_("paused until"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("last said to hold at"), db_default=Now())
    reconfirm_asked_at = models.DateTimeField(_("asked whether it holds at"), null=True, blank=True)
    match_due_at = models.DateTimeField(_("next look for needs"), null=True, blank=True)
    created_at = models.DateTimeField(_("made at"), default=timezone.now)

    objects: ClassVar = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        indexes: ClassVar = [
            # Read by the matcher's sweep.
            models.Index(
                fields=["match_due_at"],
                condition=Q(state__in=COUNTS),
                name="offer_due_for_matching",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=OfferState.values),
                name="offer_state_check",
                violation_error_message=_("Choose one of the states."),
            ),
            models.CheckConstraint(
                condition=Q(reach_km__lte=500, per_week__gte=1, per_week__lte=50),
                name="offer_reach_km_per_week_check",
                violation_error_message=_("Choose up to 500 km, and from 1 to 50 tasks a week."),
            ),
            models.CheckConstraint(
                condition=Q(week_parts__gte=1, week_parts__lte=ANY_TIME),
                name="offer_week_parts_check",
                violation_error_message=_("Choose at least one time of the week."),
            ),
            models.CheckConstraint(
                condition=Q(state="paused") | Q(paused_until=None),
                name="offer_state_paused_until_check",
                violation_error_message=_(
                    "Only a paused offer has a day until which it is paused."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.volunteer)

    @property
    def when(self) -> str:
        """The times of the week at which they are free, in words."""
        return in_words(self.week_parts)
