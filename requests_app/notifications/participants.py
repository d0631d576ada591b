"""What this room says to people by message. Composed when it is sent: None where it is past."""

from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.links.one_tap import tap_url
from mutualaid.notify.registry import Answered, Group, Letter, composes
from mutualaid.notify.routing.channels_for import reach_of
from mutualaid.people.models import display_name
from requests_app.models import Claim, Need
from requests_app.notifications.neighbour import to_neighbour
from requests_app.states import ON_THE_WAY, ClaimState, CloseReason, NeedState

asks = partial(composes, group=Group.NEEDS, buttons={"page": _("See how it stands")})
"""To the neighbour who asks."""
tasks = partial(composes, group=Group.TASKS, buttons={"page": _("Look at it")})
"""To the volunteer."""
ARRIVED = {"page": _("Tell us whether it arrived")}
BY_TEXT = {"yes": "arrived", "no": "not_arrived"}
SAID = {ClaimState.CONFIRMED: "yes", ClaimState.RELEASED: "no"}
"""What the neighbour replied, of a claim that was said to be done."""


@asks("need_received", _("we have your need"))
def need_received(need_id: int) -> Letter | None:
    need = _need(need_id)
    return to_neighbour(need) if need.is_live else None


@asks("ask_link", _("your link, sent again"))
def ask_link(ask_id: int) -> Letter | None:
    """None where its needs stand with another ask of the household by now."""
    need = Need.objects.select_related("category", "locality", "ask").filter(ask=ask_id).first()
    return to_neighbour(need) if need else None


@asks("need_opened", _("we are looking"))
def need_opened(need_id: int) -> Letter | None:
    need = _need(need_id)
    return to_neighbour(need) if need.state == NeedState.OPEN else None


@asks("need_claimed", _("somebody is coming"))
def need_claimed(claim_id: int) -> Letter | None:
    claim = _claim(claim_id)
    if claim.state not in ON_THE_WAY:
        return None
    return to_neighbour(claim.need, volunteer=display_name(claim.volunteer))


@asks("need_reopened", _("we look again"), by_phone=True)
def need_reopened(claim_id: int) -> Letter | None:
    need = _claim(claim_id).need
    return to_neighbour(need) if need.state == NeedState.OPEN else None


def answered(claim_id: int) -> Answered | None:
    """For a neighbour whose reply by text message could not do what it says."""
    claim = _claim(claim_id)
    words = _("You told us already, or it has changed. Here is how it stands.")
    return Answered(to_neighbour(claim.need, words=words), SAID.get(ClaimState(claim.state), ""))


@asks("need_delivered", _("did it arrive?"), buttons=ARRIVED, replies=BY_TEXT, answered=answered)
def need_delivered(claim_id: int) -> Letter | None:
    claim = _claim(claim_id)
    return to_neighbour(claim.need) if claim.state == ClaimState.DELIVERED else None


@asks(
    "need_followup",
    _("did it arrive? once more"),
    buttons=ARRIVED,
    replies=BY_TEXT,
    answered=answered,
    by_phone=True,
)
def need_followup(claim_id: int) -> Letter | None:
    return need_delivered(claim_id)


@asks(
    "need_expiring",
    _("do you still need it?"),
    buttons={"page": _("Keep it open, or take it back")},
    by_phone=True,
)
def need_expiring(need_id: int) -> Letter | None:
    need = _need(need_id)
    is_waiting = need.state in (NeedState.TRIAGE, NeedState.OPEN) and need.warned_at
    return to_neighbour(need) if is_waiting else None


@asks(
    "need_all_asked",
    _("everybody who fits was asked"),
    buttons={"page": _("Keep it open, or take it back")},
    by_phone=True,
)
def need_all_asked(need_id: int) -> Letter | None:
    """None where they are asked the same already, because its time is nearly over."""
    need = _need(need_id)
    return to_neighbour(need) if need.state == NeedState.OPEN and not need.warned_at else None


@asks("need_expired", _("we found nobody in time"), by_phone=True)
def need_expired(need_id: int) -> Letter | None:
    need = _need(need_id)
    return to_neighbour(need) if need.close_reason == CloseReason.EXPIRED else None


@asks("need_closed", _("a coordinator closed your need"))
def need_closed(need_id: int) -> Letter | None:
    need = _need(need_id)
    return None if need.is_live else to_neighbour(need)


@tasks(
    "claim_nudge",
    _("please get in touch"),
    buttons={"in_touch": _("I got in touch"), "page": _("See it, or let it go")},
)
def claim_nudge(claim_id: int) -> Letter | None:
    """One for all of theirs that they were reminded of and have not been in touch about."""
    return _about_reminded(_claim(claim_id), "in_touch")


@tasks(
    "claim_progress",
    _("how did it go?"),
    buttons={
        "done": _("It is done"),
        "let_go": _("Let it go"),
        "page": _("Look at it, or keep another day"),
    },
)
def claim_progress(claim_id: int) -> Letter | None:
    """One for all of theirs that they were asked about and have not said how it went."""
    return _about_reminded(_claim(claim_id), "done", "let_go")


@tasks("claim_lapsed", _("somebody else goes"))
def claim_lapsed(claim_id: int) -> Letter | None:
    return _to_volunteer(_claim(claim_id))


@tasks("need_changed", _("something has changed"))
def need_changed(claim_id: int) -> Letter | None:
    return claim_made(claim_id)


@tasks(
    "claim_made",
    _("whom to get in touch with"),
    buttons={"page": _("How to reach your neighbour")},
)
def claim_made(claim_id: int) -> Letter | None:
    claim = _claim(claim_id)
    if claim.state not in ON_THE_WAY:
        return None
    buddy = display_name(claim.stands_by) if claim.stands_by else ""
    return _to_volunteer(claim, buddy=buddy)


@tasks("claim_let_go", _("thank you for telling us"), buttons={"page": _("Needs that fit you")})
def claim_let_go(claim_id: int) -> Letter | None:
    """To a volunteer who cannot go after all."""
    claim = _claim(claim_id)
    return _to_volunteer(claim, page=settings.SITE_URL + reverse("help_list"))


@tasks("claim_done", _("done, thank you"))
def claim_done(claim_id: int) -> Letter | None:
    """None where the neighbour has said in the meantime whether it arrived: they are thanked for that."""
    claim = _claim(claim_id)
    return _to_volunteer(claim) if claim.state == ClaimState.DELIVERED else None


@tasks("claim_ended", _("you need not go any more"))
def claim_ended(claim_id: int) -> Letter | None:
    return _to_volunteer(_claim(claim_id))


@tasks("claim_confirmed", _("it arrived, thank you"))
def claim_confirmed(claim_id: int) -> Letter | None:
    return _to_volunteer(_claim(claim_id))


def _need(need_id: int) -> Need:
    return Need.objects.select_related("category", "locality", "ask").get(pk=need_id)


def _claim(claim_id: int) -> Claim:
    related = ("need__category", "need__locality", "need__ask", "volunteer", "buddy")
    return Claim.objects.select_related(*related).get(pk=claim_id)


def _about_reminded(claim: Claim, *steps: str) -> Letter | None:
    """Of one claim, with a tap for each of `steps`; of several, with the way to their list."""
    theirs = Claim.objects.of(claim.volunteer).on_the_way().exclude(nudged_at=None)
    reminded = list(theirs.values_list("pk", flat=True)[:2])
    if not reminded:
        return None
    if len(reminded) > 1:
        return _to_volunteer(claim, several=True, page=settings.SITE_URL + reverse("help_list"))
    one = _claim(reminded[0])
    taps = {name: tap_url(name, one.pk, one.volunteer) for name in steps}
    return _to_volunteer(one, several=False, **taps)


def _to_volunteer(claim: Claim, *, several: bool = False, buddy: str = "", **urls: str) -> Letter:
    page = settings.SITE_URL + reverse("claim", args=[claim.public_id])
    context = {"claim": claim, "need": claim.need, "several": several, "buddy": buddy}
    return Letter(reach_of(claim.volunteer), context, urls={"page": page, **urls})
