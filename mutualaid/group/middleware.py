"""The language of a page: the one that was chosen, if the group offers it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from mutualaid.forms.redrawn import forgotten_after, show_typed
from mutualaid.group.current import current_group

CHOSEN = "in_language"
"""The field by which the form of a page asks for another language."""


class OfferedLanguage(LocaleMiddleware):
    """Django's, within the languages that the group offers.

    Where someone had chosen one that is no longer offered, `request.lost_language` is its code, so that the
    page can say so, until they choose another.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.lost_language = ""  # type: ignore[attr-defined]
        group = current_group()  # no page waits for the database twice: it fails here
        request.reached_database = True  # type: ignore[attr-defined]
        wanted = translation.get_language() or settings.LANGUAGE_CODE
        if group.offered(wanted) == wanted:
            return
        if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) == wanted:
            request.lost_language = wanted  # type: ignore[attr-defined]
        language = _accepted(request, [code for code, _name in group.offered_languages])
        translation.activate(language or group.offered(wanted))
        request.LANGUAGE_CODE = translation.get_language()


class DrawInChosenLanguage:
    """Draws a page once more in the language that was chosen on it, with what was typed.

    The chooser sends the form of the page with `CHOSEN` (`components/_languages.html`): that works without
    a script. The view never learns of the POST, so nothing is saved. It runs after what refuses a POST.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with forgotten_after():
            response = self.get_response(request)
        if chosen := getattr(request, "chosen_language", ""):
            _remember(response, chosen)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> None:
        if request.method != "POST" or CHOSEN not in request.POST:
            return
        request.method = "GET"
        show_typed(request.POST)
        chosen = request.POST[CHOSEN]
        if chosen in dict(current_group().offered_languages):  # the group may have dropped it since
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
            request.chosen_language = chosen  # type: ignore[attr-defined]


def _remember(response: HttpResponse, language: str) -> None:
    """Set the cookie that `django.views.i18n.set_language` sets."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


def _accepted(request: HttpRequest, offered: list[str]) -> str:
    """Return the first language of the browser's own list that is offered; "" where none is."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        for language in (code, code.split("-")[0]):
            if language in offered:
                return language
    return ""
