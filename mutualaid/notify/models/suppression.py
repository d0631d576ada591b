from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Suppression(models.Model):
    """An address that must not be written to: its owner said so, or nothing arrives there.

    `fingerprint` is a keyed hash of the address, so that a refusal outlives the address. `group` is empty
    where all kinds of message are meant.
    """

    class Reason(models.TextChoices):
        STOP = "stop", _("its owner said stop")
        OFF = "off", _("its owner wants no more of this kind")
        BOUNCED = "bounced", _("nothing arrives there")

    channel = models.CharField(_("way"), max_length=10)
    fingerprint = models.CharField(max_length=32)
    group = models.CharField(_("kind"), max_length=10, blank=True)
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
        """Write nothing more there; closed twice, the first reason stands."""
        cls.objects.get_or_create(
            channel=channel, fingerprint=fingerprint, group=group, defaults={"reason": reason}
        )

    @classmethod
    def lift(cls, channel: str, fingerprint: str) -> None:
        """Its owner is back."""
        cls.objects.filter(channel=channel, fingerprint=fingerprint).delete()

    @classmethod
    def applies_to(cls, channel: str, fingerprint: str, group: str) -> bool:
        return cls.objects.filter(
            channel=channel, fingerprint=fingerprint, group__in=["", group]
        ).exists()
