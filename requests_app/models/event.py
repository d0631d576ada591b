from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.models.need import Need
from requests_app.states import NeedAction, NeedState


class NeedEvent(models.Model):
    """What happened to a need: who, what, when, why. Written with the change itself, never edited.

    `reason` is a code or a coordinator's short word, never anything that a neighbour wrote. `batch` is the
    code of a step that a coordinator took with several needs; `aside_until` and `held_back` are as they
    were in the need before: what it takes to undo that step.
    """

    class Kind(models.TextChoices):
        NEIGHBOUR = "neighbour", _("the neighbour")
        VOLUNTEER = "volunteer", _("a volunteer")
        COORDINATOR = "coordinator", _("a coordinator")
        IMPORT = "import", _("an import")
        SITE = "site", _("the site, by the clock")

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(_("when"), default=timezone.now)
    action = models.CharField(_("what"), max_length=20, choices=NeedAction.choices)
    state = models.CharField(_("state after it"), max_length=12, choices=NeedState.choices)
    actor_kind = models.CharField(_("who"), max_length=12, choices=Kind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.CharField(_("why"), max_length=60, blank=True)
    batch = models.CharField(max_length=8, blank=True, default="", editable=False)
    aside_until = models.DateField(null=True, editable=False)
    held_back = models.CharField(max_length=8, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("history")
        ordering = ("at", "pk")
        indexes: ClassVar = [
            # Read by `undo_step`: the needs with which one step was taken.
            models.Index(fields=["batch"], condition=~models.Q(batch=""), name="event_of_a_batch"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    actor_kind__in=["neighbour", "volunteer", "coordinator", "import", "site"]
                ),
                name="needevent_actor_kind_check",
                violation_error_message=_("Choose who did it."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_action_display())
