"""What an action on several needs asks for before it is done: a day, or a reason.

It is asked on a page of its own, which keeps what was chosen and what was typed.
"""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.widgets import ids_in
from requests_app.models import Need
from requests_app.states import CloseReason

CHOSEN = "chosen"
"""The field with the ids of the needs, comma-separated: a form may have fewer fields than they are."""
MOST_SHOWN = 50


class UntilForm(forms.Form):
    until = forms.DateField(
        label=gettext_lazy("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Choose a day after today.")},
    )

    def clean_until(self) -> date:
        """Raises `ValidationError` for today and any day before."""
        day: date = self.cleaned_data["until"]
        if day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day after today."))
        return day


class ReasonForm(forms.Form):
    close_reason = forms.ChoiceField(
        label=gettext_lazy("Closed because"),
        choices=[("", "–"), *CloseReason.choices],
        error_messages={"required": gettext_lazy("To close a need, choose a reason.")},
    )


def typed(request: HttpRequest, form: type[forms.Form]) -> QueryDict | None:
    """What was sent for such a form; None where it was not asked for yet, and so is no error."""
    return request.POST if all(name in request.POST for name in form.base_fields) else None


def use_chosen_before(request: HttpRequest) -> None:
    """Put the needs that a page of these carries in the place of the boxes of the list."""
    if CHOSEN in request.POST:
        sent = request.POST.copy()
        sent.setlist(ACTION_CHECKBOX_NAME, ids_in(sent.get(CHOSEN, "").split(",")))
        request.POST = sent  # type: ignore[assignment]


def asking_page(
    model_admin: "admin.ModelAdmin[Need]",
    request: HttpRequest,
    chosen: QuerySet[Need],
    form: forms.Form,
    *,
    button: str,
) -> HttpResponse:
    """Ask for what the action in this request misses; the answer comes back to the same list."""
    name = request.POST.get("action", "")
    action = model_admin.get_actions(request)[name]
    needs = list(chosen)
    context: dict[str, Any] = {
        **page_context(model_admin, request, needs),
        "title": str(action[2]) if action else "",
        "form": form,
        "button": button,
    }
    return TemplateResponse(request, "admin/needs_ask.html", context)


def page_context(
    model_admin: "admin.ModelAdmin[Need]", request: HttpRequest, needs: list[Need]
) -> dict[str, Any]:
    """What a page between the list of needs and an action on some of them shows and sends back."""
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "list_url": request.get_full_path(),
        "action": request.POST.get("action", ""),
        "ids": ",".join(str(need.pk) for need in needs),
        "checkbox_name": ACTION_CHECKBOX_NAME,
        **listed(needs),
    }


def listed(needs: list[Need]) -> dict[str, Any]:
    """Return for a template the first `MOST_SHOWN` needs, and how many more there are."""
    return {"shown": needs[:MOST_SHOWN], "more": max(0, len(needs) - MOST_SHOWN)}
