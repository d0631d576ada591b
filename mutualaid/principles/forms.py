"""The form of one principle: its day, and a box for the sentence in each language of the pages."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.careful_form import CarefulRowForm
from mutualaid.forms.typed_text import TextField
from mutualaid.group.current import current_group
from mutualaid.principles.models import LONGEST, Principle

LANGUAGE_OF = {f"text_{code}": code for code, _name in settings.LANGUAGES}
"""Name of a field → the language in which it holds the sentence."""


def text_fields() -> list[str]:
    """The fields for the languages that the group offers, its first one first."""
    return [f"text_{code}" for code, _name in current_group().offered_languages]


def _text_field(name: str) -> TextField:
    code = LANGUAGE_OF[name]
    direction = "rtl" if code in settings.LANGUAGES_BIDI else "ltr"
    return TextField(
        label=format_lazy("{} ({})", _("What you say of it"), dict(settings.LANGUAGES)[code]),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"lang": code, "dir": direction, "rows": 3, "cols": 60}),
    )


class PrincipleForm(CarefulRowForm):
    """Each language is compared and written by itself, so that two people can fill in two at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update({name: _text_field(name) for name in text_fields()})
        self.initial = {**self._in_fields(self.instance.texts), **self.initial}

    def _in_fields(self, texts: Mapping[str, str]) -> dict[str, str]:
        return {name: texts.get(LANGUAGE_OF[name], "") for name in text_fields()}

    def current(self) -> Mapping[str, object]:
        row = super().current()
        return {**row, **self._in_fields(self._stored_texts())} if row else row

    def _stored_texts(self) -> dict[str, str]:
        """As they are now; the instance is older than the lock."""
        return dict(Principle.objects.only("texts").get(pk=self.instance.pk).texts)

    def clean(self) -> dict[str, Any]:
        """Gather the sentences for the column that holds them: of a new row, or of what is written."""
        cleaned = super().clean()
        is_new = self.instance.pk is None
        changes = cleaned if is_new else self.to_write
        typed = {LANGUAGE_OF[name]: changes.pop(name) for name in text_fields() if name in changes}
        known = {} if is_new else self._stored_texts()
        texts = {code: text for code, text in (known | typed).items() if text}
        if is_new:
            self.instance.texts = texts
        elif typed:
            self.to_write["texts"] = texts
        return cleaned
