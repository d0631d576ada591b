"""What someone says beside the values that they propose."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mutualaid.decisions.actions import check_review, latest_review
from mutualaid.decisions.effects import UnknownKind, Values, kind_named
from mutualaid.forms.typed_text import TextField

SALT = "decisions.proposed"
MOST_LETTERS = 2000


@dataclass(frozen=True)
class Proposed:
    """Values of one kind that someone has typed, on their way from one page to the next."""

    kind: str
    values: Values

    def signed(self) -> str:
        """Return it for a hidden input, in which no one can change it."""
        return signing.dumps([self.kind, self.values], salt=SALT, compress=True)


class ReasonsForm(forms.Form):
    """Why something is proposed, and when the group looks at it again."""

    why = TextField(
        label=_("Why do you propose it?"),
        widget=forms.Textarea,
        max_length=MOST_LETTERS,
        required=False,
        help_text=_("Everyone who has a say reads this. Please name no one."),
    )
    review_on = forms.DateField(
        label=_("When do we look at it again?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Choose a day.")},
    )

    def __init__(self, kind: str, data: Any = None) -> None:
        super().__init__(data)
        self.kind = kind
        latest = latest_review(kind)
        self.fields["review_on"].initial = latest
        self.fields["review_on"].widget.attrs["max"] = latest.isoformat()

    def clean_review_on(self) -> date:
        """Raises `ValidationError` for a day on which it is not decided yet, or more than a year later."""
        day: date = self.cleaned_data["review_on"]
        check_review(self.kind, day)
        return day


class ProposedForm(forms.Form):
    """Reads what `Proposed.signed` put into a page."""

    proposed = forms.CharField(widget=forms.HiddenInput)

    def clean_proposed(self) -> Proposed:
        """Raises `ValidationError` for what this site did not sign, or can no longer decide about."""
        try:
            proposed = Proposed(*signing.loads(self.cleaned_data["proposed"], salt=SALT))
            kind_named(proposed.kind)
            return proposed
        except (signing.BadSignature, TypeError, UnknownKind) as error:
            raise ValidationError(_("Something is missing in this form.")) from error
