"""What every page knows of the language it is in."""

from django.http import HttpRequest
from django.utils.translation import get_language

from mutualaid.i18n.catalogue import is_machine_made


def translation(request: HttpRequest) -> dict[str, bool]:
    """Say whether the words of the page were translated by a machine and read by no one yet."""
    return {"is_machine_made": is_machine_made(get_language() or "en")}
