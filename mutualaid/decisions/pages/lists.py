"""What waits for one's word, what is open, what was decided, and what was agreed on."""

from collections.abc import Iterable

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mutualaid.decisions.members import standing_of
from mutualaid.decisions.models import Decision, RuleOfTwo
from mutualaid.decisions.pages.decorators import with_account
from mutualaid.decisions.pages.voices import Member, Voice
from mutualaid.decisions.pages.words import (
    Card,
    agreed_card,
    before_the_first,
    cards_of_two,
    decided_card,
    missing_for_a_say,
    running_card,
)
from mutualaid.http import PersonRequest
from mutualaid.people.introductions import code_of
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy

MOST_SHOWN = 20
"""Of those that are open, the first to end; of what was agreed on, the latest on the first page."""
ON_A_PAGE = 10
MOST_ON_MY_PAGE = 3


@with_account
@require_safe
def decisions(request: PersonRequest) -> HttpResponse:
    """All of it: first what waits for me."""
    voice, standing = Member(request.user), standing_of(request.user)
    decided = Paginator(Decision.objects.decided(), ON_A_PAGE).get_page(request.GET.get("page"))
    agreed = list(Decision.objects.agreements_in_force()[: ON_A_PAGE + 1])
    waiting = voice.unanswered()
    others = Decision.objects.open().exclude(pk__in=waiting.values("pk")).order_by("ends_at", "pk")
    context = {
        "has_say": standing.has_a_say,
        "before_the_first": "" if standing.has_a_say else before_the_first(),
        "missing": missing_for_a_say(standing),
        "code": "" if standing.is_known else code_of(request.user),
        "waiting": running_cards(voice, waiting[:MOST_SHOWN]),
        "others": running_cards(voice, others[:MOST_SHOWN]),
        "by_two": [(rule.pk, cards_of_two(rule)) for rule in RuleOfTwo.objects.in_force()],
        "agreed": [agreed_card(one, voice.url_of(one)) for one in agreed[:ON_A_PAGE]],
        "has_more_agreed": len(agreed) > ON_A_PAGE,
        "decided": [decided_card(one, voice.url_of(one)) for one in decided],
        "page": decided,
    }
    return render(request, "decisions/list.html", context)


@with_account
@require_safe
def agreements(request: PersonRequest) -> HttpResponse:
    """All that we agreed on in words and that holds."""
    voice = Member(request.user)
    found = Paginator(Decision.objects.agreements_in_force(), ON_A_PAGE)
    page = found.get_page(request.GET.get("page"))
    context = {"agreed": [agreed_card(one, voice.url_of(one)) for one in page], "page": page}
    return render(request, "decisions/agreements.html", context)


def word_asked_for(user: User) -> list[Card]:
    """What waits for someone's word, for their own page; nothing where the group does not decide together."""
    if not current_policy().has_decisions:
        return []
    voice = Member(user)
    return running_cards(voice, voice.unanswered()[:MOST_ON_MY_PAGE])


def running_cards(voice: Voice, found: Iterable[Decision]) -> list[Card]:
    return [running_card(one, voice.url_of(one)) for one in found]


def open_to_voice(request: HttpRequest, voice: Voice) -> HttpResponse:
    """What someone without an account may answer: first what waits for their word."""
    waiting = voice.unanswered()
    answered = voice.proposals().exclude(pk__in=waiting.values("pk"))
    context = {
        "waiting": running_cards(voice, waiting[:MOST_SHOWN]),
        "others": running_cards(voice, answered[:MOST_SHOWN]),
        "is_counted": voice.is_counted,
        "back_url": voice.back_url(),
    }
    return render(request, "decisions/to_answer.html", context)
