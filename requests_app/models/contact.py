from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import EncryptedTextField
from mutualaid.encryption.fingerprints import fingerprints
from requests_app.models.ask import Ask, Erased


class Channel(models.TextChoices):
    CALL = "call", _("A call")
    SMS = "sms", _("A text message")
    EMAIL = "email", _("An e-mail")
    NOTE = "note", _("A note in the letter box")
    DOOR = "door", _("A ring at the door")


INDEXED = {"phone", "email"}
NEEDS_A_PHONE = {Channel.CALL, Channel.SMS}


class AskContact(models.Model):
    """Who asks, how to reach them, and what is safe. Encrypted, in a table of its own.

    Shown to coordinators and, while the claim is live, to the volunteer who claimed a need of the ask.
    `channels` are the ways called safe, as codes with commas; empty where nothing was said about it.
    `keep_from` is for coordinators alone.
    """

    ask = models.OneToOneField(
        Ask, on_delete=models.CASCADE, related_name="contact", primary_key=True
    )
    name = EncryptedTextField(_("name"), blank=True, default="")
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    email = EncryptedTextField(_("e-mail"), blank=True, default="")
    address = EncryptedTextField(_("address"), blank=True, default="")
    channels = EncryptedTextField(_("safe ways"), blank=True, default="")
    times = EncryptedTextField(_("safe times"), blank=True, default="")
    no_voicemail = models.BooleanField(_("no voicemail"), default=False)
    keep_from = EncryptedTextField(_("must not hear of it"), blank=True, default="")
    language = models.CharField(_("language of messages"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("contact details")
        verbose_name_plural = _("contact details")

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @transaction.atomic
    def save(self, *, update_fields: Iterable[str] | None = None, **how: Any) -> None:
        """Raises `Erased` where the time of the ask is over: nothing comes back by a late form.

        A new row never takes the place of another, which may only be unreadable just now.
        """
        is_new = self._state.adding
        if is_new:
            how["force_insert"] = True
        elif Ask.objects.select_for_update().only("erased_at").get(pk=self.pk).erased_at:
            raise Erased
        super().save(update_fields=update_fields, **how)
        written = set(update_fields or ()) or INDEXED - self.get_deferred_fields()
        if INDEXED & written:
            if not is_new:
                AskContactPoint.objects.filter(ask=self.pk).delete()
            AskContactPoint.objects.bulk_create(self.index_rows())

    def index_rows(self) -> "list[AskContactPoint]":
        """Its contact points as rows, unsaved."""
        known = sorted(fingerprints(self.phone, self.email))
        return [AskContactPoint(ask_id=self.pk, fingerprint=fingerprint) for fingerprint in known]

    @property
    def safe_channels(self) -> set[str]:
        """The ways called safe; all of them where nothing was said about it."""
        return set(self.channels.split(",")) if self.channels else set(Channel.values)

    @property
    def ways(self) -> list[str]:
        """The ways called safe, in words; none where nothing was said about it."""
        return [str(c.label) for c in Channel if self.channels and c in self.safe_channels]

    @property
    def texts_ok(self) -> bool:
        """Whether we may send text messages: only where that was said."""
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


class AskContactPoint(models.Model):
    """That an ask has this phone or e-mail, as the fingerprint of it. `AskContact.save` keeps it in step."""

    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="contact_points")
    fingerprint = models.CharField(max_length=32, db_index=True)  # read by the rules and by search

    class Meta:
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ask", "fingerprint"],
                name="askcontactpoint_ask_fingerprint_uniq",
                violation_error_message=_("This ask has this phone or e-mail already."),
            ),
        ]

    def __str__(self) -> str:
        return f"contact point {self.pk}"
