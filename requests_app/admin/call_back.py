"""Ringing whoever lost their link, or must be asked something: with a code to read out, or without."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.step_page import StepPage
from requests_app import actions
from requests_app.admin.refusals import REFUSALS
from requests_app.models import Ask


class CodePage(StepPage[Ask, forms.Form]):
    """The code is shown this once; whoever asked to be rung has been."""

    name = "code"
    title = gettext_lazy("Make a code")
    explains = gettext_lazy(
        "With the code your neighbour gets back to what they asked. It counts as a look at the"
        " contact details, and they can see that a coordinator made one. It is shown once."
    )
    button = gettext_lazy("Make a code, to be read out on the phone")
    refusals = REFUSALS

    def act(self, form: forms.Form) -> str:
        code = actions.make_code(self.row, by=self.me)
        said = _("Ask %(name)s: the code is %(code)s")
        return said % {"name": self.row.code, "code": code}


class CalledBackPage(StepPage[Ask, forms.Form]):
    name = "called-back"
    title = gettext_lazy("They were rung")
    explains = gettext_lazy("Then they no longer stand among those who are to be rung.")
    button = gettext_lazy("They were rung")
    refusals = REFUSALS

    def act(self, form: forms.Form) -> str:
        actions.note_called_back(self.row, by=self.me)
        return _("Thank you.")
