"""The page in the admin: each part of the site in plain words, and a button to try the alarm."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from mutualaid.admin.site import admin_page
from mutualaid.health.alarm import send_test, ways
from mutualaid.health.look import look
from mutualaid.health.models import Alarm
from mutualaid.people.roles import SEE_HEALTH


@admin_page("health/", name="health", permission=SEE_HEALTH)
def health(request: HttpRequest) -> HttpResponse:
    """Show each check, the worst first; a POST sends a test alarm."""
    if request.method == "POST":
        _test(request)
        return redirect("admin:health")
    findings = sorted(look(), key=lambda one: -one.state)
    context = {
        **admin.site.each_context(request),
        "title": _("Health of the site"),
        "findings": findings,
        "is_well": all(one.is_ok for one in findings),
        "alarm": Alarm.objects.first(),
        "has_ways": bool(ways()),
    }
    return TemplateResponse(request, "admin/health.html", context)


def _test(request: HttpRequest) -> None:
    taken = send_test()
    if taken is None:
        messages.warning(request, _("One was sent a moment ago. Wait a minute."))
    elif len(taken) < len(ways()):
        messages.error(request, _("It didn't go out everywhere. The log says why."))
    elif taken:
        messages.success(request, _("Sent. See if it arrives."))
