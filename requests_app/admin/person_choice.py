"""Choosing an account by typing its name, which works without JavaScript and lists no one's names."""

from typing import Any

from django import forms
from django.db.models import Case, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.forms.name_search import normal_form
from mutualaid.forms.typed_text import LineField
from mutualaid.people.models import User

MOST_FOUND = 10


class _People(forms.ModelChoiceField[User]):
    def label_from_instance(self, person: User) -> str:
        """The name, with the area they live in: several may have one name."""
        return f"{person} · {person.locality}" if person.locality else str(person)


class PersonForm(forms.Form):
    """`person` is whom a valid form names, or None. Of several with the typed name one is chosen next."""

    typed_name = LineField(
        label=gettext_lazy("Name of someone else"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    other = _People(
        User.objects.active(),
        label=gettext_lazy("Which of them"),
        required=False,
        empty_label=None,
        widget=forms.HiddenInput,
    )

    @property
    def person(self) -> User | None:
        person: User | None = self.cleaned_data.get("other")
        return person

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data.get("typed_name", "")
        if typed and not self.cleaned_data.get("other") and "other" not in self.errors:
            self._find(typed)
        return self.cleaned_data

    def _find(self, typed: str) -> None:
        found = list(people_named(typed))
        exact = [person for person in found if normal_form(person.name) == normal_form(typed)]
        if len(exact) == 1 or len(found) == 1:
            self.cleaned_data["other"] = (exact or found)[0]
        elif not found:
            self.add_error("typed_name", _("No one who can sign in has this name."))
        else:
            field: Any = self.fields["other"]
            field.queryset = field.queryset.filter(pk__in=[person.pk for person in found])
            field.widget = forms.RadioSelect(choices=field.choices)
            self.add_error("other", _("Several people are called so. Choose one of them."))


def people_named(typed: str) -> list[User]:
    """The first `MOST_FOUND` people who can sign in and have this in their name, in any case.

    Who has just this name comes first.
    """
    named = User.objects.active().filter(name__icontains=typed).exclude(name="")
    is_exact = Case(When(name__iexact=typed, then=0), default=1)
    in_order = named.select_related("locality").order_by(is_exact, "name", "pk")
    return list(in_order[:MOST_FOUND])
