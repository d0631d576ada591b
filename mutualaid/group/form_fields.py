"""A logo and a list of languages, as form fields that work without JavaScript."""

from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mutualaid.group.look.logos import PreparedLogo, prepare_logo


class SentLogo(NamedTuple):
    """What the three inputs of a logo sent: the one that was shown, a file, and "take it away"."""

    shown: str
    file: Any
    is_removed: bool


class LogoInput(forms.Widget):
    """Shows the logo that stands there, with a box to choose another and one to take it away."""

    template_name = "group/logo_input.html"
    needs_multipart_form = True

    def value_from_datadict(
        self, data: Any, files: MultiValueDict[str, Any], name: str
    ) -> SentLogo:
        return SentLogo(
            data.get(name) or "", files.get(f"{name}_file"), bool(data.get(f"{name}_remove"))
        )

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not {name, f"{name}_remove"} & data.keys() and f"{name}_file" not in files

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_file"

    def format_value(self, value: Any) -> str:
        digest = value.shown if isinstance(value, SentLogo) else value or ""
        return digest if digest.isalnum() else ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        digest = context["widget"]["value"]
        context["widget"]["url"] = reverse("group_logo", args=[digest, "page"]) if digest else ""
        return context


class LogoField(forms.Field):
    """A logo: cleaned, the digest of one that is kept, a `PreparedLogo` for a new file, or None."""

    widget = LogoInput

    def prepare_value(self, value: Any) -> Any:
        return value.shown if isinstance(value, SentLogo) else value

    def clean(self, value: SentLogo) -> str | PreparedLogo | None:
        """Raises `ValidationError` for a file that is no logo; see `prepare_logo`."""
        if value.file:
            value.file.seek(0)
            return prepare_logo(value.file, value.file.size)
        return None if value.is_removed or not value.shown else value.shown

    def describe(self, digest: str | None) -> str:
        return gettext("a logo") if digest else gettext("(left empty)")


class LanguagesField(forms.MultiValueField):
    """Languages in their order: cleaned, their codes with spaces between them."""

    def __init__(self, **options: Any) -> None:
        choices = [("", "–"), *settings.LANGUAGES]
        labels = [_("First"), *[_("Then")] * (len(settings.LANGUAGES) - 1)]
        fields = [forms.ChoiceField(choices=choices, required=False) for _each in labels]
        selects = [forms.Select(choices=choices, attrs={"aria-label": label}) for label in labels]
        super().__init__(
            fields=fields, require_all_fields=False, widget=_Selects(selects), **options
        )

    def prepare_value(self, value: Any) -> Any:
        return value

    def describe(self, codes: str) -> str:
        names = dict(settings.LANGUAGES)
        return ", ".join(names[code] for code in codes.split() or names)

    def compress(self, data_list: Any) -> str:
        return " ".join(code for code in data_list or () if code)


class _Selects(forms.MultiWidget):
    def decompress(self, value: str | None) -> list[str]:
        codes = (value or "").split()
        return [*codes, *[""] * (len(self.widgets) - len(codes))]
