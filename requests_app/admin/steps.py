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

    `permission` is as in `StepPage`. `hint` says what else comes of it; "" where the title does. With several
    needs, one that `tells` people shows first whom, and can be undone while the messages wait; one that is
    not `for_many` is taken on the page of a need alone.
    """

    title: Text
    button: Text
    said: Text
    act: Callable[[Sequence[Need], dict[str, Any], Actor], Outcome]
    form: type[forms.Form] = forms.Form
    permission: str = "coordinate"
    hint: Text = ""
    tells: bool = False
    for_many: bool = True


def together(
    action: Callable[..., list[Need]], needs: Sequence[Need], typed: dict[str, Any], me: Actor
) -> Outcome:
    """Several needs are a step that can be undone; one tells at once."""
    batch = actions.new_batch() if len(needs) > 1 else None
    done = action(needs, by=me, batch=batch)
    return Outcome(done, undo_url(batch.code) if batch and done else "")


def put_aside(action: str, needs: Sequence[Need], typed: dict[str, Any], me: Actor) -> Outcome:
    return Outcome(actions.put_aside(needs, action, until=typed["until"], by=me))


def close(needs: Sequence[Need], typed: dict[str, Any], me: Actor) -> Outcome:
    closed = actions.close_needs(needs, by=me, reason=CloseReason(typed["close_reason"]))
    return Outcome(closed.closed, undo_url(closed.code) if closed.code else "")


def undo_url(code: str) -> str:
    return reverse("admin:requests_app_need_undo", args=[code])


def unmerge(needs: Sequence[Need], typed: dict[str, Any], me: Actor) -> Outcome:
    for need in needs:
        actions.unmerge_need(need, by=me)
    return Outcome(needs)


STEPS: Mapping[str, Step] = {
    "publish": Step(
        gettext_lazy("Publish: volunteers may hear of it"),
        gettext_lazy("Publish"),
        gettext_lazy("Published. Volunteers may hear of it now."),
        partial(together, actions.publish_needs),
        tells=True,
    ),
    "resume": Step(
        gettext_lazy("Look for someone again"),
        gettext_lazy("Look for someone again"),
        gettext_lazy("We look for someone again."),
        partial(together, actions.resume_needs),
        tells=True,
    ),
    "unmerge": Step(
        gettext_lazy("Not the same need after all: look after it by itself"),
        gettext_lazy("Look after it by itself"),
        gettext_lazy("It is looked after by itself again."),
        unmerge,
        for_many=False,
    ),
    "release": Step(
        gettext_lazy("Release: look for someone else"),
        gettext_lazy("Release"),
        gettext_lazy("Released. We look for someone else."),
        partial(together, actions.release_needs),
        hint=gettext_lazy("Whoever is on the way is told not to come."),
        tells=True,
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
        tells=True,
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
