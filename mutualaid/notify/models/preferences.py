"""What a person with an account wants to hear, where and when."""

from datetime import datetime, time, tzinfo
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField
from mutualaid.people.models import User


def usual_ways() -> dict[str, list[str]]:
    """By e-mail, until she says otherwise. Urgent asks go where other asks go, and where she adds."""
    by_mail = {group: ["email"] for group in ("asks", "tasks", "care", "desk")}
    return by_mail | {"urgent": []}


def usual_quiet_from() -> time:
    return time.fromisoformat(settings.QUIET_FROM)


def usual_quiet_until() -> time:
    return time.fromisoformat(settings.QUIET_UNTIL)


def usual_most() -> int:
    return int(settings.ASKS_A_WEEK)


class Preferences(models.Model):
    """`ways` are the channels of each group; the phone counts once its owner has confirmed it.

    `phone_ask` is a number made anew each time a phone is given, so that an old link confirms no new phone.
    """

    class Pace(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DAILY = "daily", _("All of a day in one message")
        WEEKLY = "weekly", _("All of a week in one message, on Mondays")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="preferences",
        primary_key=True,
    )
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    phone_ask = models.BigIntegerField(null=True, unique=True)
    phone_confirmed_at = models.DateTimeField(_("phone confirmed"), null=True, blank=True)
    ways = models.JSONField(default=usual_ways)
    quiet_from = models.TimeField(_("quiet from"), default=usual_quiet_from)
    quiet_until = models.TimeField(_("quiet until"), default=usual_quiet_until)
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True)
    urgent_at_night = models.BooleanField(_("urgent asks in quiet hours too"), default=False)
    most_a_week = models.PositiveSmallIntegerField(_("most asks a week"), default=usual_most)
    pace = models.CharField(
        _("at once or together"), max_length=10, choices=Pace.choices, default=Pace.AT_ONCE
    )
    paused_until = models.DateField(_("no asks until"), null=True, blank=True)

    class Meta:
        verbose_name = _("wishes about messages")
        verbose_name_plural = _("wishes about messages")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(most_a_week__lte=50), name="no_more_asks_a_week_than_one_can_read"
            ),
            models.CheckConstraint(
                condition=Q(pace__in=["at_once", "daily", "weekly"]), name="a_pace_that_exists"
            ),
        ]

    def __str__(self) -> str:
        return f"preferences {self.pk}"

    @classmethod
    def of(cls, user: User) -> "Preferences":
        """Hers, or the usual ones, not saved yet."""
        return cls.objects.filter(user=user).first() or cls(user=user)

    @property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.time_zone or settings.TIME_ZONE)

    def wants(self, group: str, channel: str, *, urgent: bool = False) -> bool:
        """Whether she wants messages of this group on this channel; of a group she cannot choose, yes."""
        ways: dict[str, Any] = usual_ways() | self.ways
        also = ways.get("urgent", []) if urgent and group == "asks" else []
        return group not in ways or channel in (*ways[group], *also)

    def is_paused(self, now: datetime | None = None) -> bool:
        today = timezone.localdate(now, self.zone)
        return self.paused_until is not None and self.paused_until > today
