"""What pages say of a proposal: what it is called, how it is decided, what came of it, who has a say."""

import json
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mutualaid.decisions.effects import described, kind_named, label_of
from mutualaid.decisions.kinds import agreement
from mutualaid.decisions.members import (
    ACTIVE_DAYS,
    HELPS,
    HERE_DAYS,
    VOUCHES,
    Standing,
    first_say_at,
    members_decide,
)
from mutualaid.decisions.models import Decision, Outcome, RuleOfTwo, Weight
from mutualaid.decisions.outcomes import Tally
from mutualaid.local_time import format_day, moment_in_words

MOST_LETTERS = 60
"""Of a title."""
KINDS_OF_TAG: dict[str, str] = {Outcome.PASSED: "go", Outcome.NOT_PASSED: "stop"}


class Group(TextChoices):
    """Whose answers are counted: by those on the list, or beside them by neighbours."""

    MEMBERS = "members"
    NEIGHBOURS = "neighbours"


@dataclass(frozen=True)
class Card:
    """A proposal in a list; as `decisions/_proposals.html` takes it."""

    title: str
    url: str
    line: str
    tag: str = ""
    tag_kind: str = ""


@dataclass(frozen=True)
class Result:
    """What one group said, once it is decided: a sentence, and reasons, where they are enough to be told."""

    sentence: str
    reasons: list[str]


def title_of(decision: Decision) -> str:
    """What a proposal is called: the value it would change, or what kind it is where they are several.

    An agreement is called by its first words; by those of the one that would end, where it says nothing else.
    """
    changes = described(decision)
    if len(changes) != 1:
        return capfirst(label_of(decision.kind))
    only = changes[0]
    if decision.kind == agreement.KIND:
        return _shortened(only.now or only.was)
    return _shortened(_(": ").join((capfirst(only.label), only.now)))


def _shortened(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(MOST_LETTERS)


def running_card(decision: Decision, url: str) -> Card:
    until = moment_in_words(decision.ends_at)
    return Card(title_of(decision), url, _("Open until %(moment)s") % {"moment": until})


def decided_card(decision: Decision, url: str) -> Card:
    label = outcome_of(decision)
    kind = KINDS_OF_TAG.get(decision.outcome, "")
    day = format_day(decision.closed_at) if decision.closed_at else ""
    return Card(title_of(decision), url, line=day, tag=label, tag_kind=kind)


def agreed_card(decision: Decision, url: str) -> Card:
    day = format_day(decision.review_on)
    return Card(title_of(decision), url, _("We look at it again on %(day)s") % {"day": day})


def cards_of_two(rule: RuleOfTwo) -> list[Card]:
    """What two coordinators have set, a card for each value that goes back."""
    until = format_day(rule.ends_at) if rule.ends_at else ""
    return [
        Card(
            _shortened(_(": ").join((capfirst(one.label), one.now))),
            "",
            _("Until %(day)s. Then again as before: %(value)s") % {"day": until, "value": one.was},
        )
        for one in kind_named(rule.kind).describe(rule.values_to_go_back, json.dumps(rule.before))
    ]


def rule_of(decision: Decision) -> str:
    """How it is decided, in two sentences."""
    least = ngettext(
        "At least %(count)d person has to answer.",
        "At least %(count)d people have to answer.",
        decision.needed,
    ) % {"count": decision.needed}
    return f"{least} {_RULES[decision.weight]}"


_RULES: dict[str, str | Promise] = {
    Weight.LIGHT: gettext_lazy(
        "It passes if someone is for it, and fewer than a quarter have a serious concern."
    ),
    Weight.HEAVY: gettext_lazy("It passes if two thirds of them are for it."),
}


def who_answers(decision: Decision) -> str:
    """How many have a say, and how many of these by a code: who gave many of them has to explain it."""
    count, admitted = decision.list_size, decision.admitted
    sentence = ngettext(
        "%(count)d person has a say in this. That was settled when it was proposed.",
        "%(count)d people have a say in this. That was settled when it was proposed.",
        count,
    )
    by_code = ngettext(
        "Of these, %(count)d has no account: a coordinator gave them a code.",
        "Of these, %(count)d have no account: a coordinator gave them a code.",
        admitted,
    )
    told = [(sentence, count), *([(by_code, admitted)] if admitted else [])]
    return " ".join(words % {"count": number} for words, number in told)


def outcome_of(decision: Decision) -> str:
    """What came of a decided one, in a few words."""
    return capfirst(str(Outcome(decision.outcome).label))


def consequence_of(decision: Decision) -> str:
    """What follows from the outcome."""
    if decision.replaced_at:
        return _("It is no longer in force.")
    if decision.outcome == Outcome.PASSED and decision.kind != agreement.KIND:
        return _("It took effect at once.")
    if decision.outcome in (Outcome.NOT_PASSED, Outcome.TOO_FEW):
        return _("Nothing changes.")
    return ""


def result_of(decision: Decision, group: Group) -> Result | None:
    """What a group said; None of neighbours who said nothing."""
    is_list = group == Group.MEMBERS
    tally = _tally(decision) if is_list else _tally_beside(decision)
    if not tally.heard and not is_list:
        return None
    if not tally.is_told:
        return Result(
            _(
                "Fewer than five people answered. We show no counts and no reasons then, for they could"
                " tell who said what. Talk about it with each other."
            ),
            [],
        )
    heard = _heard(decision, tally) if is_list else _heard_beside(tally)
    return Result(
        f"{heard} {_answers(tally)}", decision.reasons if is_list else decision.neighbour_reasons
    )


def _tally(decision: Decision) -> Tally:
    return Tally(decision.in_favour or 0, decision.can_live or 0, decision.concerns or 0)


def _tally_beside(decision: Decision) -> Tally:
    return Tally(
        decision.neighbour_in_favour or 0,
        decision.neighbour_can_live or 0,
        decision.neighbour_concerns or 0,
    )


def _heard(decision: Decision, tally: Tally) -> str:
    counts = {"heard": tally.heard, "list": decision.list_size}
    return _("%(heard)d of %(list)d people answered.") % counts


def _heard_beside(tally: Tally) -> str:
    return _("%(heard)d answers came by private links.") % {"heard": tally.heard}


def _answers(tally: Tally) -> str:
    words = _(
        "For it: %(in_favour)d. Can live with it: %(can_live)d. A serious concern: %(concerns)d."
    )
    return words % tally._asdict()


def before_the_first() -> str:
    """From which day on the first have a say, and who sets the rules until then; "" once members decide."""
    if members_decide():
        return ""
    first = first_say_at()
    if first is None:
        return _(
            "No one has a say yet. As long as that is so, coordinators set the rules as before."
        )
    words = _(
        "From %(day)s on the first of us have a say. Until then coordinators set the rules as before."
    )
    return words % {"day": format_day(first)}


def missing_for_a_say(standing: Standing) -> list[str]:
    """What someone lacks for a say, from the rule that makes the list; nothing for whoever has one."""
    numbers = {"vouches": VOUCHES, "helps": HELPS, "here": HERE_DAYS, "active": ACTIVE_DAYS}
    needed = (
        (standing.is_known, _KNOWN),
        (standing.is_here_long_enough, _HERE),
        (standing.is_active, _ACTIVE),
    )
    return [sentence % numbers for is_so, sentence in needed if not is_so]


_KNOWN = gettext_lazy(
    "A coordinator has met you, or %(vouches)d members have vouched for you. Or help that you gave or"
    " received has arrived %(helps)d times."
)
_HERE = gettext_lazy("You have been here for %(here)d days.")
_ACTIVE = gettext_lazy("You have signed in, helped or asked in the last %(active)d days.")
