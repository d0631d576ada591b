"""The language of a page: the one that was chosen, if the group offers it."""

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from mutualaid.group.current import group_if_known

PROBES = ("/healthz", "/readyz")
"""Answered without a look at the database, which may be away."""


class OfferedLanguage(LocaleMiddleware):
    """Django's, within the languages that the group offers.

    Where someone had chosen one that is no longer offered, `request.lost_language` is its code, so that the
    page can say so, until they choose another.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.lost_language = ""  # type: ignore[attr-defined]
        if request.path_info in PROBES:
            return
        group = group_if_known()
        wanted = translation.get_language() or settings.LANGUAGE_CODE
        if group.offered(wanted) == wanted:
            return
        if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) == wanted:
            request.lost_language = wanted  # type: ignore[attr-defined]
        language = _accepted(request, [code for code, _name in group.offered_languages])
        translation.activate(language or group.offered(wanted))
        request.LANGUAGE_CODE = translation.get_language()


def _accepted(request: HttpRequest, offered: list[str]) -> str:
    """Return the first language of the browser's own list that is offered; "" where none is."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        for language in (code, code.split("-")[0]):
            if language in offered:
                return language
    return ""
