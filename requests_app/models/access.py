"""Who gets in to an ask, who is kept out, and who looked: links, exclusions, and the access log."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models.ask import Ask
from requests_app.models.event import NeedEvent


class PrivateLink(models.Model):
    """The access of a neighbour without an account to their ask: a link and perhaps a code to read out.

    Only hashes are kept, so no link can be sent again; see `access/links.py`.
    """

    ask = models.ForeignKey(Ask, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001  NULL is not equal to NULL
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("private link")
        verbose_name_plural = _("private links")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"link {self.pk}"


class LinkRecoveryRequest(models.Model):
    """Someone lost their link and typed a contact point.

    `fingerprints` are comma-separated. The row is deleted when it is answered; see `access/recovery.py`.
    """

    fingerprints = models.CharField(max_length=320, blank=True)
    created_at = models.DateTimeField(_("asked at"), auto_now_add=True)

    class Meta:
        verbose_name = _("lost link")
        verbose_name_plural = _("lost links")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"lost link {self.pk}"


class Exclusion(models.Model):
    """Someone who must not find out about an ask: an account, or whoever has a phone or an e-mail.

    Of the phone or the e-mail only its fingerprint is kept, and of the reason nothing. About an ask that is
    veiled it is a veiled one, of an account as well.
    """

    ask = models.ForeignKey(
        Ask, verbose_name=_("ask"), on_delete=models.CASCADE, related_name="exclusions"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    fingerprint = models.CharField(max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("person who must not find out")
        verbose_name_plural = _("people who must not find out")
        indexes: ClassVar = [
            # Read whenever an account gets a contact point: which asks are kept from whoever has it.
            models.Index(
                fields=["fingerprint"],
                condition=~Q(fingerprint=""),
                name="exclusion_fingerprint_idx",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ask", "person"],
                name="exclusion_ask_person_uniq",
                violation_error_message=_("This person is on the list already."),
            ),
            models.UniqueConstraint(
                fields=["ask", "fingerprint"],
                condition=~Q(fingerprint=""),
                name="exclusion_ask_fingerprint_uniq",
                violation_error_message=_("This phone or e-mail is on the list already."),
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(fingerprint=""),
                name="exclusion_person_or_fingerprint_check",
                violation_error_message=_("Choose a person, or write a phone number or an e-mail."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person) if self.person else gettext("whoever has a phone or e-mail")


class AccessLogEntry(models.Model):
    """One look at the contact details of an ask. The neighbour can see this list.

    `window` names the day ("2026-11-25") or hour ("2026-11-25T19") within which the looks of a person
    are counted; `slot` (1, 2, …) numbers them there, so that the database enforces the limit.
    """

    ask = models.ForeignKey(
        Ask, verbose_name=_("ask"), on_delete=models.CASCADE, related_name="access_log"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.CASCADE,
        related_name="looks",
    )
    by_kind = models.CharField(_("as"), max_length=12, choices=NeedEvent.Kind.choices)
    at = models.DateTimeField(_("when"), default=timezone.now)
    window = models.CharField(max_length=20)
    slot = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("look at contact details")
        verbose_name_plural = _("looks at contact details")
        ordering = ("at", "pk")
        default_permissions: ClassVar = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["by", "window", "slot"],
                name="accesslogentry_by_window_slot_uniq",
                violation_error_message=_("This look has been counted already."),
            ),
        ]

    def __str__(self) -> str:
        return f"look {self.pk}"
