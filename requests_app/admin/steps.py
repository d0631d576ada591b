"""What can be done with needs, each step once: for the page of a need, the review and the list."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.refusals import Text
from requests_app import actions
from requests_app.admin.asking import ReasonForm, UntilForm
from requests_app.lifecycle.actors import Actor
from requests_app.models import Need
from requests_app.states import NEED_TRANSITIONS, CloseReason


class Outcome(NamedTuple):
    """The needs for which a step was done. `undo` is where that can be undone, or "".

    `said` stands instead of the sentence of the step where it is not the same each time.
    """

    done: Sequence[Need]
    undo: str = ""
    said: str = ""


class Step(NamedTuple):
    """`act` takes it with those of several needs that it is possible for; `said` is what came of it for one.

    `permission` is as in `StepPage`. `hint` says what else comes of it; "" where the title does.
    """

    title: Text
    button: Text
    said: Text
    act: Callable[[Sequence[Need], dict[str, Any], Actor], Outcome]
    form: type[forms.Form] = forms.Form
    permission: str = "coordinate"
    hint: Text = ""


def publish(needs: Sequence[Need], typed: dict[str, Any], me: Actor) -> Outcome:
    return Outcome(actions.publish_needs(needs, by=me))


def resume(needs: Sequence[Need], typed: dict[str, Any], me: Actor) -> Outcome:
    return Outcome(actions.resume_needs(needs, by=me))


def release(needs: Sequence[Need], typed: dict[str, Any], me: Actor) -> Outcome:
    return Outcome(actions.release_needs(needs, by=me))


def put_aside(action: str, needs: Sequence[Need], typed: dict[str, Any], me: Actor) -> Outcome:
    return Outcome(actions.put_aside(needs, action, until=typed["until"], by=me))


def close(needs: Sequence[Need], typed: dict[str, Any], me: Actor) -> Outcome:
    closed = actions.close_needs(needs, by=me, reason=CloseReason(typed["close_reason"]))
    undo = reverse("admin:requests_app_need_closed", args=[closed.code]) if closed.code else ""
    return Outcome(closed.closed, undo)


def each(
    action: Callable[[Need, Actor], None],
    needs: Sequence[Need],
    typed: dict[str, Any],
    me: Actor,
) -> Outcome:
    """Do it with one need after the other."""
    done = []
    for need in needs:
        try:
            action(need, me)
        except (actions.StateChanged, actions.Erased):
            continue
        done.append(need)
    return Outcome(done)


def unmerge(need: Need, me: Actor) -> None:
    actions.unmerge_need(need, by=me)


STEPS: Mapping[str, Step] = {
    "publish": Step(
        gettext_lazy("Publish: volunteers may hear of it"),
        gettext_lazy("Publish"),
        gettext_lazy("Published. Volunteers may hear of it now."),
        publish,
    ),
    "resume": Step(
        gettext_lazy("Look for someone again"),
        gettext_lazy("Look for someone again"),
        gettext_lazy("We look for someone again."),
        resume,
    ),
    "unmerge": Step(
        gettext_lazy("Not the same need after all: look after it by itself"),
        gettext_lazy("Look after it by itself"),
        gettext_lazy("It is looked after by itself again."),
        partial(each, unmerge),
    ),
    "release": Step(
        gettext_lazy("Release: look for someone else"),
        gettext_lazy("Release"),
        gettext_lazy("Released. We look for someone else."),
        release,
        hint=gettext_lazy("Whoever is on the way is told not to come."),
    ),
    "no_answer": Step(
        gettext_lazy("Could not be reached: try again on a day"),
        gettext_lazy("Try again then"),
        gettext_lazy("It waits until the day on which you try again."),
        partial(put_aside, "no_answer"),
        UntilForm,
        "change",
    ),
    "hold": Step(
        gettext_lazy("Wait: open it again on a day"),
        gettext_lazy("Wait"),
        gettext_lazy("It waits until that day."),
        partial(put_aside, "hold"),
        UntilForm,
        "change",
        gettext_lazy("No one is looked for until then."),
    ),
    "refer": Step(
        gettext_lazy("Passed on to others: ask them on a day"),
        gettext_lazy("Passed on"),
        gettext_lazy("It waits until the day on which you ask how it went."),
        partial(put_aside, "refer"),
        UntilForm,
    ),
    "close": Step(
        gettext_lazy("Close, with a reason"),
        gettext_lazy("Close"),
        gettext_lazy("Closed."),
        close,
        ReasonForm,
        "change",
    ),
}
"""By the name of the transition; those that need no field stand first."""


def take_step(step: Step, name: str, need: Need, typed: dict[str, Any], me: Actor) -> str:
    """Take a step with one need; returns the sentence about it. Raises `StateChanged` where it cannot be."""
    outcome = step.act([need], typed, me)
    if not outcome.done:
        raise actions.StateChanged(name)
    said = outcome.said or str(step.said)
    if not outcome.undo:
        return said
    return format_html('{} <a href="{}">{}</a>', said, outcome.undo, _("Undo"))


def form_of(step: Step, name: str, sent: QueryDict | None = None) -> forms.Form:
    """The form of a step, with ids of its own: several stand on one page."""
    form = step.form(sent)
    form.auto_id = f"{name}_%s"
    return form


def can_take(need: Need, name: str) -> bool:
    """Whether the state of the need allows a transition now; False for a name that is none."""
    return name in NEED_TRANSITIONS and need.state in NEED_TRANSITIONS[name].sources


def why_left(need: Need, name: str) -> str:
    """Why this transition was not made with a need, in a word or two."""
    if not can_take(need, name):
        return str(need.get_state_display())
    return _("nobody is on the way") if name == "release" else _("someone has said yes")
