"""What this room says to people by message. Composed when it is sent: None where it is past."""

from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.registry import Answered, Group, Message, message_kind
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.models import display_name
from requests_app.models import Claim, Need
from requests_app.notifications.neighbour import message_to_neighbour
from requests_app.states import ON_THE_WAY, ClaimState, CloseReason, NeedState

asks = partial(message_kind, group=Group.NEEDS, buttons={"page": _("See how it stands")})
"""To the neighbour who asks."""
tasks = partial(message_kind, group=Group.TASKS, buttons={"page": _("Look at it")})
"""To the volunteer."""
ARRIVED = {"page": _("Tell us whether it arrived")}
BY_TEXT = {"yes": "arrived", "no": "not_arrived"}
SAID = {ClaimState.CONFIRMED: "yes", ClaimState.RELEASED: "no"}
"""What the neighbour replied, of a claim that was said to be done."""


@asks("need_received", _("we have your need"))
def need_received(need_id: int) -> Message | None:
    need = _need(need_id)
    return message_to_neighbour(need) if need.is_live else None


@asks("ask_link", _("your link, sent again"))
def ask_link(ask_id: int) -> Message | None:
    """None where its needs stand with another ask of the household by now."""
    need = Need.objects.select_related("category", "locality", "ask").filter(ask=ask_id).first()
    return message_to_neighbour(need) if need else None


@asks("need_opened", _("we are looking"))
def need_opened(need_id: int) -> Message | None:
    need = _need(need_id)
    return message_to_neighbour(need) if need.state == NeedState.OPEN else None


@asks("need_claimed", _("somebody is coming"))
def need_claimed(claim_id: int) -> Message | None:
    claim = _claim(claim_id)
    if claim.state not in ON_THE_WAY:
        return None
    return message_to_neighbour(claim.need, volunteer=display_name(claim.volunteer))


@asks("need_reopened", _("we look again"), by_phone=True)
def need_reopened(claim_id: int) -> Message | None:
    need = _claim(claim_id).need
    return message_to_neighbour(need) if need.state == NeedState.OPEN else None


def answered(claim_id: int) -> Answered | None:
    """For a neighbour whose reply by text message could not do what it says."""
    claim = _claim(claim_id)
    words = _("You told us already, or it has changed. Here is how it stands.")
    return Answered(
        message_to_neighbour(claim.need, words=words), SAID.get(ClaimState(claim.state), "")
    )


@asks("need_delivered", _("did it arrive?"), buttons=ARRIVED, replies=BY_TEXT, answered=answered)
def need_delivered(claim_id: int) -> Message | None:
    claim = _claim(claim_id)
    return message_to_neighbour(claim.need) if claim.state == ClaimState.DELIVERED else None


@asks(
    "need_followup",
    _("did it arrive? once more"),
    buttons=ARRIVED,
    replies=BY_TEXT,
    answered=answered,
    by_phone=True,
)
def need_followup(claim_id: int) -> Message | None:
    return need_delivered(claim_id)


@asks(
    "need_expiring",
    _("do you still need it?"),
    buttons={"page": _("Keep it open, or take it back")},
    by_phone=True,
)
def need_expiring(need_id: int) -> Message | None:
    need = _need(need_id)
    is_waiting = need.state in (NeedState.TRIAGE, NeedState.OPEN) and need.warned_at
    return message_to_neighbour(need) if is_waiting else None


@asks(
    "need_all_invited",
    _("everybody who fits was asked"),
    buttons={"page": _("Keep it open, or take it back")},
    by_phone=True,
)
def need_all_invited(need_id: int) -> Message | None:
    """None where they are asked the same already, because its time is nearly over."""
    need = _need(need_id)
    return (
        message_to_neighbour(need) if need.state == NeedState.OPEN and not need.warned_at else None
    )


@asks("need_expired", _("we found nobody in time"), by_phone=True)
def need_expired(need_id: int) -> Message | None:
    need = _need(need_id)
    return message_to_neighbour(need) if need.close_reason == CloseReason.EXPIRED else None


@asks("need_closed", _("a coordinator closed your need"))
def need_closed(need_id: int) -> Message | None:
    need = _need(need_id)
    return None if need.is_live else message_to_neighbour(need)


@tasks(
    "claim_reminder",
    _("please get in touch"),
    buttons={"in_touch": _("I got in touch"), "page": _("See it, or let it go")},
)
def claim_reminder(claim_id: int) -> Message | None:
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
def claim_progress(claim_id: int) -> Message | None:
    """One for all of theirs that they were asked about and have not said how it went."""
    return _about_reminded(_claim(claim_id), "done", "let_go")


@tasks("claim_lapsed", _("somebody else goes"))
def claim_lapsed(claim_id: int) -> Message | None:
    return _to_volunteer(_claim(claim_id))


@tasks("need_changed", _("something has changed"))
def need_changed(claim_id: int) -> Message | None:
    return claim_made(claim_id)


@tasks(
    "claim_made",
    _("whom to get in touch with"),
    buttons={"page": _("How to reach your neighbour")},
)
def claim_made(claim_id: int) -> Message | None:
    claim = _claim(claim_id)
    if claim.state not in ON_THE_WAY:
        return None
    support_contact = (
        display_name(claim.active_support_contact) if claim.active_support_contact else ""
    )
    return _to_volunteer(claim, support_contact=support_contact)


@tasks("claim_let_go", _("thank you for telling us"), buttons={"page": _("Needs that fit you")})
def claim_let_go(claim_id: int) -> Message | None:
    """To a volunteer who cannot go after all."""
    claim = _claim(claim_id)
    return _to_volunteer(claim, page=settings.SITE_URL + reverse("help_list"))


@tasks("claim_done", _("done, thank you"))
def claim_done(claim_id: int) -> Message | None:
    """None where the neighbour has said in the meantime whether it arrived: they are thanked for that."""
    claim = _claim(claim_id)
    return _to_volunteer(claim) if claim.state == ClaimState.DELIVERED else None


@tasks("claim_ended", _("you need not go any more"))
def claim_ended(claim_id: int) -> Message | None:
    return _to_volunteer(_claim(claim_id))


@tasks("claim_confirmed", _("it arrived, thank you"))
def claim_confirmed(claim_id: int) -> Message | None:
    return _to_volunteer(_claim(claim_id))


def _need(need_id: int) -> Need:
    return Need.objects.select_related("category", "locality", "ask").get(pk=need_id)


def _claim(claim_id: int) -> Claim:
    related = ("need__category", "need__locality", "need__ask", "volunteer", "support_contact")
    return Claim.objects.select_related(*related).get(pk=claim_id)


def _about_reminded(claim: Claim, *steps: str) -> Message | None:
    """Of one claim, with a tap for each of `steps`; of several, with the way to their list."""
    theirs = Claim.objects.of(claim.volunteer).on_the_way().exclude(reminded_at=None)
    reminded = list(theirs.values_list("pk", flat=True)[:2])
    if not reminded:
        return None
    if len(reminded) > 1:
        return _to_volunteer(claim, several=True, page=settings.SITE_URL + reverse("help_list"))
    one = _claim(reminded[0])
    taps = {name: one_tap_url(name, one.pk, one.volunteer) for name in steps}
    return _to_volunteer(one, several=False, **taps)


def _to_volunteer(
    claim: Claim, *, several: bool = False, support_contact: str = "", **urls: str
) -> Message:
    page = settings.SITE_URL + reverse("claim", args=[claim.public_id])
    context = {
        "claim": claim,
        "need": claim.need,
        "several": several,
        "support_contact": support_contact,
    }
    return Message(recipient_of(claim.volunteer), context, urls={"page": page, **urls})
