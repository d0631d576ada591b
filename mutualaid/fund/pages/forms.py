"""What is typed on the pages of the pot: amounts, words, days, and a photo."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.forms.typed_text import LineField, TextField
from mutualaid.fund.amounts import NoAmount, is_currency, parse_amount
from mutualaid.fund.models import Expense, Pot
from mutualaid.fund.models.expense import LONGEST_PAYEE, LONGEST_PURPOSE
from mutualaid.fund.receipt_photo import prepare_receipt
from mutualaid.fund.states import EntryKind, ExpenseKind
from requests_app.models import Ask, Need

LONGEST_AMOUNT, LONGEST_REASON = 40, 300
"""Characters."""
FOR_ME, FOR_NEIGHBOUR = "me", "neighbour"
HOW_IT_REACHES_YOU = gettext_lazy("How can the money reach you?")
WAYS = gettext_lazy("Such as in cash at a meeting, or by bank transfer and to which account.")
FIRST_NAME_AND_WAY = gettext_lazy("Who gets it, and how does it reach them?")


def rows_of(lines: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": lines})


def amount_field(label: Any, **options: Any) -> LineField:
    """A field for an amount, which a `PotForm` reads in the currency of its pot."""
    return LineField(
        label=label,
        max_length=LONGEST_AMOUNT,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write an amount.")},
        **options,
    )


def pot_field(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of these.")},
    )


class PotForm(forms.Form):
    """A form about one pot: where there are several, it asks for which."""

    pot = pot_field(gettext_lazy("From which pot?"))
    amounts: Sequence[str] = ("amount",)
    """Names of its fields that hold an amount; cleaned, it is in minor units."""
    least = 1
    """Minor units."""

    def __init__(self, *args: Any, pots: Sequence[Pot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pots = {str(pot.pk): pot for pot in pots}
        if len(pots) == 1:
            del self.fields["pot"]
        else:
            self.fields["pot"].choices = [  # type: ignore[attr-defined]
                (key, f"{pot.name} ({pot.currency})") for key, pot in self.pots.items()
            ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        only = next(iter(self.pots)) if len(self.pots) == 1 else ""
        pot = self.pots.get(cleaned.get("pot") or only)
        if pot is None:
            return cleaned
        cleaned["pot"] = pot
        for name in self.amounts:
            if typed := cleaned.get(name):
                try:
                    cleaned[name] = parse_amount(typed, decimals=pot.decimals, least=self.least)
                except NoAmount as error:
                    self.add_error(name, str(error.words))
        return cleaned


class ExpenseForm(PotForm):
    """What someone asks a pot for. `key` comes from the page, so that what is sent twice is asked once."""

    amount = amount_field(gettext_lazy("How much?"))
    purpose = TextField(
        label=gettext_lazy("What is it for?"),
        max_length=LONGEST_PURPOSE,
        widget=rows_of(2),
        help_text=gettext_lazy("A few words. Please leave out your neighbour's name."),
        error_messages={"required": gettext_lazy("Write in a few words what it is for.")},
    )
    for_whom = forms.ChoiceField(
        label=gettext_lazy("Who is it for?"),
        choices=[
            (FOR_ME, gettext_lazy("For me")),
            (FOR_NEIGHBOUR, gettext_lazy("For a neighbour who has no account")),
        ],
        initial=FOR_ME,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of these.")},
    )
    payee_words = TextField(
        label=HOW_IT_REACHES_YOU,
        max_length=LONGEST_PAYEE,
        widget=rows_of(2),
        help_text=WAYS,
        error_messages={"required": gettext_lazy("Write how the money gets there.")},
    )
    ask = LineField(
        label=gettext_lazy("The code of what they asked us for, if there is one"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Then they see on their own page how it stands."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        kind: str,
        is_coordinator: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if kind == ExpenseKind.DIRECT_HELP and is_coordinator:
            self.fields["payee_words"].label = FIRST_NAME_AND_WAY
        else:
            del self.fields["for_whom"]
            del self.fields["ask"]
        self.fields["key"].initial = uuid4

    def clean_key(self) -> UUID:
        return self.cleaned_data["key"] or uuid4()

    def clean_ask(self) -> Ask | None:
        """The ask with this code, or with a need that has it; None for nothing. Raises `ValidationError`."""
        typed = self.cleaned_data["ask"]
        if not typed or self.cleaned_data.get("for_whom") != FOR_NEIGHBOUR:
            return None
        asks = {*Ask.with_code(typed), *(need.ask for need in Need.with_code(typed))}
        if len(asks) != 1:
            raise ValidationError(_("We know no ask and no need with this code."))
        ask = asks.pop()
        ask = ask.merged_into or ask
        if ask.erased_at:
            raise ValidationError(_("This has been erased. You can leave the code out."))
        if ask.owner:
            raise ValidationError(_("They have an account, so they ask on their own page."))
        return ask

    @property
    def is_for_neighbour(self) -> bool:
        """Of a valid form: whether it is for someone without an account."""
        return bool(self.cleaned_data.get("for_whom") == FOR_NEIGHBOUR)


class HelpForMeForm(ExpenseForm):
    """Direct help for who comes by the private link of their ask."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, kind=ExpenseKind.DIRECT_HELP, is_coordinator=False, **kwargs)
        self.fields["purpose"].help_text = _("A few words. You don't have to show anything for it.")


class ChangeForm(PotForm):
    """What can be changed of an expense until it is paid; `saw` is the version that the page showed."""

    amount = amount_field(gettext_lazy("How much?"))
    purpose = TextField(
        label=gettext_lazy("What is it for?"),
        max_length=LONGEST_PURPOSE,
        widget=rows_of(2),
        error_messages={"required": gettext_lazy("Write in a few words what it is for.")},
    )
    payee_words = TextField(
        label=HOW_IT_REACHES_YOU,
        max_length=LONGEST_PAYEE,
        widget=rows_of(2),
        help_text=WAYS,
        error_messages={"required": gettext_lazy("Write how the money gets there.")},
    )
    saw = forms.IntegerField(widget=forms.HiddenInput)


class PhotoField(forms.FileField):
    """The photo of a receipt: cleaned, a JPEG that we made from its pixels; None where there is none."""

    widget = forms.FileInput
    default_error_messages: ClassVar = {"contradiction": gettext_lazy("Choose a photo.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs["accept"] = "image/jpeg,image/png,image/webp"

    def clean(self, data: "UploadedFile[bytes] | None", initial: Any = None) -> bytes | None:
        """Raises `ValidationError` for a file that is no receipt; see `prepare_receipt`."""
        file = super().clean(data, initial)
        if not file:
            return None
        file.seek(0)
        return prepare_receipt(file, file.size)


class ReceiptForm(forms.Form):
    photo = PhotoField(
        label=gettext_lazy("A photo of the receipt"),
        help_text=gettext_lazy("A photo from your phone, up to 8 MB."),
        error_messages={"required": gettext_lazy("Choose a photo.")},
    )


class FirstReceiptForm(ReceiptForm):
    """The receipt of someone who paid: a photo, or the word that there is none."""

    without = forms.BooleanField(label=gettext_lazy("I have no receipt"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        photo = self.fields["photo"]
        photo.required = "without" not in self.data
        photo.error_messages["required"] = _("Choose a photo, or tick that you have no receipt.")


class SpentForm(PotForm, ReceiptForm):
    """What was spent of money ahead: all of it, a part, or nothing; then there may be no receipt."""

    amounts = ("spent",)
    spent = amount_field(
        gettext_lazy("How much did you spend?"),
        help_text=gettext_lazy("Write 0 if you spent nothing."),
    )
    least = 0
    field_order = ("spent", "photo")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photo"].required = False


class PledgeForm(PotForm):
    """What someone means to give each month; empty for nothing."""

    amounts = ("monthly",)
    monthly = amount_field(gettext_lazy("I mean to give each month"), required=False)


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Write the day.")},
    )


class IncomeForm(PotForm):
    pot = pot_field(gettext_lazy("Into which pot?"))
    amount = amount_field(gettext_lazy("How much came in?"))
    kind = forms.ChoiceField(
        label=gettext_lazy("What was it?"),
        choices=[
            (EntryKind.GIFT, gettext_lazy("Money that was given")),
            (EntryKind.OPENING, gettext_lazy("Money that we had when we began here")),
        ],
        initial=EntryKind.GIFT,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of these.")},
    )
    on_day = day_field(gettext_lazy("On which day?"))
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid4

    def clean_key(self) -> UUID:
        return self.cleaned_data["key"] or uuid4()


class SetRightForm(PotForm):
    """The right amount and day of an entry; no amount where nothing came in at all."""

    amount = amount_field(
        gettext_lazy("What is the right amount?"),
        required=False,
        help_text=gettext_lazy("Leave it empty if no money came in at all."),
    )
    on_day = day_field(gettext_lazy("On which day?"))


class DecisionForm(forms.Form):
    """The version of an expense that someone saw. Several of these stand on one page."""

    saw = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)

    def __init__(self, *args: Any, expense: Expense, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expense = expense
        self.auto_id = f"{type(self).__name__.lower()}_%s"


class DeclineForm(DecisionForm):
    words = TextField(
        label=gettext_lazy("Why not? They will read it."),
        max_length=LONGEST_REASON,
        widget=rows_of(2),
        error_messages={"required": gettext_lazy("Write a kind word about why.")},
    )


class PayForm(DecisionForm):
    on_day = day_field(gettext_lazy("On which day did it go out?"))


class SettleForm(DecisionForm):
    on_day = day_field(gettext_lazy("On which day did the rest come back?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.came_back:
            del self.fields["on_day"]

    @property
    def came_back(self) -> int:
        """Minor units; of none there is no day to ask for."""
        return self.expense.amount - (self.expense.spent or 0)


class WriteOffForm(SettleForm):
    @property
    def came_back(self) -> int:
        return self.expense.write_off_back or 0


class CameBackForm(DecisionForm):
    came_back = amount_field(
        gettext_lazy("How much came back?"), help_text=gettext_lazy("Write 0 if nothing did.")
    )

    def clean_came_back(self) -> int:
        """Raises `ValidationError`."""
        typed, pot = self.cleaned_data["came_back"], self.expense.pot
        try:
            amount = parse_amount(typed, decimals=pot.decimals, least=0)
        except NoAmount as error:
            raise ValidationError(str(error.words)) from error
        if amount > self.expense.amount:
            raise ValidationError(_("This is more than went out."))
        return amount


class NewPotForm(forms.Form):
    name = LineField(
        label=gettext_lazy("What is it called?"),
        max_length=60,
        error_messages={"required": gettext_lazy("Write a name.")},
    )
    currency = LineField(
        label=gettext_lazy("In which currency?"),
        max_length=3,
        help_text=gettext_lazy("Its three letters, such as USD, EUR or GBP. It stays as it is."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "characters"}),
        error_messages={"required": gettext_lazy("Write three letters.")},
    )

    def clean_currency(self) -> str:
        """Raises `ValidationError`."""
        code: str = self.cleaned_data["currency"].upper()
        if not is_currency(code):
            raise ValidationError(
                _("We don't know this currency. Write its three letters, like USD.")
            )
        return code


class NameForm(forms.Form):
    name = NewPotForm.declared_fields["name"]
