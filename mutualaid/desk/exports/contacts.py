"""Contact details to take along: who may, for a reason, after a fresh sign-in; each ask is logged.

They become a CSV or a page to print, and no workbook: writing one leaves pieces of it in temporary files.
"""

import io
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from mutualaid.admin.refusals import sentence_for
from mutualaid.admin.site import admin_page
from mutualaid.desk.exports.columns import Column
from mutualaid.desk.exports.files import write_csv
from mutualaid.desk.exports.lists import filters_of, rows_shown
from mutualaid.desk.exports.prints import list_to_print
from mutualaid.forms.typed_text import LineField
from mutualaid.people.models import User
from mutualaid.people.roles import EXPORT_CONTACT
from requests_app import actions
from requests_app.actions import EXPORTED_A_DAY, LONGEST_REASON
from requests_app.admin.refusals import REFUSALS
from requests_app.models import Ask, AskContact, Need
from requests_app.states import NeedState

MOST_SENSITIVE = 50
"""Sensitive asks on the page, to be chosen one by one."""
SHORTEST_REASON = 10
"""Characters. “Calls” is no reason."""


class ContactsForm(forms.Form):
    """For what they are taken along, how, and which of the sensitive asks."""

    reason = LineField(
        label=gettext_lazy("For what do you need them?"),
        help_text=gettext_lazy(
            "As “phone round in Riverside before the storm”. It stays in the log, so write no names."
        ),
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write for what you need them.")},
    )
    how = forms.ChoiceField(
        label=gettext_lazy("How?"),
        choices=[
            ("print", gettext_lazy("A list to print, with boxes to tick")),
            ("csv", gettext_lazy("A sheet (CSV)")),
        ],
        initial="print",
        widget=forms.RadioSelect,
    )
    sensitive = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Sensitive ones to take along as well"),
        help_text=gettext_lazy(
            "A private kind of help, or someone must not find out. Choose only whom you really need."
        ),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, *, sensitive: Iterable[Ask]) -> None:
        super().__init__(data)
        choices = [(ask.pk, _in_words(ask)) for ask in sensitive]
        self.fields["sensitive"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["sensitive"]


@admin_page(
    "export/contacts/", name="export_contacts", permission=EXPORT_CONTACT, fresh_sign_in=True
)
def contacts(request: HttpRequest) -> HttpResponse:
    """Say what it means; on a POST with a reason give the details of whom the list of needs shows."""
    me = cast(User, request.user)
    needs = rows_shown(request, Need).exclude(state=NeedState.CLOSED)
    asks = list(needs.order_by().values_list("ask", flat=True).distinct())
    may = actions.exportable(asks, by=me)
    shown = may.sensitive.prefetch_related(
        Prefetch("needs", Need.objects.select_related("category", "locality").order_by("pk"))
    )[:MOST_SENSITIVE]
    form = ContactsForm(request.POST if request.method == "POST" else None, sensitive=shown)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            details = actions.export_contacts(
                asks, sensitive=typed.get("sensitive", ()), reason=typed["reason"], by=me
            )
        except tuple(REFUSALS) as refusal:
            form.add_error(None, sentence_for(refusal, REFUSALS))
        else:
            return _handed_over(request, details, needs, how=typed["how"])
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Take contact details along"),
        "button": _("Take them along"),
        "form": form,
        "plain": may.plain.count(),
        "most": EXPORTED_A_DAY,
        "list_query": filters_of(request).urlencode(),
    }
    return TemplateResponse(request, "admin/export_contacts.html", context)


def _handed_over(
    request: HttpRequest, details: Sequence[AskContact], needs: QuerySet[Need], *, how: str
) -> HttpResponse:
    by_ask = {contact.pk: contact for contact in details}
    theirs = list(needs.filter(ask__in=by_ask).select_related("ask", "category", "locality"))
    if how == "print":
        return list_to_print(request, theirs, by_ask)
    tasks: dict[int, list[str]] = {}
    for need in theirs:
        tasks.setdefault(need.ask_id, []).append(str(need))
    headings = [str(column.heading) for column in COLUMNS]
    rows = [[column.cell(contact) for column in COLUMNS] for contact in details]
    for row, contact in zip(rows, details, strict=True):
        row.append("; ".join(tasks[contact.pk]))
    file = io.BytesIO()
    write_csv(file, [[*headings, str(WHAT)], *rows])
    response = HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"contacts-{timezone.localdate().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _in_words(ask: Ask) -> str:
    return f"{ask.code}: " + "; ".join(str(need) for need in ask.needs.all())


WHAT = pgettext_lazy("column of a sheet", "What is needed")
COLUMNS = (
    Column(pgettext_lazy("column of a sheet", "Reference"), lambda contact: contact.ask.code),
    Column(pgettext_lazy("column of a sheet", "Name"), lambda contact: contact.name),
    Column(pgettext_lazy("column of a sheet", "Who to call"), lambda contact: contact.name_to_call),
    Column(pgettext_lazy("column of a sheet", "Phone"), lambda contact: contact.safe_phone),
    Column(pgettext_lazy("column of a sheet", "E-mail"), lambda contact: contact.safe_email),
    Column(pgettext_lazy("column of a sheet", "Address"), lambda contact: contact.address),
    Column(
        pgettext_lazy("column of a sheet", "Safe ways"),
        lambda contact: ", ".join(contact.chosen_channel_labels),
    ),
    Column(pgettext_lazy("column of a sheet", "Safe times"), lambda contact: contact.times),
    Column(
        pgettext_lazy("column of a sheet", "Voice messages"),
        lambda contact: _("no") if contact.no_voicemail else "",
    ),
)
"""Whoever must not find out stands in none, and no way to reach them that was not called safe."""
