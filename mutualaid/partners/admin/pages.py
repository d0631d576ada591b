"""Pages of the admin beside those of one group: our own key, and the heads that we keep, as a file."""

from typing import cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from mutualaid.admin.refusals import REFUSALS, Refusals, sentence_for
from mutualaid.admin.site import admin_page
from mutualaid.partners.actions.keys import PairingUnderWay, rotate
from mutualaid.partners.decorators import while_there_are_partners
from mutualaid.partners.keys import current_key
from mutualaid.partners.models import Partner
from mutualaid.partners.states import PartnerState
from mutualaid.people.models import User

KEY_REFUSALS: Refusals = {
    **REFUSALS,
    PairingUnderWay: gettext_lazy(
        "First finish or end with the groups whose digits wait to be compared."
    ),
}


@admin_page(
    "partners/key/", name="partners_key", permission="partners.change_partner", fresh_sign_in=True
)
@while_there_are_partners
def key(request: HttpRequest) -> HttpResponse:
    """Show our key and who still knows us by an older one; make a new one on a POST."""
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            rotate(by=cast(User, request.user))
        except tuple(KEY_REFUSALS) as refusal:
            form.add_error(None, sentence_for(refusal, KEY_REFUSALS))
        else:
            messages.success(request, _("We have a new key. Each group's site is told by itself."))
            return redirect("admin:partners_key")
    current = current_key()
    behind = Partner.objects.exclude(state=PartnerState.ENDED).exclude(our_key=current)
    context = {
        **admin.site.each_context(request),
        "title": _("Our key"),
        "opts": Partner._meta,
        "key": current,
        "behind": behind,
        "form": form,
    }
    return TemplateResponse(request, "admin/partners/key.html", context)


@admin_page(
    "partners/<int:pk>/heads.txt", name="partners_heads", permission="partners.view_partner"
)
@while_there_are_partners
@require_safe
def heads(request: HttpRequest, pk: int) -> HttpResponse:
    """The heads of a group's record that we keep: a line each of seal, last entry and head."""
    seals = get_object_or_404(Partner, pk=pk).witnessed_seals.order_by("number")
    lines = (
        f"{seal.number} {seal.last_number} {head}\n"
        for seal in seals
        for head in filter(None, (seal.head, seal.other_head))
    )
    response = HttpResponse("".join(lines), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="heads.txt"'
    return response
