"""The form of the group's face: a box for each value, and for each text in each language."""

from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from mutualaid.forms.typed_text import LineField, TextField
from mutualaid.group.actions import keep_logo
from mutualaid.group.first_values import first_group
from mutualaid.group.form_fields import LanguagesField, LogoField
from mutualaid.group.look.logos import PreparedLogo
from mutualaid.group.models import LONGEST_NAME, GroupLogo, GroupProfile, GroupProfileChange
from mutualaid.group.texts import TEXTS, VALUES, label_of
from mutualaid.singleton.forms import SingletonForm

MARKS = _(
    "Leave an empty line between paragraphs, write **bold**, - for a list, [words](https://…)."
)


def _label(name: str) -> StrOrPromise:
    return capfirst(GroupProfile._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _text_field(name: str) -> forms.Field:
    key, code = VALUES[name]
    text = TEXTS[key]
    attrs = {"lang": code, "dir": "rtl" if code in settings.LANGUAGES_BIDI else "ltr"}
    if text.is_line:
        return LineField(
            label=capfirst(label_of(name)),
            required=False,
            max_length=text.most,
            help_text=text.help_text,
            widget=forms.TextInput(attrs=attrs | {"size": 60}),
        )
    return TextField(
        label=capfirst(label_of(name)),
        required=False,
        max_length=text.most,
        help_text=format_lazy("{} {}", text.help_text, MARKS),
        widget=forms.Textarea(attrs=attrs | {"rows": 4, "cols": 60}),
    )


class GroupForm(SingletonForm, forms.ModelForm[GroupProfile]):
    history = GroupProfileChange
    name = LineField(
        label=_label("name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text=GroupProfile._meta.get_field("name").help_text,
        error_messages={"required": _("Write the name of your group.")},
    )
    logo = LogoField(
        label=_label("logo"),
        required=False,
        help_text=_(
            "PNG, JPEG or WebP, 12 MB at most. We make it small, and keep nothing else of the file."
        ),
    )
    languages = LanguagesField(
        label=_label("languages"),
        required=True,
        help_text=_(
            "In which our pages and messages can be read. The first one is for all others."
        ),
        error_messages={"required": _("Choose at least one language.")},
    )

    class Meta:
        model = GroupProfile
        fields: ClassVar = ["name", "phone", "email", "leaf", "marigold", "began_on"]
        widgets: ClassVar = {"began_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update({name: _text_field(name) for name in VALUES})
        for name, (key, code) in VALUES.items():
            self.fields[name].widget.attrs["placeholder"] = self.instance.default_text(key, code)
        offered = " ".join(code for code, _name in self.instance.offered_languages)
        self.initial = {**self.instance.values(), "languages": offered, **self.initial}

    def first(self) -> GroupProfile:
        return first_group()

    def clean_languages(self) -> str:
        """Return "" for all in the site's order: then those that come later are offered as well."""
        codes: str = self.cleaned_data["languages"]
        return "" if codes.split() == [code for code, _name in settings.LANGUAGES] else codes

    def clean_logo(self) -> str | None:
        """Keep a new logo, so that it need not be chosen again where something else is wrong.

        Raises `ValidationError` where the one that was shown is gone.
        """
        logo: PreparedLogo | str | None = self.cleaned_data["logo"]
        if isinstance(logo, PreparedLogo):
            logo = keep_logo(logo)
        elif logo and not GroupLogo.objects.filter(pk=logo).exists():
            raise ValidationError(_("This logo is gone. Please choose it again."))
        sent = cast(QueryDict, self.data).copy()
        sent["logo"] = logo or ""
        sent.pop("logo_remove", None)
        self.data = sent
        return logo

    def as_sent(self, name: str, value: Any) -> dict[str, Any]:
        if name != "languages":
            return super().as_sent(name, value)
        codes = value.split() or [code for code, _name in settings.LANGUAGES]
        empty = [""] * (len(settings.LANGUAGES) - len(codes))
        return {f"languages_{n}": code for n, code in enumerate([*codes, *empty])}

    def _post_clean(self) -> None:
        """Put what was typed into the row, also the texts, and check it as a whole."""
        names = self.instance.values().keys() & self.cleaned_data.keys()
        self.instance.set_values({name: self.cleaned_data[name] for name in names})
        try:
            self.instance.full_clean(
                exclude=set(self.errors), validate_unique=False, validate_constraints=False
            )
        except ValidationError as error:
            self._update_errors(error)  # type: ignore[attr-defined]
