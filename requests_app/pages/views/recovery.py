"""Get back to an ask by a code that was read out, ask for a lost link, or replace a link."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from mutualaid.contact_points import parse
from mutualaid.http import private_page
from mutualaid.people.ratelimit import WRONG_CODES, codes_exceeded_until, network_of, too_often
from requests_app import actions
from requests_app.access.links import ask_by_code, code_was_merged, make_link, renew_links
from requests_app.access.recovery import ask_for_link
from requests_app.pages.views.decorators import (
    Visit,
    by_link,
    is_for_the_admin,
    merged_link,
    use_the_admin,
)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Your code"),
        max_length=20,
        help_text=gettext_lazy("Eight letters and numbers, like ABCD-2345."),
        error_messages={"required": gettext_lazy("Write the code of your need.")},
    )


class LostForm(forms.Form):
    address = forms.CharField(
        label=gettext_lazy("Your phone number or e-mail address"),
        max_length=254,
        help_text=gettext_lazy("The one you gave when you asked."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        error_messages={"required": gettext_lazy("Write your phone number or e-mail address.")},
    )

    def clean_address(self) -> str:
        """Refuse text that is no phone and no e-mail; whether we know it is never told."""
        typed: str = self.cleaned_data["address"]
        if not parse(typed).points:
            raise ValidationError(self.fields["address"].error_messages["required"])
        return typed


@login_not_required
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def need_find(request: HttpRequest) -> HttpResponse:
    """Enter the code that was read out by phone, and go on by a new private link."""
    if is_for_the_admin(request):
        return use_the_admin(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        network = network_of(request)
        if again_at := WRONG_CODES.exceeded_until(network):
            return too_often(request, again_at)
        ask = ask_by_code(form.cleaned_data["code"])
        if ask:
            WRONG_CODES.give_back(network)
            with transaction.atomic():
                actions.note_code_used(ask)
                token = make_link(ask, with_code=False)
            return redirect("ask_private", token)
        if code_was_merged(form.cleaned_data["code"]):
            WRONG_CODES.give_back(network)
            return merged_link(request)
        form.add_error("code", _("We don't know this code. Please check it."))
    return render(request, "needs/find.html", {"form": form})


@login_not_required
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def need_lost(request: HttpRequest) -> HttpResponse:
    """Ask for a lost link. The answer is the same for a contact point we know and any other."""
    form = LostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["address"]
        if again_at := codes_exceeded_until(request, typed):
            return too_often(request, again_at)
        ask_for_link(typed)
        return redirect("need_lost_sent")
    return render(request, "needs/lost.html", {"form": form})


@login_not_required
@private_page
@require_safe
def need_lost_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "needs/lost_sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def need_new_link(visit: Visit) -> HttpResponse:
    """Revoke all links because someone else knows one, and go on with a new one; a GET asks first."""
    if visit.request.method != "POST":
        return render(visit.request, "needs/new_link.html", {"token": visit.token})
    token = renew_links(visit.ask)
    messages.success(visit.request, _("The old links and codes no longer work."))
    return redirect("ask_private", token)
