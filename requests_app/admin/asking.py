"""What an action on several needs asks for before it is done: a day, or a reason.

It is asked on a page of its own, which keeps what was chosen and what was typed.
"""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.guarded import GuardedAdmin
from mutualaid.admin.second_page import page_context
from requests_app.models import Need
from requests_app.states import CloseReason


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


def asking_page(
    model_admin: GuardedAdmin[Need],
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
