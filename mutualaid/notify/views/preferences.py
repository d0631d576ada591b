"""The page on which someone says what we may write to them, where and when."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mutualaid.group.current import current_group
from mutualaid.http import PersonRequest, private_page
from mutualaid.methods import post_only
from mutualaid.notify import actions
from mutualaid.notify.channels.push import public_key
from mutualaid.notify.forms import PhoneForm, PreferencesForm
from mutualaid.notify.models import Device, Preferences
from mutualaid.people.ratelimit import DAY, Limit, network_of, too_often
from mutualaid.people.sessions import end_sessions
from mutualaid.people.sign_in.code_forms import CodeForm
from mutualaid.people.sign_in.fresh import fresh_sign_in
from mutualaid.people.sign_in.sent_codes import SentCode

PHONES = Limit("give-phone", 5, DAY)
"""From one network: each costs a text message to a number that may be someone else's."""
CHANGE = SentCode("change_phone", tries=10)
"""As many tries as for signing up: a number that is new here gets no second text that day."""
ONLY_WAY_IN = gettext_lazy(
    "This number is your only way to sign in. Please add an e-mail address first."
)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: PersonRequest) -> HttpResponse:
    """Show and save all of the form at once. A language of theirs that is no longer offered is told."""
    language = request.user.language
    if language in dict(settings.LANGUAGES) and current_group().offered(language) != language:
        request.lost_language = language  # type: ignore[attr-defined]
    form = PreferencesForm(request.POST or None, Preferences.of(request.user))
    if request.method == "POST" and form.is_valid():
        actions.save_preferences(request.user, **form.cleaned_data)
        messages.success(request, _("Saved. We'll keep to that from now on."))
        return redirect("preferences")
    return _page(request, form, PhoneForm())


@fresh_sign_in(back="preferences")
@private_page
@post_only("preferences")
def phone(request: PersonRequest) -> HttpResponse:
    """Give a number, or take it back. Whoever has no e-mail changes theirs by a code to the new one."""
    try:
        return _change_phone(request)
    except actions.OnlyWayIn:
        messages.error(request, ONLY_WAY_IN)
        return redirect("account_email")


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def phone_code(request: PersonRequest) -> HttpResponse:
    """Take the code that was sent to the number someone goes on with."""
    sent = CHANGE.waiting(request)
    if sent is None:
        return redirect("preferences")
    form = CodeForm(request.POST or None, request=request, sent=CHANGE)
    if request.method == "POST" and form.is_valid():
        return _go_on_with(request, sent["phone"])
    if CHANGE.waiting(request) is None:
        messages.error(request, get_adapter().error_messages["too_many_login_attempts"])
        return redirect("preferences")
    context = {"verify_form": form, "phone": sent["phone"]}
    return render(request, "notify/phone_code.html", context)


def _go_on_with(request: PersonRequest, phone: str) -> HttpResponse:
    try:
        actions.change_phone(request.user, phone)
    except actions.PhoneTaken:
        messages.error(request, actions.PHONE_TAKEN)
        return redirect("preferences")
    end_sessions([request.user], but=request.session.session_key)
    messages.success(request, _("This is your number now. Other devices were signed out."))
    return redirect("preferences")


def _change_phone(request: PersonRequest) -> HttpResponse:
    """Raises `OnlyWayIn` where the only number of whoever has no e-mail were forgotten."""
    if "forget" in request.POST:
        actions.forget_phone(request.user)
        messages.success(request, _("We've deleted your number. You'll get no more text messages."))
        return redirect("preferences")
    form = PhoneForm(request.POST)
    if not form.is_valid() or not settings.SMS_URL:
        return _page(request, PreferencesForm(None, Preferences.of(request.user)), form)
    if again_at := PHONES.exceeded_until(network_of(request)):
        return too_often(request, again_at)
    number = form.cleaned_data["phone"]
    try:
        actions.give_phone(request.user, number)
    except actions.OnlyWayIn:
        return _send_code(request, number)
    messages.success(request, _("Look at your phone and tap the link we've sent you."))
    return redirect("preferences")


def _send_code(request: PersonRequest, phone: str) -> HttpResponse:
    """Text a code, and lead to the page that takes it. Raises `ImmediateHttpResponse` over a limit on codes.

    Whoever asks again for the same number goes on with the same code, for the second text may not go.
    """
    adapter = get_adapter(request)
    sent = CHANGE.waiting(request)
    if sent is None or sent["phone"] != phone:
        sent = CHANGE.keep(request, adapter.generate_login_code(), phone=phone)
    adapter.send_verification_code_sms(user=request.user, phone=phone, code=sent["code"])
    return redirect("preferences_phone_code")


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
