"""The questions of a proposal, a page each, and the answer to one."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mutualaid.decisions import actions
from mutualaid.decisions.effects import EffectKind, Values, as_json
from mutualaid.decisions.kinds.policy import values_beneath
from mutualaid.decisions.models import Answer, Subject
from mutualaid.decisions.outcomes import THRESHOLDS
from mutualaid.decisions.refusals import NO_REASON
from mutualaid.forms.step_form import PageForm
from mutualaid.forms.typed_text import TextField
from mutualaid.policy.admin import GROUPS
from mutualaid.policy.current import read_policy
from mutualaid.policy.forms import PolicyForm
from mutualaid.policy.models import Policy
from mutualaid.promises import PROMISES

MOST_LETTERS = 1000
REVIEW_DAYS = 182
"""The day that is proposed for looking at it again, from today on. Assumed, not measured."""
CHOOSE_ONE = gettext_lazy("Choose one of these.")
NOT_A_CHOICE = dict.fromkeys(("required", "invalid_choice"), CHOOSE_ONE)


class WhatForm(PageForm):
    """Takes the kinds that are possible now."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What do you want to change?"),
        widget=forms.RadioSelect,
        error_messages=NOT_A_CHOICE,
    )

    def __init__(self, data: Any = None, *, kinds: Iterable[EffectKind]) -> None:
        super().__init__(data)
        choices = [(kind.name, _kind_in_words(kind)) for kind in kinds]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]


class GroupForm(PageForm):
    """Takes the names of values that may be changed; asks for a group of them, as the policy has them."""

    group = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        widget=forms.RadioSelect,
        error_messages=NOT_A_CHOICE,
    )

    def __init__(self, data: Any = None, *, names: Iterable[str]) -> None:
        super().__init__(data)
        choices = [(str(number), title) for number, title, _names in groups_of(names)]
        self.fields["group"].choices = choices  # type: ignore[attr-defined]


class WhichForm(PageForm):
    """Takes the names of one group; asks which of them change. Several, for some have to fit together."""

    names = forms.MultipleChoiceField(
        label=gettext_lazy("What should change?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose what belongs together. Propose all else on its own."),
        error_messages={
            "required": gettext_lazy("Choose what you want to change."),
            "invalid_choice": CHOOSE_ONE,
        },
    )

    def __init__(self, data: Any = None, *, names: Iterable[str]) -> None:
        super().__init__(data)
        now = read_policy()
        choices = [(name, _value_in_words(name, getattr(now, name))) for name in names]
        self.fields["names"].choices = choices  # type: ignore[attr-defined]


class PolicyValuesForm(PageForm):
    """The new values of those that were chosen; each begins with the one in force."""

    def __init__(self, data: Any = None, *, kind: EffectKind, names: Iterable[str]) -> None:
        super().__init__(data)
        self.kind, self.now = kind, read_policy()
        asked = PolicyForm().fields
        for name in names:
            field = asked[name]
            field.label = capfirst(str(field.label))
            field.initial = getattr(self.now, name)
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.kind.check(as_json(cleaned))
            except ValidationError as wrong:
                self._put_beside_fields(wrong)
        return cleaned

    def stored(self) -> Values:
        """Return the values that differ, once the form is valid; also those that only two have set."""
        before = values_beneath()
        return {n: v for n, v in as_json(self.cleaned_data).items() if v != before[n]}

    def _put_beside_fields(self, wrong: ValidationError) -> None:
        """What is said only of values that are not asked for stands beside the first that is."""
        said = getattr(wrong, "message_dict", {"": wrong.messages})
        beside = {name: said[name] for name in self.fields if name in said}
        for name, messages in (beside or {next(iter(self.fields)): _once(said)}).items():
            self.add_error(name, messages)


class WhyForm(PageForm):
    why = TextField(
        label=gettext_lazy("Why do you propose this?"),
        max_length=MOST_LETTERS,
        help_text=gettext_lazy(
            "What would get better, and who for? Everyone reads this. Please name no one."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Write why you propose it.")},
    )


class ReviewForm(PageForm):
    review_on = forms.DateField(
        label=gettext_lazy("When do we look at it again?"),
        help_text=gettext_lazy("A day within a year. On that day we ask whether it does us good."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=dict.fromkeys(
            ("required", "invalid"), gettext_lazy("Write the day like this: 2026-12-31.")
        ),
    )

    def __init__(self, data: Any = None, *, kind: EffectKind) -> None:
        super().__init__(data)
        self.kind = kind
        self.fields["review_on"].initial = timezone.localdate() + timedelta(days=REVIEW_DAYS)

    def clean_review_on(self) -> date:
        """Raises `ValidationError` for a day on which it is not decided yet, or more than a year later."""
        day: date = self.cleaned_data["review_on"]
        actions.check_review(self.kind.name, day)
        return day


class AnswerForm(forms.Form):
    """One of three answers; a serious concern needs its reason."""

    answer = forms.ChoiceField(
        label=gettext_lazy("What do you say?"),
        choices=Answer.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose one of the three answers."),
            "invalid_choice": CHOOSE_ONE,
        },
    )
    reason = TextField(
        label=gettext_lazy("If you have a serious concern: what is it?"),
        max_length=MOST_LETTERS,
        help_text=PROMISES["reasons_without_names"],
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": NO_REASON},
    )

    def clean(self) -> dict[str, Any]:
        """Whatever else was chosen, a reason is neither asked for nor kept."""
        cleaned = super().clean() or {}
        if cleaned.get("answer") == Answer.CONCERN:
            return cleaned
        self.errors.pop("reason", None)
        return cleaned | {"reason": ""}


def groups_of(names: Iterable[str]) -> list[tuple[int, str, list[str]]]:
    """Return the number, the title and those of `names` in each group of the policy that has some."""
    wanted = set(names)
    groups = [
        (number, str(title), [name for name in listed.split() if name in wanted])
        for number, (title, listed) in enumerate(GROUPS)
    ]
    return [group for group in groups if group[2]]


def taken(kind: EffectKind, values: Values) -> bool:
    """Whether an open proposal is about one of these values already."""
    wanted = kind.subjects_of(values)
    rows = Subject.objects.filter(decision__isnull=False, value__in=wanted)
    return bool(rows.exists())


def _once(said: dict[str, list[str]]) -> list[str]:
    return list(dict.fromkeys(message for messages in said.values() for message in messages))


def _kind_in_words(kind: EffectKind) -> str:
    days = THRESHOLDS[kind.weight].days
    words = ngettext(
        "%(what)s (%(days)d day to answer)", "%(what)s (%(days)d days to answer)", days
    )
    return words % {"what": capfirst(str(kind.label)), "days": days}


def _value_in_words(name: str, value: Any) -> str:
    words = {"what": capfirst(Policy.label_of(name)), "value": Policy.displayed(name, value)}
    return _("%(what)s (now: %(value)s)") % words


__all__ = [
    "AnswerForm", "GroupForm", "PolicyValuesForm", "ReviewForm", "WhatForm", "WhichForm", "WhyForm",
    "groups_of", "taken",
]  # fmt: skip
