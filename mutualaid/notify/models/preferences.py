"""What a person with an account wants to hear, where and when; and contact points to write to no more."""

from collections.abc import Iterable
from datetime import time, tzinfo
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField
from mutualaid.encryption.fingerprints import veil
from mutualaid.notify.time_zones import all_zones
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from mutualaid.policy.limits import MOST_INVITATIONS_A_WEEK


def usual_ways() -> dict[str, list[str]]:
    """The channels of each group until they choose: e-mail.

    Urgent invitations go where other invitations go, and also where "urgent" says.
    """
    groups = ("invitations", "tasks", "care", "digest", "decisions", "breaks", "hours")
    by_mail = {group: ["email"] for group in groups}
    return by_mail | {"urgent": []}


def ways_by_text() -> dict[str, list[str]]:
    """The same for an account with only a phone: by text what is about them, and no digest."""
    groups = ("invitations", "tasks", "care", "decisions", "breaks", "hours")
    by_text = {group: ["sms"] for group in groups}
    return by_text | {"urgent": [], "digest": []}


def known_zone(name: str) -> None:
    """Validate the IANA name of a time zone. Raises `ValidationError` for one this machine does not know."""
    if name not in all_zones():
        raise ValidationError(_("Choose one of the time zones."))


class Preferences(models.Model):
    """`ways` are the channels of each group of messages, by name; `ways_in_force` adds the others.

    The phone counts once its owner has confirmed it. `phone_request` is a number made anew each time a
    phone is given, so that an old link confirms no new phone. `phone_identity` is the fingerprint of the
    phone with which the account was made, or went on by a code, for as long as it has it: no other account
    is made with that. Where quiet
    hours, the most a week or the time zone are empty, the group's are in force. `first_way` is the channel
    that is tried before the others, wherever they chose it.
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
    phone_identity = models.CharField(  # noqa: DJ001  NULL is not equal to NULL
        max_length=32, unique=True, null=True, editable=False
    )
    ways = models.JSONField(default=usual_ways)
    first_way = models.CharField(
        _("way to try first"), max_length=10, blank=True, default="", db_default=""
    )
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
                condition=Q(phone_identity=None) | Q(phone_confirmed_at__isnull=False),
                name="preferences_phone_identity_check",
                violation_error_message=_("Only a confirmed phone makes an account."),
            ),
            models.CheckConstraint(
                condition=Q(first_way__in=["", "push", "sms", "email"]),
                name="preferences_first_way_check",
                violation_error_message=_("Choose one of the ways."),
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
        """Their own, or the usual ones, not saved."""
        return cls.of_all([user])[user.pk]

    @classmethod
    def of_all(cls, users: Iterable[User]) -> "dict[int, Preferences]":
        """Those of each of these people, by their ids, as `of` does for one."""
        by_id = {user.pk: user for user in users}
        own = cls.objects.in_bulk(by_id)
        return {pk: own.get(pk) or cls(user=user) for pk, user in by_id.items()}

    @property
    def ways_in_force(self) -> dict[str, list[str]]:
        """The channels of each group. A group that came after they chose goes by text where no other does
        by e-mail: they may have none.
        """
        chosen = {channel for channels in self.ways.values() for channel in channels}
        by_text = "sms" in chosen and "email" not in chosen
        usual = ways_by_text() if by_text else usual_ways()
        in_force: dict[str, list[str]] = usual | self.ways
        return in_force

    @property
    def zone(self) -> tzinfo:
        """Their own time zone, or the group's."""
        return ZoneInfo(self.time_zone or settings.TIME_ZONE)

    @property
    def quiet_hours(self) -> tuple[time, time]:
        """From when until when they are not invited, by the clock of `zone`; twice the same time: never."""
        start, end = self.quiet_from, self.quiet_until
        if start is None or end is None:
            policy = current_policy()
            start, end = start or policy.quiet_from, end or policy.quiet_until
        return start, end

    @property
    def invitations_per_week(self) -> int:
        """At most so many, their own choice or the group's; 0: they want none."""
        return (
            current_policy().invitations_per_week
            if self.max_invitations_per_week is None
            else self.max_invitations_per_week
        )

    def wants(self, group: str, channel: str, *, urgent: bool = False) -> bool:
        """Whether they want messages of this group on this channel; True for a group no one can choose."""
        ways = self.ways_in_force
        also = ways["urgent"] if urgent and group == "invitations" else []
        return group not in ways or channel in (*ways[group], *also)

    def wants_invitations(self, *, urgent: bool) -> bool:
        """Whether they wish to be invited at all: on some channel, and not at most 0 times a week."""
        ways = self.ways_in_force
        channels = ways["invitations"] + (ways["urgent"] if urgent else [])
        return bool(channels) and self.max_invitations_per_week != 0


class Device(models.Model):
    """A browser that its owner lets us notify: an endpoint at its maker, and the keys to encrypt for it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="devices",
    )
    fingerprint = models.CharField(max_length=32, unique=True)
    endpoint = EncryptedTextField(row="fingerprint")
    p256dh = EncryptedTextField(row="fingerprint")
    auth = EncryptedTextField(row="fingerprint")
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"device {self.pk}"


class Suppression(models.Model):
    """A contact point that must not be written to: its owner said so, or nothing arrives there.

    `fingerprint` is a keyed hash of it, so that a refusal outlives the contact point. `group` is empty
    where all groups of messages are meant.
    """

    class Reason(models.TextChoices):
        STOP = "stop", _("its owner said stop")
        OFF = "off", _("its owner wants no more of this kind")
        BOUNCED = "bounced", _("nothing arrives there")

    channel = models.CharField(_("way"), max_length=10)
    fingerprint = models.CharField(max_length=32)
    group = models.CharField(_("kind"), max_length=12, blank=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("closed door")
        verbose_name_plural = _("closed doors")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel", "fingerprint", "group"],
                name="suppression_channel_fingerprint_group_uniq",
                violation_error_message=_(
                    "We have stopped writing to this phone or e-mail already."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=["stop", "off", "bounced"]),
                name="suppression_reason_check",
                violation_error_message=_("Choose one of the reasons."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.reason}"

    @classmethod
    def add(cls, channel: str, fingerprint: str, reason: str, group: str = "") -> None:
        """Write nothing more there, of `group` or at all; suppressed twice, the first reason stands."""
        cls.objects.get_or_create(
            channel=channel, fingerprint=fingerprint, group=group, defaults={"reason": reason}
        )

    @classmethod
    def lift(cls, channel: str, fingerprint: str) -> None:
        """Write there again, for its owner asked for it."""
        stored = (fingerprint, veil(fingerprint))
        cls.objects.filter(channel=channel, fingerprint__in=stored).delete()

    @classmethod
    def reopen(cls, channel: str, fingerprint: str) -> None:
        """Write there again, for something arrives after all. What its owner refused stays refused."""
        stored = (fingerprint, veil(fingerprint))
        bounced = cls.objects.filter(reason=cls.Reason.BOUNCED, channel=channel)
        bounced.filter(fingerprint__in=stored).delete()

    @classmethod
    def applies_to(cls, channel: str, fingerprint: str, group: str) -> bool:
        """Whether nothing of this group may be written there; what bounced from a neighbour is veiled."""
        stored = (fingerprint, veil(fingerprint))
        return cls.objects.filter(
            channel=channel, fingerprint__in=stored, group__in=["", group]
        ).exists()
