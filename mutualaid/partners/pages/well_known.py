"""What this site says of itself to other groups: nothing that does not stand on its pages already."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from mutualaid.group.current import current_group
from mutualaid.partners.decorators import while_there_are_partners
from mutualaid.partners.keys import current_key
from mutualaid.partners.protocol.addresses import own_inbox, own_site

MINUTES_KEPT = 5


@login_not_required
@while_there_are_partners
@require_safe
@cache_control(public=True, max_age=60 * MINUTES_KEPT)
def well_known(request: HttpRequest) -> JsonResponse:
    """Who we are, where messages go, and which key is ours."""
    group = current_group()
    return JsonResponse(
        {
            "name": group.name,
            "site": own_site(),
            "inbox": own_inbox(),
            "public_key": current_key().public_key,
            "phone": group.phone,
        },
        json_dumps_params={"ensure_ascii": False},
    )
