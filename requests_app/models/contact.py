from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from mutualaid.blind_index import BlindIndexField, IndexedQuerySet, index_fields
from mutualaid.crypto import EncryptedTextField
from requests_app.models.need import Need


class Erased(Exception):
    """Personal details of this need were erased; none are written any more."""


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
