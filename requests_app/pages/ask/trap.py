"""A field that people leave empty, for its label says so; programs that fill in all they find do not.

Whoever fills it in is not refused: a person reads the ask first. It needs no JavaScript and no third party.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class TrapField(forms.CharField):
    """Hidden from the eye by the site's own style. A screen reader reads its label; no Tab leads there."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "tabindex": "-1"}
        defaults = {
            "label": _("Please leave this empty. It is here to tell programs from people."),
            "required": False,
            "widget": forms.TextInput(attrs=attrs),
            "template_name": "components/_trap.html",
        }
        super().__init__(**defaults | kwargs)

    def clean(self, value: Any) -> bool:
        """Whether anything was filled in. Nothing that is typed here is an error."""
        return bool(str(value or "").strip())
