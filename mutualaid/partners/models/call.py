"""Many hands for one day: what we call for, and what partners call for."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

LONGEST_TITLE, LONGEST_AREA = 60, 100


class OutgoingCall(models.Model):
    """A need of the group itself for many helpers, of which partners are told.

    `day`, `helpers_wanted` and `is_open` are as they were told last, and `version` counts the tellings: the
    sweep tells anew once the need is another. It is over with its day or its need.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    need = models.OneToOneField(
        "requests_app.Need",
        verbose_name=_("need"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    title = models.CharField(_("what it is"), max_length=LONGEST_TITLE)
    day = models.DateField(_("day"))
    helpers_wanted = models.PositiveSmallIntegerField(_("how many people"))
    is_open = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("called by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    called_at = models.DateTimeField(_("called"), db_default=Now())

    class Meta:
        verbose_name = _("call for many hands")
        verbose_name_plural = _("calls for many hands")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return self.title


class CallCount(models.Model):
    """How many people of a partner come to a call of ours; its row says that the partner was told of it."""

    call = models.ForeignKey(OutgoingCall, on_delete=models.CASCADE, related_name="counts")
    partner = models.ForeignKey(
        "partners.Partner", on_delete=models.CASCADE, related_name="call_counts"
    )
    coming = models.PositiveIntegerField(_("how many come"), default=0)
    their_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("how many come from a group")
        verbose_name_plural = _("how many come from groups")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["call", "partner"],
                name="callcount_call_partner_uniq",
                violation_error_message=_("This group knows of it already."),
            ),
        ]

    def __str__(self) -> str:
        return f"count {self.pk}"


class IncomingCallQuerySet(models.QuerySet["IncomingCall"]):
    def open(self) -> "IncomingCallQuerySet":
        """Those that members can still say yes to: of a live partner, not over, not hidden here."""
        from mutualaid.partners.models.partner import Partner  # that imports the policy

        live = Partner.objects.live()
        return self.filter(partner__in=live, ended_at=None, hidden_at=None)


class IncomingCall(models.Model):
    """A call of a partner, as it told it last. `told_coming` is how many of ours it knows of.

    `public_id` is the partner's, `code` our own: two partners may choose the same.

    A coordinator who finds that it should not be here sets `hidden_at`.
    """

    public_id = models.UUIDField(editable=False)
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partner = models.ForeignKey(
        "partners.Partner",
        verbose_name=_("neighbouring group"),
        on_delete=models.CASCADE,
        related_name="calls",
    )
    title = models.CharField(_("what it is"), max_length=LONGEST_TITLE)
    area = models.CharField(_("where"), max_length=LONGEST_AREA)
    day = models.DateField(_("day"))
    helpers_wanted = models.PositiveIntegerField(_("how many people"))
    version = models.PositiveIntegerField()
    answer_version = models.PositiveIntegerField(default=0)
    told_coming = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)

    objects: ClassVar = IncomingCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call of a neighbouring group")
        verbose_name_plural = _("calls of neighbouring groups")
        default_permissions: ClassVar = ()
        indexes: ClassVar = [
            # Read by the members' page and by the sweep.
            models.Index(fields=["day"], condition=Q(ended_at=None), name="incoming_call_open"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "public_id"],
                name="incomingcall_partner_public_id_uniq",
                violation_error_message=_("This is here already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Coming(models.Model):
    """Someone of ours who comes to a partner's call. The partner learns how many, never who."""

    call = models.ForeignKey(IncomingCall, on_delete=models.CASCADE, related_name="coming")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("someone who comes")
        verbose_name_plural = _("people who come")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["call", "user"],
                name="coming_call_user_uniq",
                violation_error_message=_("You said so already."),
            ),
        ]

    def __str__(self) -> str:
        return f"coming {self.pk}"
