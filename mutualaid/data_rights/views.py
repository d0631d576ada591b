"""The pages of my own data: a copy, and erasing my account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mutualaid.admin.history import write_history
from mutualaid.data_rights.actions import erase_account
from mutualaid.data_rights.export import data_of
from mutualaid.http import PersonRequest, json_download, private_page
from mutualaid.methods import post_only
from mutualaid.people.roles import LastOfRole
from mutualaid.people.sign_in.fresh import fresh_sign_in
from requests_app.models import Claim
from requests_app.states import ON_THE_WAY


@private_page
@require_safe
def account_data(request: PersonRequest) -> HttpResponse:
    """Say what erasing means, and ask on a page of its own: it works without JavaScript."""
    on_the_way = Claim.objects.of(request.user).filter(state__in=ON_THE_WAY)
    return render(request, "account/data.html", {"on_the_way": on_the_way.count()})


@fresh_sign_in(back="account_data")
@private_page
@post_only("account_data")
def account_download(request: PersonRequest) -> HttpResponse:
    if request.user.is_staff:
        write_history(request.user, by=request.user, words="downloaded: own data")
    return json_download(data_of(request.user))


@fresh_sign_in(back="account_data")
@private_page
@post_only("account_data")
def account_erase(request: PersonRequest) -> HttpResponse:
    try:
        erase_account(request.user)
    except LastOfRole:
        messages.error(
            request,
            _(
                "You're the last one with your role in our team. Please find someone to take over"
                " first."
            ),
        )
        return redirect("account_data")
    logout(request)
    messages.success(request, _("Your account has been erased. Thank you for being part of this."))
    return redirect("home")
