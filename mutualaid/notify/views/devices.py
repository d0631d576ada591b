"""Adding and forgetting devices that may be notified."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from mutualaid.boundary.incoming import read_json
from mutualaid.http import PersonRequest, private_page
from mutualaid.methods import post_only
from mutualaid.notify import actions
from mutualaid.notify.channels.push import PushSubscription


@private_page
@post_only("preferences")
def devices(request: PersonRequest) -> HttpResponse:
    """Add the browser that asks, or forget all of them."""
    if "forget" in request.POST:
        actions.forget_devices(request.user)
        messages.success(request, _("We've removed your devices."))
    elif actions.add_device(request.user, _subscription(request.POST.get("device", ""))):
        messages.success(request, _("This device is added. Now choose what it may show."))
    else:
        messages.info(request, _("Your browser didn't allow it. Nothing has changed."))
    return redirect("preferences")


def _subscription(text: str) -> PushSubscription | None:
    """A PushSubscription of the browser, as its toJSON() gives it; None for anything else.

    Raises `BadRequest` where it is not even JSON.
    """
    if not text:
        return None
    try:
        given: Any = read_json(text)
        keys = given["keys"]
        return PushSubscription(
            endpoint=str(given["endpoint"]), p256dh=str(keys["p256dh"]), auth=str(keys["auth"])
        )
    except (TypeError, KeyError):
        return None
