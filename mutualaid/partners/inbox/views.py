"""Where messages of partners arrive: what is checked before anything of them is read, and in which order."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.db.models.functions import Coalesce, Now
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from mutualaid import clock
from mutualaid.boundary.incoming import reads_its_body
from mutualaid.http import tls_only
from mutualaid.methods import post_only
from mutualaid.partners import signatures
from mutualaid.partners.addresses import own_inbox
from mutualaid.partners.inbox.receiving import Answer, receive
from mutualaid.partners.models import Partner
from mutualaid.partners.rules import has_partners
from mutualaid.partners.states import PartnerState

MOST_BYTES = 64 * 1024
"""Of one message: ten times the longest that we write."""
NOT_KNOWN = Answer(HTTPStatus.UNAUTHORIZED, "not known, or not signed well")
"""One for all: whoever asks learns neither whom we know nor who is paused."""


@csrf_exempt
@reads_its_body
@tls_only
@login_not_required
def inbox(request: HttpRequest) -> HttpResponse:
    """Take a signed message of a partner. Raises `Http404` where the group does without partners."""
    if not has_partners():
        raise Http404
    return _post(request)


@post_only("about")
def _post(request: HttpRequest) -> HttpResponse:
    if status := _refused_unread(request):
        return HttpResponse(status=status)
    answer = _answer(request, request.body)
    response = JsonResponse({"answer": answer.word}, status=answer.status)
    if answer.retry_after:
        response["Retry-After"] = str(answer.retry_after)
    return response


def _refused_unread(request: HttpRequest) -> int | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or len(length) > 9 or int(length) > MOST_BYTES:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    is_packed = request.headers.get("Content-Encoding", "identity") != "identity"
    if request.content_type != signatures.CONTENT_TYPE or is_packed:
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
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
    ahead = round(signature.created - now.timestamp())
    if abs(ahead) > signatures.MOST_APART.total_seconds():
        _note_wrong_clock(partner, ahead)
        return NOT_KNOWN
    is_current = partner.public_key == signature.key_id
    answer = receive(partner.pk, signature.message_id, body, only_known=not is_current)
    return answer or NOT_KNOWN


def _known_by(key_id: str) -> list[Partner]:
    """The partner whose key this is; if none, the one whose key it was before the last change."""
    with_key = Q(public_key=key_id) | Q(previous_key=key_id)
    partners = Partner.objects.exclude(state=PartnerState.ENDED).filter(with_key)
    return sorted(partners, key=lambda partner: partner.public_key != key_id)[:1]


def _note_wrong_clock(partner: Partner, ahead: int) -> None:
    """For the page of partners. The answer does not say so, for it is the same for all."""
    if partner.state == PartnerState.LIVE and partner.clock_off_seconds != ahead:
        Partner.objects.filter(pk=partner.pk).update(
            clock_wrong_since=Coalesce("clock_wrong_since", Now()), clock_off_seconds=ahead
        )
