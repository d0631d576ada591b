"""The door for replies by text message."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mutualaid.notify.channels.sms import gateway
from mutualaid.notify.sms_replies import take_reply


@csrf_exempt
@login_not_required
@require_POST
def texts(request: HttpRequest) -> HttpResponse:
    """Take a reply that our gateway has signed; whatever else comes is refused."""
    through = gateway()
    received = through.read(request) if through else None
    if received is None:
        return HttpResponse(status=403)
    take_reply(*received)
    return HttpResponse(status=204)
