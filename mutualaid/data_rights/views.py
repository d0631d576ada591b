"""The pages of my own data: a copy, and erasing my account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mutualaid.data_rights.actions import erase_account
from mutualaid.data_rights.export import data_of
from mutualaid.http import PersonRequest, json_download, private_page
from requests_app.models import Claim
from requests_app.states import ON_THE_WAY


@private_page
@require_safe
def account_data(request: PersonRequest) -> HttpResponse:
    """Say what erasing means, and ask on a page of its own: it works without JavaScript."""
    on_the_way = Claim.objects.of(request.user).filter(state__in=ON_THE_WAY)
    return render(request, "account/data.html", {"on_the_way": on_the_way.count()})


@private_page
@require_POST
def account_download(request: PersonRequest) -> HttpResponse:
    return json_download(data_of(request.user))


@private_page
@require_POST
def account_erase(request: PersonRequest) -> HttpResponse:
    user = request.user
    logout(request)
    erase_account(user)
    messages.success(request, _("Your account has been erased. Thank you for being part of this."))
    return redirect("home")
