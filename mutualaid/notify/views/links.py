"""Where the links in messages lead. A GET only shows a button, for mail scanners open links too."""

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

ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""What the reader's mail program sends, by RFC 8058: a POST without any cookie."""


@login_not_required
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def one_tap(request: HttpRequest, token: str) -> HttpResponse:
    """One thing in one tap, for the person it was sent to."""
    found = read_one_tap_token(token)
    if found is None:
        return _over(request)
    if request.method == "POST":
        return render(
            request, "notify/one_tap.html", {"action": found.action, "outcome": found.take()}
        )
    return render(request, "notify/one_tap.html", {"action": found.action, "about": found.about()})


@csrf_exempt
@login_not_required
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """No more messages of one kind."""
    found = read_unsubscribe_token(token)
    if found is None:
        return _over(request)
    by_mail_program = request.POST.get(ONE_CLICK[0]) == ONE_CLICK[1]
    answer = _turn_off if by_mail_program else csrf_protect(_turn_off)
    return answer(request, found)


def _turn_off(request: HttpRequest, found: Unsubscription) -> HttpResponse:
    is_off = request.method == "POST"
    if is_off:
        unsubscribe(found)
    context: dict[str, Any] = {
        "is_off": is_off,
        "group": Group(found.group).label,
        "way": CHANNELS[found.channel].label,
        "is_member": bool(found.user_id),
    }
    return render(request, "notify/unsubscribe.html", context)


def _over(request: HttpRequest) -> HttpResponse:
    """The same page for an old, a wrong and a forged link."""
    return render(request, "notify/over.html", status=404)
