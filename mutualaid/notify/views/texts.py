"""Where a gateway delivers replies by text message."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from mutualaid.http import tls_only
from mutualaid.methods import post_only
from mutualaid.notify.channels.sms import gateway
from mutualaid.notify.inbound.sms_replies import take_reply


@csrf_exempt
@tls_only
@login_not_required
@post_only("about")
def texts(request: HttpRequest) -> HttpResponse:
    """Take a reply that our gateway has signed; 403 for anything else."""
    our_gateway = gateway()
    received = our_gateway.read(request) if our_gateway else None
    if received is None:
        return HttpResponse(status=403)
    take_reply(*received)
    return HttpResponse(status=204)
