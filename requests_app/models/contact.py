from django.db import models
from django.utils.translation import gettext_lazy as _

from mutualaid.crypto import EncryptedTextField
from requests_app.models.need import Need


class NeedContact(models.Model):
    """Who asks, how to reach her, and what she said. Encrypted, in a table of its own.

    Shown to coordinators and, while the claim is live, to the volunteer who claimed the need.
    """

    need = models.OneToOneField(
        Need, on_delete=models.CASCADE, related_name="contact", primary_key=True
    )
    name = EncryptedTextField(_("name"), blank=True, default="")
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    email = EncryptedTextField(_("e-mail"), blank=True, default="")
    address = EncryptedTextField(_("address"), blank=True, default="")
    notes = EncryptedTextField(_("what to know"), blank=True, default="")
    texts_ok = models.BooleanField(_("text messages are safe"), default=False)
    language = models.CharField(_("language of messages"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("contact details")
        verbose_name_plural = _("contact details")

    def __str__(self) -> str:
        return f"contact {self.pk}"
