"""Where messages of partners arrive: what is checked before anything of them is read, and in which order."""

import math
import re
from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.db.models.functions import Coalesce, Now
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from mutualaid import clock
from mutualaid.boundary.incoming import reads_its_body
from mutualaid.http import tls_only
from mutualaid.methods import post_only
from mutualaid.partners.decorators import while_there_are_partners
from mutualaid.partners.inbox.receiving import Answer, receive
from mutualaid.partners.models import IncomingMessage, Partner
from mutualaid.partners.protocol import signatures
from mutualaid.partners.protocol.addresses import own_inbox
from mutualaid.partners.states import PartnerState

MOST_BYTES = 64 * 1024
"""Of one message: ten times the longest that we write."""
ABOUT_AS_MUCH = 60
"""Seconds by which a clock may be off otherwise than noted: the way of a message takes some."""
MOST_NOTED = 2**31 - 1
TOO_LONG = Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too long")
NO_JSON = Answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "only JSON, and not packed")
NOT_KNOWN = Answer(HTTPStatus.UNAUTHORIZED, "not known, or not signed well")
"""One for all: whoever asks learns neither whom we know nor who is paused."""


@csrf_exempt
@reads_its_body
@login_not_required
@while_there_are_partners
@never_cache
@tls_only
@post_only("about")
def inbox(request: HttpRequest) -> HttpResponse:
    """Take a signed message of a partner. Raises `BadRequest` where the body breaks off."""
    try:
        answer = _refused_unread(request) or _answer(request, request.body)
    except UnreadablePostError as error:
        raise BadRequest("the body breaks off") from error
    response = JsonResponse({"answer": answer.word}, status=answer.status)
    if answer.retry_after:
        response["Retry-After"] = str(answer.retry_after)
    return response


def _refused_unread(request: HttpRequest) -> Answer | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not re.fullmatch("[0-9]{1,9}", length) or int(length) > MOST_BYTES:
        return TOO_LONG
    is_packed = request.headers.get("Content-Encoding", "identity").lower() != "identity"
    if request.content_type != signatures.CONTENT_TYPE or is_packed:
        return NO_JSON
    return None


def _answer(request: HttpRequest, body: bytes) -> Answer:
    """Whatever is wrong, a key is looked up and a signature checked: the time of the answer tells nothing."""
    now = clock.now()
    found: list[Partner] = []

    def public_key_of(key_id: str) -> str | None:
        found.extend(_known_by(key_id))
        return key_id if found else None

    try:
        signature = signatures.verified(own_inbox(), body, request.headers, public_key_of)
    except signatures.NotSigned:
        return NOT_KNOWN
    if not found:
        return NOT_KNOWN
    partner = found[0]
    ahead = signature.created - math.floor(now.timestamp())
    if abs(ahead) > signatures.MOST_APART.total_seconds():
        _note_wrong_clock(partner, signature.message_id, ahead)
        return NOT_KNOWN
    return receive(partner, signature, body) or NOT_KNOWN


def _known_by(key_id: str) -> list[Partner]:
    """The partner whose key this is, or else was before the last change; of those that ended, the last."""
    partners = Partner.objects.filter(Q(public_key=key_id) | Q(previous_key=key_id))

    def rank(partner: Partner) -> tuple[bool, bool, int]:
        return partner.state == PartnerState.ENDED, partner.public_key != key_id, -partner.pk

    return sorted(partners, key=rank)[:1]


def _note_wrong_clock(partner: Partner, message_id: UUID, ahead: int) -> None:
    """For the page of partners: the answer does not say so, for it is the same for all.

    A message that came before was held back by someone between us, and says nothing of a clock.
    """
    noted = partner.clock_off_seconds
    if partner.state != PartnerState.LIVE or (noted and abs(noted - ahead) < ABOUT_AS_MUCH):
        return
    if not IncomingMessage.objects.filter(partner=partner, message_id=message_id).exists():
        Partner.objects.filter(pk=partner.pk).update(
            clock_wrong_since=Coalesce("clock_wrong_since", Now()),
            clock_off_seconds=max(-MOST_NOTED, min(ahead, MOST_NOTED)),
        )
