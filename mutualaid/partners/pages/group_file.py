"""`/group.json`: what a group that wishes to be found says of itself, for lists and maps of others.

In the words of Valueflows (an Organization) and of Open Referral's HSDS 3 (an organization with its areas).
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from mutualaid.catalog.models import Locality
from mutualaid.group.current import current_group
from mutualaid.partners.addresses import own_site
from mutualaid.policy.current import current_policy
from mutualaid.resources.hsds import AREA, stable_id

VALUEFLOWS = "https://w3id.org/valueflows/ont/vf#"
MINUTES_KEPT = 60


@login_not_required
@require_safe
@cache_control(public=True, max_age=60 * MINUTES_KEPT)
def group_file(request: HttpRequest) -> JsonResponse:
    """Answer with it. Raises `Http404` where the group does not wish to be found."""
    if not current_policy().can_be_found:
        raise Http404
    return JsonResponse(describe_group(), json_dumps_params={"ensure_ascii": False, "indent": 2})


def describe_group() -> dict[str, Any]:
    """Return name, areas, page, help line and languages: nothing that is not on the pages of the site."""
    group, site = current_group(), own_site()
    own_id = str(stable_id("organization", site))
    return {
        "@context": {"vf": VALUEFLOWS},
        "@type": "vf:Organization",
        "@id": site + "/",
        "id": own_id,
        "name": group.name,
        "website": site + "/",
        "phones": [{"id": str(stable_id("phone", site)), "number": group.phone}]
        if group.phone
        else [],
        "languages": [
            {"id": str(stable_id("language", site, code)), "code": code, "name": name}
            for code, name in group.offered_languages
        ],
        "service_areas": [
            {
                "id": str(stable_id("area", site, slug)),
                "name": name,
                "uri": f"urn:{AREA}:{slug}",
            }
            for slug, name in Locality.objects.order_by("slug").values_list("slug", "name")
        ],
    }
