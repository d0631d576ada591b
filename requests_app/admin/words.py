"""What a neighbour wrote, for a page of the admin that includes `admin/_words.html`."""

from typing import Any, cast

from django.http import HttpRequest

from mutualaid.people.models import User
from requests_app import actions
from requests_app.models import Ask


def words_of(request: HttpRequest, ask: Ask) -> dict[str, Any]:
    """Read the words of an ask for the template, which logs it. Raises `NotForYou` as `read_words` does."""
    words = actions.read_words(ask, by=cast(User, request.user))
    return {"words": words, "is_logged": any(word.text for word in words)}
