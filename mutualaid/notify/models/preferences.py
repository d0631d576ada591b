"""What a person with an account wants to hear, where and when."""

from datetime import datetime, time, tzinfo
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField
from mutualaid.notify.time_zones import all_zones
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from mutualaid.policy.limits import MOST_INVITATIONS_A_WEEK


def usual_ways() -> dict[str, list[str]]:
    """By e-mail, until they say otherwise. Urgent ones go where other invitations go, and where they add."""
    by_mail = {group: ["email"] for group in ("invitations", "tasks", "care", "digest")}
    return by_mail | {"urgent": []}


def known_zone(name: str) -> None:
    """Validate the IANA name of a time zone. Raises a `ValidationError`."""
    if name not in all_zones():
        raise ValidationError(_("Choose one of the time zones."))


class Preferences(models.Model):
    """`ways` are the channels of each group; the phone counts once its owner has confirmed it.

    `phone_request` is a number made anew each time a phone is given, so that an old link confirms no
    new phone.
    Where quiet hours, the most a week or the time zone are empty, it is as the group has it now.
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
    phone_request = models.BigIntegerField(null=True, unique=True)
    phone_confirmed_at = models.DateTimeField(_("phone confirmed"), null=True, blank=True)
    ways = models.JSONField(default=usual_ways)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True, validators=[known_zone])
    urgent_at_night = models.BooleanField(_("urgent invitations in quiet hours too"), default=False)
    max_invitations_per_week = models.PositiveSmallIntegerField(
        _("most invitations a week"), null=True, blank=True
    )
    pace = models.CharField(
        _("at once or together"), max_length=10, choices=Pace.choices, default=Pace.AT_ONCE
    )
    paused_until = models.DateField(_("no invitations until"), null=True, blank=True)

    class Meta:
        verbose_name = _("preferences about messages")
        verbose_name_plural = _("preferences about messages")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(max_invitations_per_week__lte=MOST_INVITATIONS_A_WEEK),
                name="preferences_max_invitations_per_week_check",
                violation_error_message=_("Choose no more than 50 messages a week."),
            ),
            models.CheckConstraint(
                condition=Q(pace__in=["at_once", "daily", "weekly"]),
                name="preferences_pace_check",
                violation_error_message=_("Choose how often messages come."),
            ),
        ]

    def __str__(self) -> str:
        return f"preferences {self.pk}"

    @classmethod
    def of(cls, user: User) -> "Preferences":
        """Their own, or the usual ones, not saved yet."""
        return cls.objects.filter(user=user).first() or cls(user=user)

    @property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.time_zone or settings.TIME_ZONE)

    @property
    def quiet_hours(self) -> tuple[time, time]:
        """From when until when they are not invited; twice the same time: never quiet."""
        start, end = self.quiet_from, self.quiet_until
        if start is None or end is None:
            policy = current_policy()
            start, end = start or policy.quiet_from, end or policy.quiet_until
        return start, end

    @property
    def invitations_per_week(self) -> int:
        """At most so many; 0 is none."""
        return (
            current_policy().invitations_per_week
            if self.max_invitations_per_week is None
            else self.max_invitations_per_week
        )

    def wants(self, group: str, channel: str, *, urgent: bool = False) -> bool:
        """Whether they want messages of this group on this channel; of a group nobody can choose, yes."""
        ways: dict[str, Any] = usual_ways() | self.ways
        also = ways.get("urgent", []) if urgent and group == "invitations" else []
        return group not in ways or channel in (*ways[group], *also)

    def wants_invitations(self, *, urgent: bool) -> bool:
        """Whether they wish to be invited at all: on some channel, and not at most 0 times a week."""
        ways: dict[str, list[str]] = usual_ways() | self.ways
        channels = ways["invitations"] + (ways["urgent"] if urgent else [])
        return bool(channels) and self.max_invitations_per_week != 0

    def is_paused(self, now: datetime | None = None) -> bool:
        today = timezone.localdate(now, self.zone)
        return self.paused_until is not None and self.paused_until > today
