from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from mutualaid.crypto import BlindIndexField, EncryptedTextField
from requests_app.models.need import Need


class Channel(models.TextChoices):
    CALL = "call", _("A call")
    SMS = "sms", _("A text message")
    EMAIL = "email", _("An e-mail")
    NOTE = "note", _("A note in the letter box")
    DOOR = "door", _("A ring at the door")


NEEDS_A_PHONE = {Channel.CALL, Channel.SMS}


class NeedContact(models.Model):
    """Who asks, how to reach her, and what she said. Encrypted, in a table of its own.

    Shown to coordinators and, while the claim is live, to the volunteer who claimed the need.
    `channels` are the ways she calls safe, as codes with commas; empty when she did not say.
    `keep_from` is for coordinators alone.
    """

    need = models.OneToOneField(
        Need, on_delete=models.CASCADE, related_name="contact", primary_key=True
    )
    name = EncryptedTextField(_("name"), blank=True, default="")
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    email = EncryptedTextField(_("e-mail"), blank=True, default="")
    address = EncryptedTextField(_("address"), blank=True, default="")
    notes = EncryptedTextField(_("what to know"), blank=True, default="")
    channels = EncryptedTextField(_("safe ways"), blank=True, default="")
    times = EncryptedTextField(_("safe times"), blank=True, default="")
    no_voicemail = models.BooleanField(_("no voicemail"), default=False)
    keep_from = EncryptedTextField(_("must not hear of it"), blank=True, default="")
    email_index = BlindIndexField(of="email")
    phone_index = BlindIndexField(of="phone")
    language = models.CharField(_("language of messages"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("contact details")
        verbose_name_plural = _("contact details")
        indexes: ClassVar = [
            # Read when somebody has lost her link and types where we reach her.
            models.Index(fields=["email_index"], name="contact_by_email"),
            models.Index(fields=["phone_index"], name="contact_by_phone"),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @property
    def safe_channels(self) -> set[str]:
        """The ways she called safe; all of them when she did not say."""
        return set(self.channels.split(",")) if self.channels else set(Channel.values)

    @property
    def ways(self) -> list[str]:
        """The ways she called safe, in words; none when she did not say."""
        return [str(c.label) for c in Channel if self.channels and c in self.safe_channels]

    @property
    def safe_phone(self) -> str:
        return self.phone if NEEDS_A_PHONE & self.safe_channels else ""

    @property
    def safe_email(self) -> str:
        return self.email if Channel.EMAIL in self.safe_channels else ""
