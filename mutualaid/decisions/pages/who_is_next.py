"""Who would be invited next, before and after: as counts and traits, for members read it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.matching.models import current_points
from mutualaid.matching.outreach.pacing import pace_by
from mutualaid.matching.scoring import Facts, Points
from mutualaid.matching.search.ranking import Ranked, best_offers
from mutualaid.policy.current import read_policy
from mutualaid.policy.models import Policy
from requests_app.models import Need

NEEDS, FIRST = 8, 5
"""How many of the newest open needs are looked at, and how many people for each."""
LEAST = 5
"""Fewer needs, or fewer people, and the counts would tell of somebody."""

TRAITS: tuple[tuple[str | Promise, Callable[[Facts], bool]], ...] = (
    (
        gettext_lazy("are in the area where help is needed"),
        lambda facts: facts.same_locality and not facts.km,
    ),
    (gettext_lazy("offer just what is asked for"), lambda facts: facts.same_category),
    (gettext_lazy("speak the neighbour's own language"), lambda facts: facts.own_language),
    (
        gettext_lazy("had no invitation for seven days"),
        lambda facts: not facts.invitations_in_seven_days,
    ),
    (gettext_lazy("said lately that they can help"), lambda facts: facts.is_confirmed),
)


@dataclass(frozen=True)
class Way:
    """How invitations go: the caps of a policy, and points."""

    policy: Policy
    points: Points

    @classmethod
    def in_force(cls) -> "Way":
        return cls(read_policy(), current_points())

    def first_for(self, need: Need) -> list[Ranked]:
        """The best who have not heard of this need and whom the caps leave free."""
        pace = pace_by(self.policy, need)

        def is_free(ranked: Ranked) -> bool:
            return pace.may_invite(ranked.past)

        best = best_offers(need, FIRST, points=self.points, to_invite=is_free).offers
        return [ranked for ranked in best if is_free(ranked)][:FIRST]


@dataclass(frozen=True)
class Next:
    """Of `places` first invitations for `needs` open needs, how many would go to someone else.

    `traits` are rows of a label and of how many of those who are invited have it, now and then. The labels
    stay lazy: readers of all languages get what one of them asked for.
    """

    needs: int
    places: int
    someone_else: int
    traits: list[tuple[str | Promise, int, int]]

    @property
    def head(self) -> list[str]:
        return [_("So many of them"), _("Now"), _("With these values")]

    @property
    def caption(self) -> str:
        return _("Who we'd invite")


def who_is_next(now: Way, then: Way) -> Next | None:
    """What would change for the newest open needs; None where they are too few to say it of no one.

    What coordinators alone give out is left out, for no one is invited to it.
    """
    newest = Need.objects.open().filter(category__sensitive=False)
    needs = newest.select_related("category", "locality").order_by("-created_at", "-pk")[:NEEDS]
    pairs = [(now.first_for(need), then.first_for(need)) for need in needs]
    before, after = ([ranked for pair in pairs for ranked in pair[which]] for which in (0, 1))
    if len(pairs) < LEAST or min(map(_people, (before, after))) < LEAST:
        return None
    return Next(
        needs=len(pairs),
        places=len(after),
        someone_else=sum(len(_ids(then) - _ids(now)) for now, then in pairs),
        traits=[(label, _having(has, before), _having(has, after)) for label, has in TRAITS],
    )


def _having(has: Callable[[Facts], bool], ranked: Sequence[Ranked]) -> int:
    return sum(has(one.facts) for one in ranked)


def _ids(ranked: Iterable[Ranked]) -> set[int]:
    return {one.offer_id for one in ranked}


def _people(ranked: Iterable[Ranked]) -> int:
    return len(_ids(ranked))
