"""What can be done next with one need: each step a small form of its own, with the field it needs."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.refusals import Text
from mutualaid.admin.step_page import StepPage
from requests_app import actions
from requests_app.admin.actions import can_take, release_all
from requests_app.admin.asking import ReasonForm, UntilForm
from requests_app.admin.need_facts import facts_of
from requests_app.admin.refusals import REFUSALS
from requests_app.lifecycle.actors import Actor, coordinator
from requests_app.models import Need
from requests_app.states import CloseReason

CHOOSE = gettext_lazy("Choose what to do.")


class Step(NamedTuple):
    """`act` calls the action and returns a sentence about the outcome. `permission` is as in `StepPage`.

    `hint` says what comes of it; "" where the label does.
    """

    label: Text
    act: Callable[[Need, dict[str, Any], Actor], str]
    form: type[forms.Form] = forms.Form
    permission: str = "coordinate"
    hint: Text = ""


class StepShown(NamedTuple):
    name: str
    step: Step
    form: forms.Form
    is_refused: bool


def _publish(need: Need, typed: dict[str, Any], me: Actor) -> str:
    actions.publish_need(need, by=me)
    return _("Published. Volunteers may hear of it now.")


def _resume(need: Need, typed: dict[str, Any], me: Actor) -> str:
    actions.resume_need(need, by=me)
    return _("We look for someone again.")


def _unmerge(need: Need, typed: dict[str, Any], me: Actor) -> str:
    actions.unmerge_need(need, by=me)
    return _("It is looked after by itself again.")


def _release(need: Need, typed: dict[str, Any], me: Actor) -> str:
    release_all(need, me)
    return _("Released. We look for someone else.")


def _no_answer(need: Need, typed: dict[str, Any], me: Actor) -> str:
    actions.mark_unreachable(need, until=typed["until"], by=me)
    return _("It waits until the day on which you try again.")


def _hold(need: Need, typed: dict[str, Any], me: Actor) -> str:
    actions.hold_need(need, until=typed["until"], by=me)
    return _("It waits until that day.")


def _refer(need: Need, typed: dict[str, Any], me: Actor) -> str:
    actions.refer_need(need, until=typed["until"], by=me)
    return _("It waits until the day on which you ask how it went.")


def _close(need: Need, typed: dict[str, Any], me: Actor) -> str:
    """Raises `StateChanged` where it was closed by someone else."""
    closed = actions.close_needs([need], by=me, reason=CloseReason(typed["close_reason"]))
    if not closed.closed:
        raise actions.StateChanged("close")
    if not closed.code:
        return _("Closed.")
    undo = reverse("admin:requests_app_need_closed", args=[closed.code])
    return format_html('{} <a href="{}">{}</a>', _("Closed."), undo, _("Undo"))


STEPS: Mapping[str, Step] = {
    "publish": Step(gettext_lazy("Publish: volunteers may hear of it"), _publish),
    "resume": Step(gettext_lazy("Look for someone again"), _resume),
    "unmerge": Step(gettext_lazy("Not the same need after all: look after it by itself"), _unmerge),
    "release": Step(
        gettext_lazy("Release: look for someone else"),
        _release,
        hint=gettext_lazy("Whoever is on the way is told not to come."),
    ),
    "no_answer": Step(
        gettext_lazy("Could not be reached"),
        _no_answer,
        UntilForm,
        "change",
        gettext_lazy("It waits, and on that day you try again."),
    ),
    "hold": Step(
        gettext_lazy("Wait"),
        _hold,
        UntilForm,
        "change",
        gettext_lazy("No one is looked for. On that day you open it again."),
    ),
    "refer": Step(
        gettext_lazy("Passed on to others"),
        _refer,
        UntilForm,
        hint=gettext_lazy("On that day you ask them how it went."),
    ),
    "close": Step(gettext_lazy("Close"), _close, ReasonForm, "change"),
}
"""By the name of the transition; those that need no field stand first."""


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
            form = form_refused if is_refused else _form_of(name)
            shown.append(StepShown(name, step, form, is_refused))
    return shown


def _may(step: Step, model_admin: Any, request: HttpRequest) -> bool:
    return bool(getattr(model_admin, f"has_{step.permission}_permission")(request))


def _form_of(name: str, sent: QueryDict | None = None) -> forms.Form:
    """The form of a step, with ids of its own: several stand on one page."""
    form = STEPS[name].form(sent)
    form.auto_id = f"{name}_%s"
    return form


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
            return _form_of(self.sent, data)
        form = forms.Form(data)
        if data is not None:
            form.add_error(None, CHOOSE)
        return form

    def act(self, form: forms.Form) -> str:
        return STEPS[self.sent].act(self.row, form.cleaned_data, coordinator(self.me))

    def context(self, form: forms.Form) -> dict[str, Any]:
        refused = (self.sent, form) if self.sent else None
        return {
            "facts": facts_of(self.row),
            "steps": steps_for(self.admin, self.request, self.row, refused),
            "is_refused": bool(refused),
        }
