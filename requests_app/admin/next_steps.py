"""What can be done next with one need: each step a small form of its own, with the field it needs."""

from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy

from mutualaid.admin.step_page import StepPage
from requests_app.admin.need_facts import facts_of
from requests_app.admin.refusals import REFUSALS
from requests_app.admin.steps import STEPS, Step, can_take, form_of, take_step
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need

CHOOSE = gettext_lazy("Choose what to do.")


class StepShown(NamedTuple):
    name: str
    step: Step
    form: forms.Form
    is_refused: bool


def steps_for(
    model_admin: Any,
    request: HttpRequest,
    need: Need,
    refused: tuple[str, forms.Form] | None = None,
) -> list[StepShown]:
    """Return the steps that the state of this need and the role of the user allow.

    `refused` is the name of one with its form as it was sent; it is shown whatever the state.
    """
    name_refused, form_refused = refused or ("", forms.Form())
    on_the_way = need.claims.on_the_way().exists()
    shown = []
    for name, step in STEPS.items():
        is_refused = name == name_refused
        is_possible = can_take(need, name) and (name != "release" or on_the_way)
        if is_refused or (is_possible and _may(step, model_admin, request)):
            form = form_refused if is_refused else form_of(step, name)
            shown.append(StepShown(name, step, form, is_refused))
    return shown


def _may(step: Step, model_admin: Any, request: HttpRequest) -> bool:
    return bool(getattr(model_admin, f"has_{step.permission}_permission")(request))


class NextStepPage(StepPage[Need, forms.Form]):
    """A POST takes the step in `do`. Where it is refused, all steps are shown, this one as it was typed."""

    name = "step"
    title = gettext_lazy("Next step")
    template = "admin/need_step.html"
    refusals = REFUSALS

    @property
    def sent(self) -> str:
        """The name of the step that was sent; "" for one that is none, or not for their role."""
        name = self.request.POST.get("do", "")
        step = STEPS.get(name)
        return name if step and _may(step, self.admin, self.request) else ""

    def form(self, data: QueryDict | None = None) -> forms.Form:
        if data is not None and self.sent:
            return form_of(STEPS[self.sent], self.sent, data)
        form = forms.Form(data)
        if data is not None:
            form.add_error(None, CHOOSE)
        return form

    def act(self, form: forms.Form) -> str:
        step, me = STEPS[self.sent], coordinator(self.me)
        return take_step(step, self.sent, self.row, form.cleaned_data, me)

    def context(self, form: forms.Form) -> dict[str, Any]:
        refused = (self.sent, form) if self.sent else None
        return {
            "facts": facts_of(self.row),
            "steps": steps_for(self.admin, self.request, self.row, refused),
            "is_refused": bool(refused),
        }
