"""Messages to volunteers about matches: a need fits you, and how it stands. No name, no address."""

from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from mutualaid.matching.models import Match
from mutualaid.matching.models.match import MatchQuerySet
from mutualaid.matching.search.reasons import in_words
from mutualaid.matching.states import INVITED, MATCH_TRANSITIONS
from mutualaid.notify.links.one_tap import Outcome, one_tap_url
from mutualaid.notify.outbox import DIGEST
from mutualaid.notify.registry import Answered, Group, Message, message_kind
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.models import User
from offers_app.models import Offer
from requests_app import rules
from requests_app.access.exclusions import is_kept_from
from requests_app.models import Claim, Need
from requests_app.newcomers import hindrance
from requests_app.notifications.mentions import Mention, mention, mention_all
from requests_app.states import NeedState

MOST_IN_A_DIGEST = 10
THINK = gettext_lazy("I'm thinking about it: tell me if someone else takes it")
SAID_YES = gettext_lazy("You said yes to this one. Do you want to let it go?")
TAKEN = gettext_lazy("This one is no longer open. Thank you for looking.")
FOR_OTHERS = gettext_lazy("This one is for someone else. Thank you for looking.")
CHANGED = gettext_lazy("This has changed in the meantime.")
WEEK_IS_FULL = gettext_lazy("You've said yes to as much as you wanted for that week.")


def answered(match_id: int) -> Answered | None:
    """How the match stands, for a volunteer whose reply by text message could not do what it says."""
    match = _matches().filter(pk=match_id).first()
    if match is None:
        return None
    outcome = how_it_stands(match)
    page = outcome.url or settings.SITE_URL + reverse("help_list")
    message = Message(
        recipient_of(match.offer.volunteer), {"words": outcome.text}, urls={"page": page}
    )
    has_declined = match.state == Match.State.DECLINED
    return Answered(message, "yes" if match.claim_on_the_way else "no" if has_declined else "")


def how_it_stands(match: Match) -> Outcome:
    """What the volunteer of a match is told whose answer to it is not possible now."""
    return obstacle(match) or Outcome(CHANGED, is_done=False)


def obstacle(match: Match) -> Outcome | None:
    """Why the volunteer of a match cannot say yes to it now; None where they can.

    Where it is kept from them by now, it looks as if someone else had taken it.
    """
    user, need = match.offer.volunteer, match.need
    if claim := match.claim_on_the_way:
        let_go = one_tap_url("let_go", claim.pk, user)
        return Outcome(SAID_YES, let_go, gettext_lazy("Let it go"), is_done=False)
    is_open = Need.objects.open().filter(pk=need.pk).exists()
    if not is_open or is_kept_from(user, need.ask):
        return Outcome(TAKEN, is_done=False)
    if match.state == Match.State.CANCELLED or not rules.can_claim(user, need):
        return Outcome(FOR_OTHERS, is_done=False)
    if reason := hindrance(user, need, invited=match.invited_at is not None):
        page = settings.SITE_URL + reverse("me")
        return Outcome(str(reason.label), page, gettext_lazy("My page"), is_done=False)
    if week_is_full(match.offer, need.week):
        offer = settings.SITE_URL + reverse("offer")
        return Outcome(WEEK_IS_FULL, offer, gettext_lazy("Change my offer"), is_done=False)
    if match.state not in MATCH_TRANSITIONS["accept"].sources:
        return Outcome(CHANGED, is_done=False)  # they said yes to it before, and let it go
    return None


def week_is_full(offer: Offer, week: date) -> bool:
    """Whether its volunteer said yes to as much as they wanted in the week from this Monday on."""
    taken = Claim.objects.of(offer.volunteer).filling_week(week).count()
    return int(taken) >= offer.per_week


@message_kind(
    "need_fits",
    gettext_lazy("a need that fits"),
    group=Group.INVITATIONS,
    buttons={
        "yes": gettext_lazy("Yes, I will do it"),
        "no": gettext_lazy("Not this time"),
        "think": THINK,
        "page": gettext_lazy("Look at it"),
    },
    replies={"yes": "need_yes", "no": "need_no"},
    answered=answered,
)
def need_fits(match_id: int) -> Message | None:
    """An invitation. None once the need is taken or kept from them, or they answered or took a break."""
    match = _open_invitations().filter(pk=match_id).first()
    if match is None or is_kept_from(match.offer.volunteer, match.need.ask):
        return None
    user = match.offer.volunteer
    urls = {
        "page": settings.SITE_URL + reverse("help_match", args=[match.public_id]),
        "yes": one_tap_url("need_yes", match.pk, user),
        "no": one_tap_url("need_no", match.pk, user),
        "think": one_tap_url("need_think", match.pk, user),
    }
    return Message(recipient_of(user), _context_of(match), urls=urls)


@message_kind(
    DIGEST,
    gettext_lazy("needs that fit, together"),
    group=Group.INVITATIONS,
    buttons={"page": gettext_lazy("Look at them")},
)
def need_digest(user_id: int) -> Message | None:
    """The best of the needs to which one person is invited and that are still open; None without any."""
    user = User.objects.get(pk=user_id)
    invitations = _open_invitations().of(user).order_by("-need__urgency", "-score", "pk")
    matches = list(invitations[:MOST_IN_A_DIGEST])
    if not matches:
        return None
    page = settings.SITE_URL + reverse("help_list")
    context = {
        **mention_all([Mention(match.need) for match in matches]),
        "invitations": [_context_of(match) for match in matches],
    }
    return Message(recipient_of(user), context, urls={"page": page})


@message_kind(
    "need_taken", gettext_lazy("taken, thank you"), group=Group.INVITATIONS, is_invitation=False
)
def need_taken(match_id: int) -> Message | None:
    """To someone who was thinking about it. None where it is open again, for they may be invited again."""
    match = _matches().get(pk=match_id)
    user = match.offer.volunteer
    is_over = match.state == Match.State.SUPERSEDED and match.need.state != NeedState.OPEN
    if not is_over or is_kept_from(user, match.need.ask):
        return None
    return Message(recipient_of(user), mention(match.need))


def _matches() -> MatchQuerySet:
    return Match.objects.select_related(
        "need__category", "need__locality", "need__ask", "offer__volunteer"
    )


def _open_invitations() -> MatchQuerySet:
    return _matches().open().filter(state__in=INVITED, offer__in=Offer.objects.active())


def _context_of(match: Match) -> dict[str, Any]:
    """What a template shows. The reasons are put into words when it is rendered, in the reader's language."""
    return {**mention(match.need), "reasons": partial(in_words, match.lines)}
