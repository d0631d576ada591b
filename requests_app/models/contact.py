from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.blind_index import BlindIndexField, IndexedQuerySet, index_fields
from mutualaid.encryption.fields import EncryptedTextField
from requests_app.models.need import Need


class Erased(Exception):
    """Personal details of this need were erased; none are written any more."""


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
    language = models.CharField(_("language of messages"), max_length=10, blank=True)
    phone_index = BlindIndexField(of="phone")
    email_index = BlindIndexField(of="email")

    objects: ClassVar = IndexedQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact details")
        verbose_name_plural = _("contact details")

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @transaction.atomic
    def save(self, *, update_fields: Iterable[str] | None = None, **how: Any) -> None:
        """Raises `Erased` where the time of the need is over: nothing comes back by a late form.

        A new row never takes the place of another, which may only be unreadable just now.
        """
        if Need.objects.select_for_update().only("erased_at").get(pk=self.pk).erased_at:
            raise Erased
        if update_fields is not None:
            indexes = index_fields(NeedContact, update_fields := set(update_fields))
            update_fields |= {index.name for index in indexes}
        elif self._state.adding:
            how["force_insert"] = True
        super().save(update_fields=update_fields, **how)

    @property
    def safe_channels(self) -> set[str]:
        """The ways she called safe; all of them when she did not say."""
        return set(self.channels.split(",")) if self.channels else set(Channel.values)

    @property
    def ways(self) -> list[str]:
        """The ways she called safe, in words; none when she did not say."""
        return [str(c.label) for c in Channel if self.channels and c in self.safe_channels]

    @property
    def texts_ok(self) -> bool:
        """Whether we may send text messages: only where she said so."""
        return Channel.SMS in self.channels.split(",")

    @property
    def calls_ok(self) -> bool:
        return Channel.CALL in self.safe_channels

    @property
    def safe_phone(self) -> str:
        return self.phone if NEEDS_A_PHONE & self.safe_channels else ""

    @property
    def safe_email(self) -> str:
        return self.email if Channel.EMAIL in self.safe_channels else ""
