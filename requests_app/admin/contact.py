"""Contact details in the admin, each look written down; the codes and calls by which people come back."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from mutualaid.admin.refusals import sentence_for
from mutualaid.admin.step_page import StepPage
from mutualaid.group.current import current_group
from mutualaid.notify.outcomes import CallOutcome, OutcomeForm, said_of_call
from requests_app import actions
from requests_app.admin.forms import ContactForm, reason_from_fields
from requests_app.admin.refusals import REFUSALS
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, AskContact
from requests_app.states import NeedState


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
    """GET asks; a POST makes a code and shows it once, to be read out, with a slip to print.

    A slip names no one and nothing that was asked for: it may lie where others see it.
    """

    name = "code"
    title = gettext_lazy("A code and a slip")
    template = "admin/ask_code.html"
    explains = gettext_lazy(
        "With the code your neighbour gets back to what they asked. It counts as a look at the"
        " contact details, and they can see that a coordinator made one. It is shown once."
    )
    button = gettext_lazy("Make a code")
    refusals = REFUSALS

    def answer(self) -> HttpResponse:
        self.way_back: actions.WayBack | None = None
        form = forms.Form(self.request.POST if self.request.method == "POST" else None)
        if form.is_valid():
            try:
                self.way_back = actions.make_code(self.row, by=self.me)
            except tuple(self.refusals) as refusal:
                form.add_error(None, sentence_for(refusal, self.refusals))
        return self.show(form)

    def context(self, form: forms.Form) -> dict[str, Any]:
        needs = list(self.row.needs.order_by("pk"))
        contact = self.row.readable_contact
        wanted = (contact and contact.language) or get_language() or settings.LANGUAGE_CODE
        return {
            "slip_language": current_group().offered(wanted),
            "way_back": self.way_back,
            "find_url": settings.SITE_URL + reverse("need_find"),
            "is_read_first": any(need.state == NeedState.TRIAGE for need in needs),
            "is_over": all(not need.is_live for need in needs),
            "is_kept_from_someone": _is_kept_from_someone(self.row),
        }


def _is_kept_from_someone(ask: Ask) -> bool:
    """Whether someone must not find out, as far as it can be read."""
    contact = ask.readable_contact
    return ask.exclusions.exists() or bool(contact and contact.keep_from)


class NotMinePage(StepPage[Ask, forms.Form]):
    """Let go of an ask that a coordinator wrote down for someone else as if it were their own."""

    name = "not-mine"
    permission = "coordinate"
    title = gettext_lazy("I took this for someone else")
    explains = gettext_lazy(
        "Then it no longer stands on your own page, and others see that you took it in. It cannot be undone."
    )
    button = gettext_lazy("It is someone else’s")
    refusals = REFUSALS

    def act(self, form: forms.Form) -> str:
        actions.mark_taken_for_someone(self.row, by=self.me)
        return _("It is not yours any more. You took it in.")


class CallPage(StepPage[Ask, OutcomeForm]):
    """Log what came of a call to the neighbour: one button for each outcome."""

    name = "call"
    title = gettext_lazy("What came of the call?")
    template = "admin/call_outcome.html"
    form_class = OutcomeForm
    refusals = REFUSALS

    def act(self, form: OutcomeForm) -> str:
        outcome, next_try = form.cleaned_data["outcome"], form.next_try()
        actions.log_call(self.row, outcome=outcome, next_try=next_try, by=self.me)
        return said_of_call(outcome, next_try)

    def context(self, form: OutcomeForm) -> dict[str, Any]:
        return outcomes_of(self.row)


def outcomes_of(ask: Ask) -> dict[str, Any]:
    """Return what the buttons for the outcomes of a call need."""
    wants_no_message = AskContact.objects.filter(ask=ask, no_voicemail=True).exists()
    return {"outcomes": CallOutcome, "no_voicemail": wants_no_message}
