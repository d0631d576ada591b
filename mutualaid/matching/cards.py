"""A need that fits someone, as it stands on their pages."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.matching.models import Match
from mutualaid.matching.search.reasons import in_words
from mutualaid.matching.states import INVITED, MatchState
from requests_app.pages.board import Note, note_of

THINKING = _("You're thinking about it. We'll tell you if someone else takes it.")


class MatchCard(NamedTuple):
    note: Note
    reasons: list[str]
    standing: str | Promise
    is_invited: bool
    """Whether it waits for an answer of theirs."""


def cards_of(matches: Iterable[Match]) -> list[MatchCard]:
    return [
        MatchCard(
            note=replace(note_of(match.need), url=reverse("help_match", args=[match.public_id])),
            reasons=in_words(match.lines),
            standing=THINKING if match.state == MatchState.SEEN else "",
            is_invited=match.state in INVITED,
        )
        for match in matches
    ]
