"""Where the links in messages lead. A GET only shows a button, for mail scanners open links too (ADR 19)."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from mutualaid.http import private_page
from mutualaid.notify.channels import CHANNELS
from mutualaid.notify.links.one_tap import read_one_tap_token
from mutualaid.notify.links.unsubscribe import Unsubscription, read_unsubscribe_token, unsubscribe
from mutualaid.notify.registry import Group
from mutualaid.people.ratelimit import WRONG_LINKS, network_of, too_often

ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""What the reader's mail program sends, by RFC 8058: a POST without any cookie."""


@login_not_required
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def one_tap(request: HttpRequest, token: str) -> HttpResponse:
    """One thing in one tap, for the person it was sent to."""
    signed = read_one_tap_token(token)
    if signed is None:
        return _no_such_link(request)
    context: dict[str, Any] = {"action": signed.action, "about": signed.about()}
    if request.method == "POST":
        context["outcome"] = signed.take()
    elif missed := signed.missed():
        context["outcome"] = missed
    return render(request, "notify/one_tap.html", context)


@csrf_exempt
@login_not_required
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """No more messages of one group on one channel; a mail program may POST without a CSRF token."""
    unsubscription = read_unsubscribe_token(token)
    if unsubscription is None:
        return _no_such_link(request)
    by_mail_program = request.POST.get(ONE_CLICK[0]) == ONE_CLICK[1]
    answer = _unsubscribe if by_mail_program else csrf_protect(_unsubscribe)
    return answer(request, unsubscription)


def _unsubscribe(request: HttpRequest, unsubscription: Unsubscription) -> HttpResponse:
    is_off = request.method == "POST"
    if is_off:
        unsubscribe(unsubscription)
    context: dict[str, Any] = {
        "is_off": is_off,
        "group": Group(unsubscription.group).label,
        "way": CHANNELS[unsubscription.channel].label,
        "is_member": bool(unsubscription.user_id),
    }
    return render(request, "notify/unsubscribe.html", context)


def _no_such_link(request: HttpRequest) -> HttpResponse:
    """The same page for an old, a wrong and a forged link; after too many, that for too many requests."""
    if again_at := WRONG_LINKS.exceeded_until(network_of(request)):
        return too_often(request, again_at)
    return render(request, "notify/over.html", status=404)
