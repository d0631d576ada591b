"""The page on which someone says what we may write to them, where and when."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from mutualaid.http import PersonRequest, private_page
from mutualaid.notify import actions
from mutualaid.notify.channels.push import public_key
from mutualaid.notify.forms import PhoneForm, PreferencesForm
from mutualaid.notify.models import Device, Preferences
from mutualaid.people.ratelimit import DAY, Limit, network_of, too_often
from mutualaid.people.sign_in.fresh import fresh_sign_in

PHONES = Limit("give-phone", 5, DAY)
"""From one network: each costs a text message to a number that may be someone else's."""
ONLY_WAY_IN = gettext_lazy(
    "You sign in with this number alone. Please add an e-mail address first, so that you can still get in."
)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: PersonRequest) -> HttpResponse:
    """Show and save all of the form at once."""
    form = PreferencesForm(request.POST or None, Preferences.of(request.user))
    if request.method == "POST" and form.is_valid():
        actions.save_preferences(request.user, **form.cleaned_data)
        messages.success(request, _("We keep to that from now on."))
        return redirect("preferences")
    return _page(request, form, PhoneForm())


@fresh_sign_in(back="preferences")
@private_page
@require_POST
def phone(request: PersonRequest) -> HttpResponse:
    """Give a number, or take it back."""
    try:
        return _change_phone(request)
    except actions.OnlyWayIn:
        messages.error(request, ONLY_WAY_IN)
        return redirect("account_email")


def _change_phone(request: PersonRequest) -> HttpResponse:
    """Raises `OnlyWayIn` for whoever has no e-mail to sign in with."""
    if "forget" in request.POST:
        actions.forget_phone(request.user)
        messages.success(request, _("Your number is forgotten. We send you no text messages."))
        return redirect("preferences")
    form = PhoneForm(request.POST)
    if not form.is_valid() or not settings.SMS_URL:
        return _page(request, PreferencesForm(None, Preferences.of(request.user)), form)
    if again_at := PHONES.exceeded_until(network_of(request)):
        return too_often(request, again_at)
    actions.give_phone(request.user, form.cleaned_data["phone"])
    messages.success(request, _("Look at your phone: tap the link that we send there."))
    return redirect("preferences")


def _page(request: PersonRequest, form: PreferencesForm, phone_form: PhoneForm) -> HttpResponse:
    context = {
        "form": form,
        "phone_form": phone_form,
        "preferences": Preferences.of(request.user),
        "sends_texts": bool(settings.SMS_URL),
        "push_key": public_key(),
        "devices": Device.objects.filter(user=request.user).count(),
    }
    return render(request, "notify/preferences.html", context)
