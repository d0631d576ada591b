"""Who helps with a need: how many are wanted, and somebody else instead of who cannot come."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.people.models import User
from mutualaid.people.widgets import TolerantAutocomplete
from requests_app import actions
from requests_app.lifecycle.actors import Actor, coordinator
from requests_app.models import Claim, Need
from requests_app.models.need import MOST_HELPERS

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Need]
else:
    Base = object


class WantedForm(forms.Form):
    wanted = forms.IntegerField(
        label=gettext_lazy("How many helpers, all in all"), min_value=1, max_value=MOST_HELPERS
    )


class ClaimChoice(forms.ModelChoiceField[Claim]):
    def label_from_instance(self, claim: Claim) -> str:
        return f"{claim.volunteer} · {claim.get_state_display()}"


class ChangeForm(forms.Form):
    """What becomes of one claim."""

    claim = ClaimChoice(
        Claim.objects.none(),
        to_field_name="public_id",
        label=gettext_lazy("Who"),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    what = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        widget=forms.RadioSelect,
        choices=[
            ("reassign", gettext_lazy("Somebody else goes instead: the person below")),
            ("release", gettext_lazy("Release: look for somebody else")),
            ("no_show", gettext_lazy("Did not come: look for somebody else")),
        ],
    )
    to = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        label=gettext_lazy("Who goes instead"),
        required=False,
        widget=TolerantAutocomplete(Claim._meta.get_field("volunteer"), admin.site),
    )

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        live = need.claims.live().select_related("volunteer")
        self.fields["claim"].queryset = live  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("what") == "reassign" and not self.cleaned_data.get("to"):
            self.add_error("to", _("Choose somebody."))
        return self.cleaned_data

    def do(self, by: Actor) -> None:
        """Raises what the actions raise."""
        claim = self.cleaned_data["claim"]
        if self.cleaned_data["what"] == "reassign":
            actions.reassign_claim(claim, to=self.cleaned_data["to"], by=by)
        elif self.cleaned_data["what"] == "release":
            actions.release_claim(claim, by=by)
        else:
            actions.say_no_show(claim, by=by)


class DeskHelpers(Base):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.helpers)
        own = path("<int:pk>/helpers/", view, name="requests_app_need_helpers")
        return [own, *super().get_urls()]

    def helpers(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Two small forms: how many are wanted, and what becomes of one claim."""
        need = get_object_or_404(Need.objects.select_related("category", "locality"), pk=pk)
        if not self.has_change_permission(request, need):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else None
        counts = sent if sent and "wanted" in sent else None
        changes = sent if counts is None else None
        wanted = WantedForm(counts, initial={"wanted": need.helpers_wanted})
        change = ChangeForm(changes, need=need)
        me = coordinator(cast(User, request.user))
        if counts and wanted.is_valid():
            _tell(request, lambda: actions.want_helpers(need, wanted.cleaned_data["wanted"], by=me))
            return redirect("admin:requests_app_need_helpers", pk)
        if changes and change.is_valid():
            _tell(request, lambda: change.do(me))
            return redirect("admin:requests_app_need_helpers", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Who helps"),
            "opts": self.opts,
            "original": need,
            "wanted": wanted,
            "change": change,
            "media": self.media + change.media,
        }
        return TemplateResponse(request, "admin/need_helpers.html", context)


def _tell(request: HttpRequest, do: Any) -> None:
    """Do it, and say what came of it."""
    try:
        do()
    except actions.TooFew:
        messages.warning(request, _("More than that have taken it on. Release somebody first."))
    except actions.NotForYou:
        messages.warning(
            request, _("This kind of need is for people the group knows, and nobody gets her own.")
        )
    except actions.StateChanged:
        messages.warning(request, _("This has changed in the meantime. Here is how it stands."))
    else:
        messages.success(request, _("Done, and everybody it concerns was told."))
