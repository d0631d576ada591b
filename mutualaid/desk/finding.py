"""Finding the asks of whoever is on the phone, by a phone or an e-mail.

It is sent as a POST, for what is typed is personal: it stands in no address and in no log.
"""

from typing import Any, NamedTuple, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.site import admin_page
from mutualaid.contact_points import ContactPoint
from mutualaid.contact_points.form_fields import ContactPointsField
from mutualaid.encryption.fingerprints import fingerprints_of
from mutualaid.people.models import User
from requests_app import actions
from requests_app.models import Ask

MOST_SEARCHED = 10
"""As many as one person may have; too few to try out a whole list of people."""
MOST_SHOWN = 50


class FindForm(forms.Form):
    contact_points = ContactPointsField(
        label=gettext_lazy("Phone or e-mail"),
        help_text=gettext_lazy("However it is written. Put a comma between several."),
        most=MOST_SEARCHED,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "class": "vTextField"}),
    )


class Found(NamedTuple):
    """Who has a phone or an e-mail: the newest asks, whether there are `older` ones, and accounts."""

    asks: list[Ask]
    older: bool
    people: list[User]


@admin_page("find/", name="find", permission="requests_app.view_ask")
def find(request: HttpRequest) -> HttpResponse:
    """Ask for a phone or an e-mail; on a POST show below which asks and accounts have it."""
    form = FindForm(request.POST if request.method == "POST" else None)
    points = form.cleaned_data["contact_points"] if form.is_valid() else ()
    found = _search(points, cast(User, request.user)) if points else None
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Find an ask"),
        "explains": _("For whoever calls or writes about something they asked for."),
        "button": _("Search"),
        "form": form,
        "found": found,
        "most": MOST_SHOWN,
    }
    return TemplateResponse(request, "admin/find.html", context)


def _search(points: tuple[ContactPoint, ...], me: User) -> Found:
    asks = actions.find_asks_made_with(points, by=me).select_related("merged_into")
    newest = list(asks.prefetch_related("needs__category", "needs__locality")[: MOST_SHOWN + 1])
    accounts = User.objects.filter(contact_points__fingerprint__in=fingerprints_of(points))
    people = list(accounts.distinct()) if me.has_perm("people.view_user") else []
    return Found(newest[:MOST_SHOWN], len(newest) > MOST_SHOWN, people)
