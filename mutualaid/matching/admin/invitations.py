"""The page of a need for matching: who fits and why, who was invited, who is left out, and what to do."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.refusals import CHANGED, Refusals, sentence_for
from mutualaid.admin.step_page import StepPage
from mutualaid.forms.typed_text import LineField
from mutualaid.matching.admin.people_shown import PersonShown, people_looked_for, people_matched
from mutualaid.matching.models import Match, NeedSearch
from mutualaid.matching.outreach import manual
from mutualaid.notify.accounts.contact import AccountContact, contact_of_account
from mutualaid.people import access
from mutualaid.people.decisions import NotAllowed
from mutualaid.people.models import User
from mutualaid.people.roles import SEE_EMAILS
from requests_app.admin.need_facts import facts_of
from requests_app.admin.person_choice import people_named
from requests_app.admin.refusals import REFUSALS
from requests_app.models import Need
from requests_app.states import NeedState

WITH_MATCH = {
    "invite": manual.invite_one,
    "pin": manual.pin,
    "unpin": manual.unpin,
    "leave_out": manual.leave_out,
}
WITH_PERSON = {"pin_person": manual.pin_person}
WITH_NEED = {"stop": manual.stop, "go_on": manual.go_on}
CHOOSE = gettext_lazy("Choose what to do.")
LOOK_REFUSALS: Refusals = {
    **REFUSALS,
    NotAllowed: gettext_lazy("Your role does not let you see how to reach people."),
    access.TooManyLooks: gettext_lazy(
        "You have looked at many addresses in this hour. Please wait for the next."
    ),
}


class InvitationForm(forms.Form):
    """The buttons of the page: what to `do`, and about which match or person."""

    do = forms.ChoiceField(
        choices=[(name, name) for name in (*WITH_MATCH, *WITH_PERSON, *WITH_NEED)],
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    match = forms.ModelChoiceField(
        Match.objects.none(), required=False, error_messages={"invalid_choice": CHANGED}
    )
    person = forms.ModelChoiceField(
        User.objects.active(), required=False, error_messages={"invalid_choice": CHANGED}
    )

    def __init__(self, data: QueryDict | None = None, *, need: Need) -> None:
        super().__init__(data)
        matches = need.matches.select_related("need__category", "offer__volunteer")
        self.fields["match"].queryset = matches  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        do = self.cleaned_data.get("do")
        about = "match" if do in WITH_MATCH else "person" if do in WITH_PERSON else ""
        if about and about not in self.errors and not self.cleaned_data.get(about):
            self.add_error("do", CHOOSE)
        return self.cleaned_data


class NameForm(forms.Form):
    """Whom a coordinator misses on the list. It is sent as a POST, so that no name stands in an address."""

    look_for = LineField(
        label=gettext_lazy("Name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "vTextField"}),
        error_messages={"required": gettext_lazy("Type a name, or a part of it.")},
    )


class InvitationsPage(StepPage[Need, forms.Form]):
    """A POST with `look_for` shows people of this name below the list; any other does something."""

    name = "invitations"
    permission = "coordinate"
    title = gettext_lazy("Who fits, and who was invited")
    template = "admin/need_invitations.html"
    refusals = REFUSALS

    def answer(self) -> HttpResponse:
        if self.request.method == "POST" and "look_for" in self.request.POST:
            return self.show(forms.Form())
        return super().answer()

    def form(self, data: QueryDict | None = None) -> forms.Form:
        return InvitationForm(data, need=self.row)

    def act(self, form: forms.Form) -> str:
        action, about = form.cleaned_data["do"], form.cleaned_data
        if action in WITH_NEED:
            WITH_NEED[action](self.row, by=self.me)
        elif action in WITH_PERSON:
            WITH_PERSON[action](self.row, about["person"], by=self.me)
        else:
            WITH_MATCH[action](about["match"], by=self.me)
        return _("Done.")

    def next_url(self) -> str:
        return reverse("admin:requests_app_need_invitations", args=[self.row.pk])

    @cached_property
    def name_form(self) -> NameForm:
        sent = self.request.POST
        return NameForm(sent if "look_for" in sent else None)

    def looked_for(self) -> list[User]:
        if not self.name_form.is_valid():
            return []
        return people_named(self.name_form.cleaned_data["look_for"])

    def context(self, form: forms.Form) -> dict[str, Any]:
        rows = people_matched(self.row)
        found = people_looked_for(self.row, self.looked_for())
        self.put_refusal_beside(form, [*rows, *found])
        search = NeedSearch.objects.filter(need=self.row).first()
        is_open = self.row.state == NeedState.OPEN
        return {
            "facts": facts_of(self.row),
            "search": search,
            "rows": rows,
            "name_form": self.name_form,
            "found": found,
            "looked": self.name_form.is_bound and self.name_form.is_valid(),
            "is_open": is_open,
            "nobody_left": bool(is_open and search and search.handed_over_at),
            "by_hand_only": self.row.category.sensitive,
            "can_see_contact": self.me.has_perm(SEE_EMAILS),
        }

    def put_refusal_beside(self, form: forms.Form, rows: Iterable[PersonShown]) -> None:
        """Move what was refused about one person from the top of the page to their place in the list."""
        match, person = form.data.get("match"), form.data.get("person")
        for row in rows:
            is_about = str(row.person.pk) == person or (row.match and str(row.match.pk) == match)
            if is_about and form.errors:
                row.refusal = " ".join(str(e) for errors in form.errors.values() for e in errors)
                form.errors.clear()


class VolunteerPage(InvitationsPage):
    """The same page; a POST with a `person` shows how to reach them in their place, and logs the look."""

    name = "volunteer"
    fresh_sign_in = True
    refusals = LOOK_REFUSALS
    opened: AccountContact | None = None
    person: User | None = None

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.show(forms.Form())
        form = self.form(self.request.POST)
        if form.is_valid():
            self.person = form.cleaned_data["person"]
            try:
                self.opened = contact_of_account(self.person, by=self.me)
            except tuple(self.refusals) as refusal:
                form.add_error(None, sentence_for(refusal, self.refusals))
        return self.show(form)

    def form(self, data: QueryDict | None = None) -> forms.Form:
        form = forms.Form(data)
        form.fields["person"] = forms.ModelChoiceField(
            User.objects.active(),
            error_messages={"required": CHOOSE, "invalid_choice": CHANGED},
        )
        return form

    def looked_for(self) -> list[User]:
        """Whose details are shown and who is on no list."""
        is_matched = self.row.matches.filter(offer__volunteer=self.person).exists()
        return [self.person] if self.person and not is_matched else []

    def context(self, form: forms.Form) -> dict[str, Any]:
        context = super().context(form)
        for shown in (*context["rows"], *context["found"]):
            if shown.person == self.person:
                shown.contact = self.opened
        return context | {"looked": bool(context["found"])}
