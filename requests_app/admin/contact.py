"""Contact details in the admin, each look written down; and the phone calls to whoever lost their link."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.refusals import sentence_for
from mutualaid.admin.step_page import StepPage
from requests_app import actions
from requests_app.admin.forms import ContactForm, reason_from_fields
from requests_app.admin.refusals import REFUSALS
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask


class ContactPage(StepPage[Ask, forms.BaseForm]):
    """GET asks; a POST opens the details and shows a form; a POST with `keep` saves what its user changed.

    Whenever the form is shown it is logged as a look: someone else may have changed what stands there.
    """

    name = "contact"
    title = gettext_lazy("Contact details")
    template = "admin/ask_contact.html"
    refusals = REFUSALS

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.show(forms.Form())
        typed = self.request.POST if "keep" in self.request.POST else None
        form: ContactForm | None = None
        try:
            if self.row.erased_at:
                raise actions.Erased
            with transaction.atomic():
                form = ContactForm(typed, ask=self.row)
                if form.is_valid():
                    self._save(form)
                    messages.success(self.request, _("The contact details are corrected."))
                    return redirect(self.next_url())
        except tuple(self.refusals) as refusal:
            if form is None or not form.is_bound:
                return self._show_closed(refusal)
            form.add_error(None, sentence_for(refusal, self.refusals))
        try:
            actions.contact_for_coordinator(self.row, by=self.me)
        except tuple(self.refusals) as refusal:
            return self._show_closed(refusal)
        return self.show(form)

    def _show_closed(self, refusal: Exception) -> HttpResponse:
        """Show the page without the details, and why they cannot be opened."""
        messages.warning(self.request, sentence_for(refusal, self.refusals))
        return self.show(forms.Form())

    def _save(self, form: ContactForm) -> None:
        """Raises what `change_ask` and `change_need` raise."""
        me = coordinator(self.me)
        if contact := form.contact_to_write():
            actions.change_ask(self.row, contact, reason=reason_from_fields(contact), by=me)
        for need, notes in form.notes_to_write():
            actions.change_need(need, {"notes": notes}, reason="notes", by=me)

    def context(self, form: forms.BaseForm) -> dict[str, Any]:
        return {"is_open": isinstance(form, ContactForm)}


class CodePage(StepPage[Ask, forms.Form]):
    """Make a code to read out on the phone. It is shown once, and the ask counts as called back."""

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
        return _("Ask %(name)s: the code is %(code)s") % {"name": self.row.code, "code": code}


class CalledBackPage(StepPage[Ask, forms.Form]):
    name = "called-back"
    title = gettext_lazy("They were rung")
    explains = gettext_lazy("Then they no longer stand among those who are to be rung.")
    button = gettext_lazy("They were rung")
    refusals = REFUSALS

    def act(self, form: forms.Form) -> str:
        actions.note_called_back(self.row, by=self.me)
        return _("Thank you.")
