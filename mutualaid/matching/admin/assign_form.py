from typing import Any

from django import forms
from django.contrib import admin
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.widgets import TolerantAutocomplete
from mutualaid.matching.search.reasons import with_points
from mutualaid.people.models import BlockedContactPoint, User
from requests_app.models import Claim, Need

MOST_SHOWN = 20


class AssignForm(forms.Form):
    """Choose someone who fits, best first; or anyone else by name."""

    match = forms.ChoiceField(label=_("Who fits"), widget=forms.RadioSelect, required=False)
    other = forms.ModelChoiceField(
        User.objects.active(),
        label=_("Someone else"),
        required=False,
        widget=TolerantAutocomplete(Claim._meta.get_field("volunteer"), admin.site),
    )

    sure = forms.BooleanField(
        label=_("Give it to them all the same"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, data: QueryDict | None = None, *, need: Need) -> None:
        super().__init__(data)
        best = need.matches.select_related("offer__volunteer").order_by("-score", "pk")[:MOST_SHOWN]
        self.fields["match"].choices = [  # type: ignore[attr-defined]
            (
                str(match.offer.volunteer_id),
                format_html(
                    '{} · {} <span class="points">{}</span>',
                    match.offer.volunteer,
                    f"{match.score:g}",
                    " · ".join(with_points(match.lines)),
                ),
            )
            for match in best
        ]

    def clean(self) -> dict[str, Any]:
        """Raises `ValidationError` where no one was chosen, and asks once about whoever is blocked."""
        if not self.errors and not (
            self.cleaned_data.get("match") or self.cleaned_data.get("other")
        ):
            raise forms.ValidationError(_("Choose someone."))
        if not self.errors and not self.cleaned_data["sure"] and self._is_blocked():
            self.fields["sure"].widget = forms.CheckboxInput()
            self.add_error(
                "sure",
                _(
                    "A phone or e-mail of this person is blocked, so nothing is sent there."
                    " Talk with them first."
                ),
            )
        return self.cleaned_data

    def _is_blocked(self) -> bool:
        return BlockedContactPoint.objects.of_account(self.volunteer()).exists()

    def volunteer(self) -> User:
        """Who was chosen in a valid form; a name typed in goes before a choice from the list."""
        other: User | None = self.cleaned_data["other"]
        return other or User.objects.get(pk=self.cleaned_data["match"])
