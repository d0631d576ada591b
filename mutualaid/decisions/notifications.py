"""What those who have a say are told: that their word is asked for, that a day is left, what came of it.

And of a rule of two: that it is set, that it ends soon, that it is over.

Nothing here says what is proposed: someone may have written a name into it.
"""

from functools import partial

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.decisions.models import Outcome, RuleOfTwo, Say, Telling
from mutualaid.notify.registry import Group, Message, message_kind
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy

OPENED, REMINDER, CLOSED = "proposal_opened", "proposal_reminder", "proposal_closed"
BY_TWO: dict[str, str] = {
    Telling.SET: "rule_by_two",
    Telling.ENDING: "rule_by_two_ends",
    Telling.OVER: "rule_by_two_over",
}

decision_message = partial(
    message_kind, group=Group.DECISIONS, by_day=True, buttons={"page": _("Look at it")}
)


@decision_message(OPENED, _("to whoever has a say: something is proposed"))
def proposal_opened(say_id: int) -> Message | None:
    """None once they answered, it is over, or no page takes an answer any more."""
    return _word_asked_for(say_id)


@decision_message(REMINDER, _("to whoever hasn't answered: a day is left"))
def proposal_reminder(say_id: int) -> Message | None:
    """None once they answered, it is over, or no page takes an answer any more."""
    return _word_asked_for(say_id)


@decision_message(CLOSED, _("to whoever had a say: what was decided"))
def proposal_closed(say_id: int) -> Message | None:
    say = _say(say_id)
    if say is None or not say.decision.outcome:
        return None
    return _message(say, outcome=Outcome(say.decision.outcome).label)


@decision_message(
    BY_TWO[Telling.SET], _("to members: two coordinators have set something for some days")
)
def rule_by_two(user_id: int) -> Message | None:
    """None where it is over by now."""
    return _of_rule(user_id, RuleOfTwo.objects.in_force().order_by("-agreed_at"))


@decision_message(
    BY_TWO[Telling.ENDING], _("to members: what two coordinators have set ends in two days")
)
def rule_by_two_ends(user_id: int) -> Message | None:
    """None where it is over by now."""
    ending = RuleOfTwo.objects.in_force().filter(telling=Telling.ENDING)
    return _of_rule(user_id, ending.order_by("ends_at"))


@decision_message(BY_TWO[Telling.OVER], _("to members: what two coordinators had set is over"))
def rule_by_two_over(user_id: int) -> Message | None:
    return _of_rule(user_id, RuleOfTwo.objects.filter(telling=Telling.OVER).order_by("-ended_at"))


def _of_rule(user_id: int, rules: QuerySet[RuleOfTwo]) -> Message | None:
    """Of the first of these rules, for someone who is not switched off."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    rule = rules.first()
    if user is None or rule is None:
        return None
    return Message(recipient_of(user), {"ends_at": rule.ends_at}, urls=_page("decisions"))


def _word_asked_for(say_id: int) -> Message | None:
    say = _say(say_id)
    if say is None or say.answer or not say.decision.is_open or not current_policy().has_decisions:
        return None
    return _message(say, ends_at=say.decision.ends_at)


def _say(say_id: int) -> Say | None:
    """None for a line without an account, or of one that is switched off."""
    found = Say.objects.filter(pk=say_id, user__is_active=True)
    return found.defer("reason").select_related("user", "decision").first()


def _message(say: Say, **context: object) -> Message | None:
    if say.user is None:
        return None
    urls = _page("decision", say.decision.public_id)
    return Message(recipient_of(say.user), context, urls=urls)


def _page(name: str, *args: object) -> dict[str, str]:
    """The address of a page; none where the group no longer decides together, for there it is not found."""
    if not current_policy().has_decisions:
        return {}
    return {"page": settings.SITE_URL + reverse(name, args=args)}
