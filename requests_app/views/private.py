"""The way back for a neighbour without an account: her private link, or the code by phone."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mutualaid.http import private_page
from mutualaid.people.models import display_name
from mutualaid.people.tries import too_many_tries
from requests_app import actions, rules
from requests_app.links import code_for, make_link, need_by_code, need_by_token, private_url
from requests_app.models import Need
from requests_app.timeline import coming, timeline, way

TRIES_AN_HOUR = 20


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Your code"),
        max_length=20,
        help_text=gettext_lazy("Eight letters and numbers, like ABCD-2345."),
        error_messages={"required": gettext_lazy("Write the code of your need.")},
    )


@login_not_required
@private_page
@require_safe
def need_private(request: HttpRequest, token: str) -> HttpResponse:
    """What became of a need, and what its neighbour can do now."""
    found = need_by_token(token)
    if not found:
        return no_such_link(request)
    own, link = found
    need = own.leading
    context = {
        "need": need,
        "is_double": need != own,
        "token": token,
        "url": private_url(token),
        "code": code_for(token) if link.code_hash else "",
        "coming": [(claim, display_name(claim.volunteer)) for claim in coming(need)],
        "may_have_arrived": need.claims.live().exists(),
        "way": way(need),
        "timeline": timeline(need),
        "together": own.together(),
        "repeats": own.series is not None and own.series.ended_at is None,
        "looks": own.looks.select_related("by"),
        "can_withdraw": rules.can_withdraw(need),
    }
    return render(request, "needs/private.html", context)


@login_not_required
@private_page
@require_safe
def need_withdraw_ask(request: HttpRequest, token: str) -> HttpResponse:
    """Are you sure? A page of its own, for there is no JavaScript to ask."""
    found = need_by_token(token)
    if not found:
        return no_such_link(request)
    need = found[0].leading
    if not rules.can_withdraw(need):
        return redirect("need_private", token)
    return render(request, "needs/withdraw.html", {"need": need, "token": token})


@login_not_required
@private_page
@require_POST
def need_do(request: HttpRequest, token: str, step: str) -> HttpResponse:
    """One step of the neighbour: withdraw, keep_open, arrived, not_arrived, need_more or stop_repeating."""
    found = need_by_token(token)
    if not found:
        return no_such_link(request)
    try:
        said = _take(found[0].leading, step)
    except actions.StateChanged:
        messages.info(request, _("This has changed in the meantime. Here is how it stands."))
    else:
        messages.success(request, said)
    return redirect("need_private", token)


@login_not_required
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def need_find(request: HttpRequest) -> HttpResponse:
    """Enter the code that was read out by phone; a fresh private link opens."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if too_many_tries(request, "need-code", most=TRIES_AN_HOUR, seconds=3600):
            return render(request, "429.html", status=429)
        need = need_by_code(form.cleaned_data["code"])
        if need:
            return redirect("need_private", make_link(need, with_code=False))
        form.add_error("code", _("We do not know this code. Please look at it once more."))
    return render(request, "needs/find.html", {"form": form})


def _take(need: Need, step: str) -> str:
    if step == "withdraw":
        actions.withdraw_need(need)
        return _("You took your need back. Nobody will come because of it.")
    if step == "keep_open":
        actions.keep_open(need)
        return _("We keep looking.")
    if step == "arrived":
        actions.confirm_arrival(need)
        return _("Thank you for telling us. We are glad that it arrived.")
    if step == "stop_repeating":
        actions.stop_repeating(need)
        return _("It does not come back any more. Whoever said yes already still comes.")
    if step == "need_more":
        actions.need_more(need)
        return _("Thank you for telling us. We look for more help now.")
    actions.deny_arrival(need)
    return _("Thank you for telling us. We look for somebody else now.")


def no_such_link(request: HttpRequest) -> HttpResponse:
    """The same page for a wrong, a revoked and a forged link: it tells a guesser nothing."""
    return render(request, "needs/no_such_link.html", status=404)
