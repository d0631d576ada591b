"""Taking a call: one page, written down while someone talks. The ask is the caller's, never the team's."""

from typing import Any, cast
from uuid import uuid4, uuid5

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from mutualaid.admin.site import admin_page
from mutualaid.contact_points import parse
from mutualaid.desk.call_form import CallForm
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.people.models import User
from mutualaid.people.ratelimit import HOUR, Limit
from mutualaid.people.roles import TAKE_CALLS
from requests_app import actions
from requests_app.access.floods import reason_to_hold_call
from requests_app.models import Ask
from requests_app.pages.ask.sending import send_answers

SOURCE = "phone"
SEEN = "seen"
"""The codes of the asks that were shown as alike: a hint is given once, and stops no one."""
LOOKS_ONLY = "X-Looks-Only"
"""The header of a request that writes nothing down."""
COMPARISONS = Limit("call-alike", 120, HOUR)
"""By one person: four for each call of two minutes. Assumed, not measured."""


@admin_page("call/", name="call", permission=TAKE_CALLS)
def take_call(request: HttpRequest) -> HttpResponse:
    """Show the form; on a POST write the ask down, once asks that may be the same have been shown.

    The page's script sends what was typed so far with `LOOKS_ONLY`, and gets these asks alone. It sends
    all of it here, so that nothing is lost where the session ran out meanwhile.
    """
    if request.method != "POST":
        return _page(request, CallForm())
    form = CallForm(request.POST)
    if LOOKS_ONLY in request.headers:
        form.full_clean()
        part = {"alike": _find_alike(request, form)}
        return TemplateResponse(request, "admin/_call_alike.html", part)
    if not form.is_valid():
        return _page(request, form)
    alike = _find_alike(request, form)
    if {found.ask.code for found in alike} - set(request.POST.getlist(SEEN)):
        return _page(request, form, alike=alike)
    return _send(request, form)


def _find_alike(request: HttpRequest, form: CallForm) -> list[actions.Alike]:
    """What is not valid yet counts as not typed. Nothing is found after `COMPARISONS`: it stops no call."""
    typed = form.cleaned_data
    new = actions.NewAsk(
        points=parse(f"{typed.get('phone', '')} {typed.get('email', '')}").points,
        kinds=typed.get("category", ()),
        locality=typed.get("locality"),
        name=typed.get("name", ""),
    )
    me = cast(User, request.user)
    has_enough = new.points or (new.name and new.kinds and new.locality)
    if not has_enough or COMPARISONS.exceeded_until(str(me.pk)):
        return []
    return actions.find_alike(new, by=me)


def _send(request: HttpRequest, form: CallForm) -> HttpResponse:
    cleaned = form.cleaned_data
    held_back = reason_to_hold_call(fingerprints(cleaned["phone"], cleaned["email"]))
    ask = send_answers(
        cleaned,
        [cleaned],
        source=SOURCE,
        reference=_reference(cleaned),
        taken_in_by=cast(User, request.user),
        language=form.language_of_messages(),
        held_back=held_back,
    )
    messages.success(request, _("It is written down."))
    if held_back:
        messages.warning(
            request,
            _(
                "Very many asks came with this phone or e-mail today. So a coordinator reads this one first,"
                " and we write to no one until then. Nothing is lost."
            ),
        )
    return redirect("admin:requests_app_ask_code", ask.pk)


def _reference(cleaned: dict[str, Any]) -> str:
    """A name for this page and this caller: whoever goes back and types the next caller over it sends two."""
    page = cleaned["once"] or uuid4()
    return str(uuid5(page, "\n".join(cleaned[name] for name in ("name", "phone", "email"))))


def _page(
    request: HttpRequest, form: CallForm, *, alike: list[actions.Alike] | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Take a call"),
        "form": form,
        "sections": list(form.sections()),
        "alike": alike or [],
        "seen": request.POST.getlist(SEEN),
        "opts": Ask._meta,
    }
    return TemplateResponse(request, "admin/call.html", context)
