"""Messages to neighbours and volunteers about a need or a claim.

Each is composed when it is sent, from how things stand then; None if there is nothing to say any more.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db.models import F, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.registry import Answered, Group, Message, known_kind, message_kind
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.models import display_name
from mutualaid.policy.current import current_policy
from requests_app.models import Ask, Claim, Need, NeedEvent
from requests_app.models.need import NeedQuerySet
from requests_app.notifications.mentions import Mention, mention_all
from requests_app.notifications.neighbour import asked_whether_to_go_on, message_to_neighbour
from requests_app.states import (
    ON_THE_WAY,
    WAITING,
    ClaimState,
    CloseReason,
    NeedAction,
    NeedState,
    Question,
)

neighbour_message = partial(
    message_kind, group=Group.NEEDS, buttons={"page": _("See how things stand")}
)
volunteer_message = partial(message_kind, group=Group.TASKS, buttons={"page": _("Look at it")})
OF_A_CLAIM = ("need__category", "need__locality", "need__ask", "volunteer", "support_contact")
"""What a message says of a claim is read with it."""
ARRIVED_BUTTONS = {"page": _("Tell us if it arrived")}
ARRIVED_REPLIES = {"yes": "arrived", "no": "not_arrived"}
"""The one-tap actions for which a reply by text message stands."""
REPLY_OF_STATE = {ClaimState.CONFIRMED: "yes", ClaimState.RELEASED: "no"}
"""The reply that would have led to this state of a claim that was said to be done."""


@neighbour_message("need_received", _("we have your need"))
def need_received(need_id: int) -> Message | None:
    """About all that is asked in one ask and goes on."""
    return _about(_going_on(_need(need_id).ask_id).filter(held_back=""))


@neighbour_message("ask_link", _("your link, sent again"))
def ask_link(ask_id: int) -> Message | None:
    """None if its needs have moved to another ask of the household."""
    return _about(_going_on(ask_id)) or _about(_needs().filter(ask=ask_id))


@neighbour_message("need_opened", _("we are looking"))
def need_opened(need_id: int) -> Message | None:
    """About those published in one step for which we still look."""
    return _about(_moved_together(_need(need_id), NeedAction.PUBLISH).filter(state=NeedState.OPEN))


@neighbour_message(
    "need_question",
    _("a question about it"),
    buttons={"page": _("Add it to what you asked for")},
    by_phone=True,
)
def need_question(need_id: int) -> Message | None:
    """What a coordinator asked; None once the neighbour has changed it, or it does not wait any more."""
    need = _need(need_id)
    last = need.events.last()
    if need.state != NeedState.TRIAGE or last is None or last.action != NeedAction.ASK_BACK:
        return None
    return message_to_neighbour(Mention(need), question=Question(last.reason).label)


@neighbour_message("need_claimed", _("someone is coming"))
def need_claimed(claim_id: int) -> Message | None:
    claim = _claim(claim_id)
    if claim.state not in ON_THE_WAY:
        return None
    return message_to_neighbour(Mention(claim.need, claim), volunteer=display_name(claim.volunteer))


@neighbour_message("need_agreed", _("the day is agreed"))
def need_agreed(claim_id: int) -> Message | None:
    """The day and time as they are agreed when it is sent; None once the volunteer does not come."""
    claim = _claim(claim_id)
    if not claim.agreed:
        return None
    return message_to_neighbour(
        Mention(claim.need, claim), claim=claim, volunteer=display_name(claim.volunteer)
    )


@neighbour_message("need_reopened", _("we're looking again"), by_phone=True)
def need_reopened(claim_id: int) -> Message | None:
    """About all that the same volunteer let go in one step and for which we look again."""
    ended = [
        claim for claim in ended_together(_claim(claim_id)) if claim.need.state == NeedState.OPEN
    ]
    return message_to_neighbour(*(Mention(claim.need) for claim in ended)) if ended else None


ASK_OF: dict[str, Callable[[int], Q]] = {
    "ask": lambda pk: Q(pk=pk),
    "need": lambda pk: Q(needs=pk),
    "claim": lambda pk: Q(needs__claims=pk),
}
"""What a message to a neighbour can be about, and whose ask that is. Rooms above add theirs."""


def ask_called_about(kind: str, about_id: int) -> Ask | None:
    """The ask that a call to a neighbour is about; None if it, or its kind, is gone or has been erased."""
    known = known_kind(kind)
    if known is None:
        return None
    return Ask.objects.filter(ASK_OF[known.about](about_id), erased_at=None).first()


def answered(claim_id: int) -> Answered | None:
    """How it stands, for a neighbour whose reply by text message is not possible any more."""
    claim = _claim(claim_id)
    sentence = _("You've told us already, or it has changed. Here's how things stand.")
    reply = REPLY_OF_STATE.get(ClaimState(claim.state), "")
    return Answered(message_to_neighbour(Mention(claim.need, claim), words=sentence), reply)


@neighbour_message(
    "need_delivered",
    _("did it arrive?"),
    buttons=ARRIVED_BUTTONS,
    replies=ARRIVED_REPLIES,
    answered=answered,
)
def need_delivered(claim_id: int) -> Message | None:
    claim = _claim(claim_id)
    is_done = claim.state == ClaimState.DELIVERED
    return message_to_neighbour(Mention(claim.need, claim)) if is_done else None


@neighbour_message(
    "need_followup",
    _("did it arrive? (second try)"),
    buttons=ARRIVED_BUTTONS,
    replies=ARRIVED_REPLIES,
    answered=answered,
    by_phone=True,
)
def need_followup(claim_id: int) -> Message | None:
    return need_delivered(claim_id)


@neighbour_message(
    "need_expiring",
    _("do you still need it?"),
    buttons={"page": _("Keep it open, or take it back")},
    by_phone=True,
)
def need_expiring(need_id: int) -> Message | None:
    """About all of one ask that they were asked about in one step and that still waits."""
    return _about(with_same("warned_at", _need(need_id)).filter(state__in=WAITING))


@neighbour_message(
    "need_all_invited",
    _("we've asked everyone who fits"),
    buttons={"page": _("Keep it open, or take it back")},
    by_phone=True,
)
def need_all_invited(need_id: int) -> Message | None:
    """About all of one ask that they are asked about; not what they were asked of since it ends soon."""
    unasked = _needs().filter(ask=_need(need_id).ask_id, state=NeedState.OPEN, warned_at=None)
    return _about(unasked.filter(pk__in=[need.pk for need in asked_whether_to_go_on(unasked)]))


@neighbour_message("need_expired", _("we found no one in time"), by_phone=True)
def need_expired(need_id: int) -> Message | None:
    """About all of one ask that ended in one step."""
    ended = with_same("closed_at", _need(need_id))
    return _about(ended.filter(close_reason=CloseReason.EXPIRED))


@neighbour_message("need_closed", _("a coordinator closed your need"))
def need_closed(need_id: int) -> Message | None:
    """About all of one ask that were closed in one step; by the site only where the group winds down."""
    need = _need(need_id)
    closed = _moved_together(need, NeedAction.CLOSE).filter(state=NeedState.CLOSED)
    last = need.events.filter(action=NeedAction.CLOSE).order_by("-at", "-pk").first()
    by_site = last is not None and last.actor_kind == NeedEvent.Kind.SITE
    return _about(closed, by_site=by_site)


@volunteer_message(
    "claim_reminder",
    _("please get in touch"),
    buttons={"in_touch": _("I got in touch"), "page": _("See it, or let it go")},
)
def claim_reminder(claim_id: int) -> Message | None:
    """One message for all claims of the volunteer that were reminded of."""
    return _about_reminded(_claim(claim_id), "in_touch")


@volunteer_message(
    "claim_progress",
    _("how did it go?"),
    buttons={
        "done": _("It is done"),
        "let_go": _("Let it go"),
        "page": _("Look at it, or keep another day"),
    },
)
def claim_progress(claim_id: int) -> Message | None:
    """One message for all claims of the volunteer that they were asked about."""
    return _about_reminded(_claim(claim_id), "done", "let_go")


@volunteer_message("claim_lapsed", _("someone else is going"))
def claim_lapsed(claim_id: int) -> Message | None:
    return _to_volunteer(*ended_together(_claim(claim_id)))


@volunteer_message("need_changed", _("something has changed"))
def need_changed(claim_id: int) -> Message | None:
    """One message for all claims of the volunteer to one ask that changes reach; None once none is left.

    Changes count from `change_notice_minutes` before the last one that this claim has heard of. Where a
    day was moved, they read how many tasks its week has now: no limit of theirs holds that up (ADR 84).
    """
    claim = _claim(claim_id)
    changes = NeedEvent.objects.filter(action=NeedAction.CHANGE)
    last = changes.filter(need=claim.need_id).latest("at")
    since = last.at - timedelta(minutes=current_policy().change_notice_minutes)
    reached = changes.filter(need__ask=claim.need.ask_id, at__gte=since).values("need")
    coming = Claim.objects.of(claim.volunteer).on_the_way().filter(need__in=reached)
    nearest_first = coming.order_by(F("need__needed_by").asc(nulls_last=True), "pk")
    claims = list(nearest_first.select_related(*OF_A_CLAIM))
    if not claims:
        return None
    of_a_day = Q(reason="when") | Q(reason__contains="needed_by")
    is_moved = changes.filter(of_a_day, need=claims[0].need_id, at__gte=since)
    in_week = Claim.objects.of(claim.volunteer).filling_week(claims[0].week)
    return _to_volunteer(*claims, tasks=in_week.count() if is_moved.exists() else 0)


@volunteer_message(
    "claim_made",
    _("who to get in touch with"),
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


@volunteer_message(
    "claim_let_go", _("thank you for telling us"), buttons={"page": _("Needs that fit you")}
)
def claim_let_go(claim_id: int) -> Message | None:
    """To a volunteer who cannot go after all."""
    return _to_volunteer(*ended_together(_claim(claim_id)), urls=_urls_to_help_list())


@volunteer_message("claim_done", _("done, thank you"))
def claim_done(claim_id: int) -> Message | None:
    """None if the neighbour has said since whether it arrived: then they are thanked for that."""
    claim = _claim(claim_id)
    return _to_volunteer(claim) if claim.state == ClaimState.DELIVERED else None


@volunteer_message("claim_ended", _("you no longer need to go"))
def claim_ended(claim_id: int) -> Message | None:
    return _to_volunteer(*ended_together(_claim(claim_id)))


@volunteer_message("claim_confirmed", _("it arrived, thank you"))
def claim_confirmed(claim_id: int) -> Message | None:
    return _to_volunteer(_claim(claim_id))


def _needs() -> NeedQuerySet:
    return Need.objects.select_related("category", "locality", "ask")


def _need(need_id: int) -> Need:
    return _needs().get(pk=need_id)


def _going_on(ask_id: int) -> NeedQuerySet:
    """The needs of an ask that stand for themselves and are not closed."""
    return _needs().filter(ask=ask_id).exclude(state__in=(NeedState.CLOSED, NeedState.MERGED))


def _claim(claim_id: int) -> Claim:
    return Claim.objects.select_related(*OF_A_CLAIM).get(pk=claim_id)


def _moved_together(need: Need, action: NeedAction) -> NeedQuerySet:
    """The needs of its ask that last made the transition `action` in the same step as `need`."""
    events = NeedEvent.objects.filter(action=action)
    step = events.filter(need=need).order_by("-at").values("at")[:1]
    return _needs().filter(ask=need.ask_id, pk__in=events.filter(at=Subquery(step)).values("need"))


def with_same(moment: str, need: Need) -> NeedQuerySet:
    """The needs of its ask in whose column `moment` one statement wrote the same time.

    Compared within the database: SQLite keeps fewer digits than a time has that comes from here.
    """
    same = Subquery(Need.objects.filter(pk=need.pk).values(moment))
    return _needs().filter(ask=need.ask_id, **{moment: same})


def ended_together(claim: Claim) -> list[Claim]:
    """The claims of the same volunteer to the same ask that ended alike in one step, `claim` among them."""
    same = Subquery(Claim.objects.filter(pk=claim.pk).values("ended_at"))
    of_ask = Claim.objects.of(claim.volunteer).filter(need__ask=claim.need.ask_id)
    alike = of_ask.filter(ended_at=same, state=claim.state).select_related(*OF_A_CLAIM)
    return list(alike.order_by("need", "pk")) or [claim]


def _about(needs: NeedQuerySet, **context: object) -> Message | None:
    """A message to the neighbour about these needs of one ask; None about none."""
    mentions = [Mention(need) for need in needs.order_by("pk")]
    return message_to_neighbour(*mentions, **context) if mentions else None


def _urls_to_help_list() -> dict[str, str]:
    return {"page": settings.SITE_URL + reverse("help_list")}


def _about_reminded(claim: Claim, *action_names: str) -> Message | None:
    """For one reminded claim, with these one-tap actions; for several, with a link to their list.

    None if the volunteer has answered about all of them.
    """
    open_claims = Claim.objects.of(claim.volunteer).on_the_way().exclude(reminded_at=None)
    reminded = list(open_claims.select_related(*OF_A_CLAIM).order_by("need__needed_by", "pk"))
    if not reminded:
        return None
    if len(reminded) > 1:
        return _to_volunteer(*reminded, several=True, urls=_urls_to_help_list())
    (only,) = reminded
    urls = {name: one_tap_url(name, only.pk, only.volunteer) for name in action_names}
    return _to_volunteer(only, urls=urls)


def _to_volunteer(
    *claims: Claim,
    several: bool = False,
    support_contact: str = "",
    tasks: int = 0,
    urls: Mapping[str, str] | None = None,
) -> Message:
    """A message to the volunteer of these claims; "page" of `urls` is by default the page of the first."""
    first = claims[0]
    page = settings.SITE_URL + reverse("claim", args=[first.public_id])
    context = {
        **mention_all([Mention(claim.need, claim) for claim in claims]),
        "claim": first,
        "several": several,
        "support_contact": support_contact,
        "tasks": tasks,
    }
    return Message(recipient_of(first.volunteer), context, urls={"page": page, **(urls or {})})
