"""In the admin: each kind of message as people read it, in each language; a copy to one's own address."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from mutualaid.notify.channels.mail import Mail
from mutualaid.notify.models import Attempt, Notification
from mutualaid.notify.registry import Kind, all_kinds
from mutualaid.notify.rendering.render import render_message, render_text_message
from mutualaid.notify.rendering.samples import sample_message
from mutualaid.notify.rendering.sms_segments import size_of
from mutualaid.people.models import User


def preview(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """Show a sample of the chosen kind; a POST sends it to the coordinator who is signed in.

    Raises `PermissionDenied` for anyone who may not see messages.
    """
    if not request.user.has_perm("notify.view_notification"):
        raise PermissionDenied
    chosen = request.POST if request.method == "POST" else request.GET
    kinds = {kind.name: kind for kind in all_kinds()}
    kind = kinds.get(chosen.get("kind", ""))
    language = chosen.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    if kind and request.method == "POST":
        return _send(request, kind, language)
    context = {
        **site.each_context(request),
        "title": _("What people read"),
        "kinds": sorted(kinds.values(), key=lambda kind: (kind.group, str(kind.label))),
        "languages": settings.LANGUAGES,
        "kind": kind,
        "language": language,
        **(_shown(kind, language) if kind else {}),
    }
    return TemplateResponse(request, "admin/message_preview.html", context)


def _shown(kind: Kind, language: str) -> dict[str, Any]:
    message = sample_message(kind, language=language)
    text = render_text_message(kind, message)
    rendered = render_message(kind, message)
    return {"rendered": rendered, "text_message": text, "size": size_of(text)}


def _send(request: HttpRequest, kind: Kind, language: str) -> HttpResponse:
    me = cast(User, request.user)
    back = redirect(f"{request.path}?kind={kind.name}&language={language}")
    if not me.email:
        messages.error(request, _("Your account has no e-mail address."))
        return back
    attempt = Attempt(notification=Notification(kind=kind.name, recipient=me))
    try:
        Mail().send(attempt, sample_message(kind, email=me.email, language=language))
    except OSError:
        messages.error(request, _("The mail server does not answer just now."))
    else:
        messages.success(request, _("Sent to your own address."))
    return back
