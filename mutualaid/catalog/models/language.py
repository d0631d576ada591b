"""Languages people speak."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.Model):
    """A language people speak, by its own name."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=40)

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
