"""Contact details in the admin: opened by a step of their own, and each look is written down."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.refusals import words_for
from mutualaid.admin.step_page import StepPage
from requests_app import actions
from requests_app.admin.changes import reason_of
from requests_app.admin.contact_form import ContactForm
from requests_app.admin.refusals import REFUSALS
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask


class ContactPage(StepPage[Ask, forms.BaseForm]):
    """GET asks; a POST looks, and shows a form; a POST with `keep` saves what its user changed.

    Whenever the form is shown it is a look: somebody else may have changed what stands there.
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
                    self._keep(form)
                    messages.success(self.request, _("The contact details are corrected."))
                    return redirect(self.next_url())
        except tuple(self.refusals) as refusal:
            if form is None or not form.is_bound:
                messages.warning(self.request, words_for(refusal, self.refusals))
                return self.show(forms.Form())
            form.add_error(None, words_for(refusal, self.refusals))
        return self._show_details(form)

    def _show_details(self, form: ContactForm) -> HttpResponse:
        try:
            actions.contact_for_coordinator(self.row, by=self.me)
        except tuple(self.refusals) as refusal:
            messages.warning(self.request, words_for(refusal, self.refusals))
            return self.show(forms.Form())
        return self.show(form)

    def _keep(self, form: ContactForm) -> None:
        """Raises what the actions raise."""
        me = coordinator(self.me)
        if contact := form.contact_to_write():
            actions.change_ask(self.row, contact, reason=reason_of(contact), by=me)
        for need, notes in form.notes_to_write():
            actions.change_need(need, {"notes": notes}, reason="notes", by=me)

    def context(self, form: forms.BaseForm) -> dict[str, Any]:
        return {"is_open": isinstance(form, ContactForm)}
