"""The pages on which someone proposes something, in their order, and what their answers come to."""

from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mutualaid.decisions.actions import ProposedAlready
from mutualaid.decisions.effects import EffectKind, Values, possible_kinds, values_of
from mutualaid.decisions.pages.forms import (
    GroupForm,
    PolicyValuesForm,
    ReviewForm,
    WhatForm,
    WhichForm,
    WhyForm,
    groups_of,
    taken,
)
from mutualaid.decisions.refusals import REFUSALS
from mutualaid.forms.drafts import Answers, Draft, Typed
from mutualaid.local_time import format_day
from mutualaid.policy.forms import PolicyForm
from mutualaid.sessions import IDLE_SECONDS

PROPOSAL = Draft("proposal", seconds=IDLE_SECONDS)
WHAT, GROUP, WHICH, VALUES, WHY, REVIEW = "what", "group", "which", "values", "why", "review"
CHOICES = (WHAT, GROUP, WHICH)
DEPENDENT = (*CHOICES, VALUES)
"""Each of these asks something else once one before it is answered otherwise."""
CHECK = "check"
NAMES = (WHAT, GROUP, WHICH, VALUES, WHY, REVIEW)


class Row(NamedTuple):
    """An answer in words, and where it is changed; as `components/_check_answers.html` takes it."""

    question: str | Promise
    answer: str
    url: str


class Group(NamedTuple):
    title: str | Promise
    rows: list[Row]


class Wizard:
    """The pages with the answers so far, for one request: each form is bound once.

    Which pages there are depends on the kind: of the policy one chooses a group and in it the values.
    """

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self._forms: dict[str, forms.BaseForm] = {}

    @cached_property
    def kind(self) -> EffectKind | None:
        """What kind of change it is; None before it is chosen, or where it is no longer possible."""
        form = self.form(WHAT)
        if not form.is_valid():
            return None
        return next(kind for kind in self._kinds if kind.name == form.cleaned_data["kind"])

    @property
    def kind_name(self) -> str:
        """Call it once `first_unanswered` is None."""
        return cast(EffectKind, self.kind).name

    @property
    def steps(self) -> list[str]:
        """The names of the pages, in their order."""
        return [name for name in NAMES if name not in (GROUP, WHICH) or self._is_of_policy]

    def form(self, name: str) -> Any:
        """The form of a page with its answers, unbound without any. Call it in the order of `steps`."""
        if name not in self._forms:
            self._forms[name] = self._make(name, self.answers.get(name))
        return self._forms[name]

    def first_unanswered(self) -> str | None:
        """The first page without a valid answer; None if all are answered."""
        return next((name for name in self.steps if not self.form(name).is_valid()), None)

    def can_show(self, name: str) -> bool:
        """Whether all that this page depends on is answered."""
        before = self.steps[: self.steps.index(name)] if name in self.steps else [name]
        depends_on = [one for one in before if one in CHOICES]
        return name in self.steps and all(self.form(one).is_valid() for one in depends_on)

    def title_of(self, name: str) -> str:
        """The heading of a page that asks several things."""
        return capfirst(str(self.kind.label)) if name == VALUES and self.kind else ""

    @property
    def values(self) -> Values:
        """What is proposed. Call it once `first_unanswered` is None."""
        return values_of(self.form(VALUES))

    @property
    def why(self) -> str:
        return str(self.form(WHY).cleaned_data["why"])

    @property
    def review_on(self) -> date:
        return cast(date, self.form(REVIEW).cleaned_data["review_on"])

    def groups(self) -> list[Group]:
        """All answers in words. Call it once `first_unanswered` is None."""
        kind = cast(EffectKind, self.kind)
        what = [Row(_("What"), capfirst(str(kind.label)), _url(WHAT))]
        changes = [
            Row(capfirst(change.label), _was_and_now(change.was, change.now), _url(VALUES))
            for change in kind.describe(self.values)
        ]
        rest = [
            Row(_("Why"), self.why, _url(WHY)),
            Row(_("We look at it again on"), format_day(self.review_on), _url(REVIEW)),
        ]
        return [Group(_("Your proposal"), [*what, *changes, *rest])]

    @cached_property
    def _kinds(self) -> list[EffectKind]:
        return possible_kinds()

    @property
    def _is_of_policy(self) -> bool:
        return self.kind is not None and issubclass(self.kind.form, PolicyForm)

    def _make(self, name: str, typed: Typed | None) -> forms.BaseForm:
        if name == WHAT:
            return WhatForm(typed, kinds=self._kinds)
        if name == GROUP:
            return GroupForm(typed, names=self._all_names)
        if name == WHICH:
            return WhichForm(typed, names=self._names_of_group)
        if name == WHY:
            return WhyForm(typed)
        if name == REVIEW:
            return ReviewForm(typed, kind=cast(EffectKind, self.kind))
        return self._values_form(typed)

    def _values_form(self, typed: Typed | None) -> forms.BaseForm:
        """The values, also refused where an open proposal is about one of them."""
        kind = cast(EffectKind, self.kind)
        form: forms.BaseForm = (
            PolicyValuesForm(typed, kind=kind, names=self._chosen(WHICH)["names"])
            if self._is_of_policy
            else kind.form(typed)
        )
        if form.is_bound:
            wrong: list[Any] = list(form.errors.pop(NON_FIELD_ERRORS, []))
            if not form.errors and not wrong and taken(kind, values_of(form)):
                wrong = [REFUSALS[ProposedAlready]]
            if wrong:  # what is wrong with all of it stands beside the first
                form.add_error(next(iter(form.fields)), wrong)
        return form

    def _chosen(self, name: str) -> dict[str, Any]:
        """What was answered on a page on which others depend, and which `can_show` has asked for."""
        form = self.form(name)
        form.is_valid()
        return cast(dict[str, Any], form.cleaned_data)

    @property
    def _all_names(self) -> list[str]:
        return list(cast(Any, self.kind).form._meta.fields)

    @property
    def _names_of_group(self) -> list[str]:
        chosen = int(self._chosen(GROUP)["group"])
        return next(names for number, _t, names in groups_of(self._all_names) if number == chosen)


def answers_to_propose(kind: EffectKind, values: Values) -> Answers:
    """Return what someone types who proposes these values.

    Of values of the policy in several groups no more than what kind it is: a proposal is about one group.
    """
    answers: Answers = {WHAT: {"kind": kind.name}}
    if not issubclass(kind.form, PolicyForm):
        return answers | {VALUES: _as_typed(kind.form(), values)}
    groups = groups_of(kind.form.Meta.fields)
    for number, _title, names in groups:
        if values.keys() <= set(names):
            form = PolicyValuesForm(kind=kind, names=list(values))
            answers |= {
                GROUP: {"group": str(number)},
                WHICH: {"names": list(values)},
                VALUES: _as_typed(form, values),
            }
    return answers


def _as_typed(form: forms.BaseForm, values: Values) -> Typed:
    """What stands in its fields, with these values."""
    filled = {name: form[name].initial for name in form.fields} | values
    return {name: str(value) for name, value in filled.items()}


def _was_and_now(was: str, now: str) -> str:
    return _("%(was)s → %(now)s") % {"was": was, "now": now} if was else now


def _url(name: str) -> str:
    return reverse("decision_step", args=[name])
