"""The coordinators' page of calls for many hands: ours with who comes, and those of partners."""

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid import clock
from mutualaid.admin.site import admin_page
from mutualaid.catalog.forms.choices import (
    Catalogue,
    RowField,
    grouped_kind_choices,
    locality_choices,
)
from mutualaid.forms.contact_in_text import has_contact
from mutualaid.forms.typed_text import LineField
from mutualaid.methods import post_only
from mutualaid.partners.actions import calling
from mutualaid.partners.decorators import while_there_are_partners
from mutualaid.partners.models import IncomingCall, OutgoingCall
from mutualaid.partners.models.call import LONGEST_TITLE
from mutualaid.people.models import User
from requests_app.actions import NeedDetails
from requests_app.models import Claim
from requests_app.models.need import MOST_HELPERS

COORDINATE = "requests_app.coordinate_need"


class HandsForm(forms.Form):
    """What a call says. Nothing in it is about a neighbour."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)
    title = LineField(
        label=gettext_lazy("What is it?"),
        max_length=LONGEST_TITLE,
        help_text=gettext_lazy("A few words, like “Clean-up after the flood”. No name, no phone."),
        error_messages={"required": gettext_lazy("Write a few words.")},
    )
    category = RowField(
        label=gettext_lazy("Which kind of help?"),
        error_messages={"required": gettext_lazy("Choose one of these.")},
    )
    locality = RowField(
        label=gettext_lazy("Where?"),
        error_messages={"required": gettext_lazy("Choose one of these.")},
    )
    day = forms.DateField(
        label=gettext_lazy("On which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Choose a day.")},
    )
    helpers_wanted = forms.IntegerField(
        label=gettext_lazy("How many people?"), min_value=2, max_value=MOST_HELPERS
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        catalogue = Catalogue()
        open_to_all = [row for row in catalogue.categories if not row.sensitive]
        category: Any = self.fields["category"]
        category.offer(open_to_all, lambda: grouped_kind_choices(catalogue))
        locality: Any = self.fields["locality"]
        locality.offer(catalogue.localities, lambda: locality_choices(catalogue))

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        if has_contact(title):
            raise forms.ValidationError(
                _("Leave phones, e-mails and links out. Your group's phone goes along by itself.")
            )
        return title

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day < clock.today():
            raise forms.ValidationError(_("Choose today or a later day."))
        return day

    def details(self) -> NeedDetails:
        """Return the need of a valid form."""
        typed = self.cleaned_data
        return NeedDetails(
            category=typed["category"],
            locality=typed["locality"],
            needed_by=typed["day"],
            helpers_wanted=typed["helpers_wanted"],
        )


@admin_page("many-hands/", name="many_hands", permission=COORDINATE)
@while_there_are_partners
def many_hands(request: HttpRequest) -> HttpResponse:
    """Show all calls and the form of a new one; on a POST call."""
    form = HandsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        me = cast(User, request.user)
        typed = form.cleaned_data
        calling.call_for_hands(form.details(), title=typed["title"], by=me, once=typed["once"])
        messages.success(request, _("It is sent to the groups that we help each other with."))
        return redirect("admin:many_hands")
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Many hands wanted"),
        "form": form,
        "ours": _ours(),
        "theirs": IncomingCall.objects.open()
        .select_related("partner")
        .annotate(number=Count("coming"))
        .order_by("day", "pk"),
    }
    return TemplateResponse(request, "admin/partners/many_hands.html", context)


@admin_page("many-hands/<int:pk>/hide/", name="many_hands_hide", permission=COORDINATE)
@while_there_are_partners
@post_only("admin:many_hands")
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a call of a partner off our members' page."""
    call = IncomingCall.objects.open().filter(pk=pk).first()
    if call:
        calling.hide(call)
        messages.success(request, _("Members no longer see it."))
    return redirect("admin:many_hands")


def _ours() -> list[dict[str, Any]]:
    """Return our open calls: how many come from here, and how many from other groups."""
    calls = OutgoingCall.objects.filter(is_open=True).order_by("day", "pk")
    calls = calls.select_related("need").annotate(
        from_others=Coalesce(Sum("counts__coming", filter=Q(counts__partner__ended_at=None)), 0)
    )
    live = Claim.objects.live().filter(need__in=[call.need_id for call in calls if call.need_id])
    from_here = dict(live.values_list("need").annotate(Count("pk")))
    return [{"call": call, "from_here": from_here.get(call.need_id, 0)} for call in calls]
