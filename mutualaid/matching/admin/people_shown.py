"""How people stand to a need: what fits, what does not, what they were asked, and how busy they are."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone

from mutualaid.matching.models import Match
from mutualaid.matching.outreach.hold_ups import HoldUp, hold_ups
from mutualaid.matching.search.hard_rules import Rule, free_in_week
from mutualaid.matching.search.invitation_history import NEVER, invitations_of
from mutualaid.matching.search.reasons import with_points
from mutualaid.matching.search.why_not import why_not
from mutualaid.matching.states import UNANSWERED
from mutualaid.notify.accounts.contact import AccountContact
from mutualaid.people.models import User
from offers_app.models import Offer
from requests_app import rules
from requests_app.admin.steps import can_take
from requests_app.models import Need
from requests_app.states import NeedState

State = Match.State


@dataclass
class PersonShown:
    """One person beside a need. `lines` are the reasons of their match with points, best known first.

    `tasks` of `per_week` they have in the week of the need, `invitations` they had in the last seven days.
    `why_not` are the rules that leave them out, worked out for those alone who are looked for by name.
    """

    person: User
    match: Match | None = None
    lines: list[str] = field(default_factory=list)
    tasks: int = 0
    per_week: int = 0
    invitations: int = 0
    hold_ups: list[HoldUp] = field(default_factory=list)
    why_not: list[Rule] = field(default_factory=list)
    can_invite: bool = False
    can_pin: bool = False
    can_leave_out: bool = False
    can_assign: bool = False
    contact: AccountContact | None = None
    refusal: str = ""


def people_matched(need: Need) -> list[PersonShown]:
    """Everyone on the list of this need: whom a coordinator pinned first, then the best."""
    matches = need.matches.select_related("offer__volunteer__locality")
    return _shown(need, matches.order_by("-pinned", "-score", "pk"))


def people_looked_for(need: Need, people: Iterable[User]) -> list[PersonShown]:
    """These people, with the rules that leave each of them out."""
    found = list(people)
    matches = need.matches.filter(offer__volunteer__in=found)
    by_person = {
        shown.person.pk: shown
        for shown in _shown(need, matches.select_related("offer__volunteer__locality"))
    }
    rows = [by_person.get(person.pk) or PersonShown(person) for person in found]
    broken = why_not(need, found)
    for row in rows:
        row.why_not = broken[row.person.pk]
        if row.match is None:
            row.can_pin = need.state == NeedState.OPEN and not row.why_not
            row.can_assign = can_take(need, "assign") and rules.can_be_assigned(row.person, need)
    return rows


def _shown(need: Need, matches: "QuerySet[Match]") -> list[PersonShown]:
    rows = list(matches)
    offers = Offer.objects.filter(pk__in=[match.offer_id for match in rows])
    free = dict(offers.annotate(free=free_in_week(need.week)).values_list("pk", "free"))
    past = invitations_of(free, timezone.now())
    held_up = hold_ups(need, rows)
    is_open = need.state == NeedState.OPEN
    by_hand_only = need.category.sensitive
    return [
        PersonShown(
            person=match.offer.volunteer,
            match=match,
            lines=with_points(match.lines),
            tasks=match.offer.per_week - free[match.offer_id],
            per_week=match.offer.per_week,
            invitations=past.get(match.offer_id, NEVER).week,
            hold_ups=held_up[match.offer_id] if match.state == State.SUGGESTED else [],
            can_invite=is_open and not by_hand_only and match.state == State.SUGGESTED,
            can_pin=is_open and not by_hand_only and match.state == State.SUGGESTED,
            can_leave_out=is_open and match.state in UNANSWERED,
            can_assign=can_take(need, "assign") and match.state != State.ACCEPTED,
        )
        for match in rows
    ]
