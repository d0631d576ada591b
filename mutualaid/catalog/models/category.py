"""Kinds of help."""

from functools import cached_property
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

ANYTHING = "other"


class Category(models.Model):
    """A kind of help. Two levels: a group ("Food") and what is in it ("Groceries").

    `name` is the English source of the seeded rows; `label` is what people read. A name that a group
    changes is shown as it was written.
    """

    slug = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("group"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        limit_choices_to={"parent": None},
    )
    icon = models.SlugField(_("sign"), max_length=30, default="other")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    remote_ok = models.BooleanField(
        _("from afar"), default=False, help_text=_("Distance doesn't matter.")
    )
    sensitive = models.BooleanField(
        _("sensitive"),
        default=False,
        help_text=_("Never on the board; a coordinator asks by hand."),
    )
    vetted_only = models.BooleanField(_("only people the group knows"), default=False)
    needs_vehicle = models.BooleanField(_("needs a vehicle"), default=False)
    asks_quantity = models.BooleanField(_("asks for how many people"), default=False)
    asks_helpers = models.BooleanField(_("asks how many helpers"), default=False)
    may_repeat = models.BooleanField(_("may come back every week"), default=False)
    offered_only = models.BooleanField(
        _("only offered"), default=False, help_text=_("It can be offered, but not asked for.")
    )
    days_to_live = models.PositiveSmallIntegerField(
        _("days it stays open"), default=14, help_text=_("After that the neighbour is asked again.")
    )
    contact_hours = models.PositiveSmallIntegerField(
        _("hours to get in touch"),
        null=True,
        blank=True,
        help_text=_("Then the volunteer is reminded. Empty: as everywhere."),
    )
    lapse_hours = models.PositiveSmallIntegerField(
        _("hours until a silent claim lapses"),
        null=True,
        blank=True,
        help_text=_("Counted from the claim. Empty: as everywhere."),
    )
    progress_hours = models.PositiveSmallIntegerField(
        _("hours until we ask how it went"),
        null=True,
        blank=True,
        help_text=_("Counted from when they got in touch. Empty: as everywhere."),
    )
    follow_up_days = models.PositiveSmallIntegerField(
        _("days until we ask whether it arrived"),
        null=True,
        blank=True,
        help_text=_("Counted from when it was said to be done. Empty: as everywhere."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("position", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=models.F("id")),
                name="category_parent_check",
                violation_error_message=_("A category can't be its own group."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return gettext(self.name) if self.name else ""

    @property
    def is_anything(self) -> bool:
        """Whether it is the seeded category for what no other names: only its notes say what it is."""
        return self.slug == ANYTHING

    def clean(self) -> None:
        if self.parent and (self.parent.parent_id or (self.pk and self.children.exists())):
            raise ValidationError(
                {"parent": _("There are two levels only: a group and what is in it.")}
            )

    @cached_property
    def family(self) -> list[int]:
        """Ids of the categories whose offers fit: itself and its group, or of a group what is in it."""
        children = Category.objects.filter(parent=self).values_list("id", flat=True)
        return [self.pk, *([self.parent_id] if self.parent_id else children)]
