"""Who gets in to an ask, who is kept out, and who looked: links, exclusions, and the access log."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models.ask import Ask
from requests_app.models.event import NeedEvent

DAY_LENGTH = len("2026-11-25")


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
    """Contact details of an ask were opened, or could be (look, code, download), or its words were read.

    The neighbour can see the list. An ask that one person opens several times on a day counts once. That
    entry has a `slot` (1, 2, …), which numbers the asks that they opened within `window`, so that the
    database enforces the limit; the others have none. `window` is a day, or a day and an hour:
    "2026-11-25", "2026-11-25T19-0500". Whoever used a private link or a code is not known: `by` is empty.
    An export counts apart, in slots of its own: `window` is "2026-11-25 export".
    Reading what the neighbour wrote tells not who they are: it is logged once a day and has no slot.
    """

    class Kind(models.TextChoices):
        LOOK = "look", _("opened the contact details")
        CODE = "code", _("made a code")
        CODE_USED = "code_used", _("opened it with a code")
        DOWNLOAD = "download", _("downloaded it by a private link")
        WORDS = "words", _("read what they wrote")
        EXPORT = "export", _("took the contact details out, with others")

    ask = models.ForeignKey(
        Ask, verbose_name=_("ask"), on_delete=models.CASCADE, related_name="access_log"
    )
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices, default=Kind.LOOK)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        on_delete=models.CASCADE,
        related_name="looks",
    )
    by_kind = models.CharField(_("as"), max_length=12, choices=NeedEvent.Kind.choices)
    at = models.DateTimeField(_("when"), default=timezone.now)
    window = models.CharField(max_length=20, blank=True)
    slot = models.PositiveSmallIntegerField(null=True)

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
            models.UniqueConstraint(
                "by",
                "ask",
                Substr("window", 1, DAY_LENGTH),
                condition=Q(slot__isnull=False) & ~Q(kind="export"),
                name="accesslogentry_by_ask_window_uniq",
                violation_error_message=_("This look has been counted already."),
            ),
            models.UniqueConstraint(
                fields=["by", "ask", "window"],
                condition=Q(kind="words"),
                name="accesslogentry_by_ask_kind_window_uniq",
                violation_error_message=_("This look has been counted already."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["look", "code", "export"], by__isnull=False)
                | Q(kind="words", by__isnull=False, slot__isnull=True)
                | Q(kind__in=["code_used", "download"], by__isnull=True, slot__isnull=True),
                name="accesslogentry_kind_by_check",
                violation_error_message=_("Choose what was done, and by whom."),
            ),
        ]

    def __str__(self) -> str:
        return f"look {self.pk}"
