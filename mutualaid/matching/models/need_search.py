"""The search for somebody who meets a need: how it goes, and what a coordinator said about it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class NeedSearch(models.Model):
    """One for each need that was looked at.

    `candidates` is how many offers fit at the last look, counted up to the few dozens that are
    looked at closely. `handed_over_at` is set while there is nobody left to ask: a coordinator
    has to find a way. `second_round_before` is the end of the need's time within which those who
    had not answered were asked once more.
    """

    need = models.OneToOneField(
        "requests_app.Need", on_delete=models.CASCADE, related_name="search", primary_key=True
    )
    candidates = models.PositiveIntegerField(_("who fit"), default=0)
    stopped = models.BooleanField(_("asked by hand only"), default=False)
    handed_over_at = models.DateTimeField(_("with a coordinator since"), null=True, blank=True)

    second_round_before = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("search for a need")
        verbose_name_plural = _("searches for needs")
        default_permissions: ClassVar = ()
        indexes: ClassVar = [
            # Read by the desk: the needs that wait for a coordinator.
            models.Index(
                fields=["need"],
                condition=models.Q(handed_over_at__isnull=False),
                name="search_handed_over",
            ),
        ]

    def __str__(self) -> str:
        return f"search {self.pk}"
