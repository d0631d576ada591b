"""What a group says of each principle, and when it looks at that again."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mutualaid import clock
from mutualaid.group.current import current_group
from mutualaid.group.texts import WrittenText
from mutualaid.principles.charter import Key

LONGEST = 400
"""Letters of one sentence of the group."""


class PrincipleQuerySet(models.QuerySet["Principle"]):
    def due(self) -> "PrincipleQuerySet":
        """Those that the group wanted to look at again by now."""
        return self.filter(look_again_on__lte=clock.today_in_query())


class Principle(models.Model):
    """What the group says of one principle: `texts` is {code of a language: its sentence}."""

    key = models.CharField(
        _("principle"),
        max_length=12,
        choices=Key.choices,
        unique=True,
        error_messages={"unique": _("You have written about this one already.")},
    )
    texts = models.JSONField(default=dict, blank=True, editable=False)
    look_again_on = models.DateField(
        _("when you look at it again"),
        null=True,
        blank=True,
        help_text=_("From that day on it waits for you among what needs attention."),
    )

    objects: ClassVar = PrincipleQuerySet.as_manager()

    class Meta:
        verbose_name = _("principle")
        verbose_name_plural = _("principles")
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(key__in=Key.values),
                name="principle_key_check",
                violation_error_message=_("Choose one of the six principles."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_key_display())

    @property
    def sentence(self) -> WrittenText | None:
        """What the group says of it, in the reader's language or else the first in which it says anything."""
        offered = [code for code, _name in current_group().offered_languages]
        for code in (get_language() or "", *offered):
            if text := self.texts.get(code):
                return WrittenText(text, code)
        return None
