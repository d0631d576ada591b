"""What a proposal about points or invitations would do: whom it would invite next, and in a made-up city.

Without names and without distances, for every member reads it.
"""

from dataclasses import dataclass, replace

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.decisions.effects import Values
from mutualaid.decisions.kinds import points, policy
from mutualaid.decisions.models import Decision
from mutualaid.decisions.pages.who_is_next import Next, Way, who_is_next
from mutualaid.policy.current import read_policy
from mutualaid.policy.models import Policy
from mutualaid.policy.previews import Preview
from mutualaid.policy.previews import previews as policy_previews
from mutualaid.trials.actions import CITY, ask_for_trial, newest_trial
from mutualaid.trials.models import Trial
from mutualaid.trials.results import rows

KEPT_SECONDS = 3600
"""Looking for who is next takes a while, and all members open the page: once an hour is enough."""
CAPS = ("invitations_per_",)
INVITING = (*CAPS, "wave_", "base_acceptance_rate", "shortlist_size")
"""How the names of values begin that change whom and how many a wave invites."""
MEASURED: dict[str, str | Promise] = {
    "claimed": gettext_lazy("needs that someone said yes to"),
    "critical_unmet": gettext_lazy("needed today, and no one within a day"),
    "invitations_per_claim": gettext_lazy("invitations for each yes"),
    "invitations_a_week_p99": gettext_lazy("invitations a week, to those who get the most"),
    "worst_locality": gettext_lazy("needs that someone said yes to, in the worst-off area"),
    "left": gettext_lazy("helpers who left for good"),
}
"""What members are shown of the city. Not how far helpers go: no page tells a distance."""


@dataclass(frozen=True)
class City:
    """A trial in the made-up city: `rows` once it was played, `is_same` where nothing differs."""

    volunteers: int
    needs: int
    has_failed: bool
    rows: list[tuple[str, str, str]]
    is_same: bool

    @property
    def caption(self) -> str:
        return _("What was different in the city")

    @property
    def head(self) -> list[str]:
        return [_("What is measured"), _("Now"), _("With these values")]


@dataclass(frozen=True)
class Previews:
    """`tables` of the policy that differ. `asks_who_is_next`: it changes that, and `next` says how, where
    needs and people are enough to be told. `city` is None where no one asked for a trial.
    """

    tables: list[Preview]
    asks_who_is_next: bool
    next: Next | None
    city: City | None


def is_about_inviting(decision: Decision) -> bool:
    """Whether it would change who is invited, or how many at once."""
    return decision.kind == points.KIND or (
        decision.kind == policy.LIGHT_KIND and _has(decision.values, INVITING)
    )


def try_in_the_city(decision: Decision) -> None:
    """Ask for a trial of what was just proposed; it is played in the background."""
    if is_about_inviting(decision):
        ask_for_trial(decision.values or {})


def previews_of(decision: Decision) -> Previews | None:
    """What to show of an open proposal; None for one of which nothing can be told before."""
    if not is_about_inviting(decision):
        return None
    values = decision.values or {}
    is_points = decision.kind == points.KIND
    asks_who_is_next = is_points or _has(values, CAPS)
    trial = newest_trial(values)
    return Previews(
        tables=[] if is_points else _tables(values),
        asks_who_is_next=asks_who_is_next,
        next=_next(decision) if asks_who_is_next else None,
        city=_city(trial) if trial else None,
    )


def _next(decision: Decision) -> Next | None:
    """Who would be next as things were within the last hour."""
    key = f"decisions.next:{decision.pk}"
    known: tuple[Next | None] | None = cache.get(key)
    if known is None:
        now, values = Way.in_force(), decision.values or {}
        then = (
            replace(now, points=replace(now.points, **values))
            if decision.kind == points.KIND
            else replace(now, policy=_policy_with(values))
        )
        known = (who_is_next(now, then),)
        cache.set(key, known, KEPT_SECONDS)
    return known[0]


def _tables(values: Values) -> list[Preview]:
    """The rows that differ, of tables that have some: the last two cells of a row are now and then."""
    found = policy_previews(read_policy(), _policy_with(values))
    differing = [
        one._replace(rows=[row for row in one.rows if row[-2] != row[-1]]) for one in found
    ]
    return [one for one in differing if one.rows]


def _city(trial: Trial) -> City:
    return City(
        volunteers=CITY.volunteers,
        needs=CITY.needs_a_week,
        has_failed=trial.has_failed,
        rows=rows(trial, MEASURED),
        is_same=trial.now is not None and trial.now == trial.then,
    )


def _policy_with(values: Values) -> Policy:
    row = read_policy().draft()
    row.set_values(policy.as_held(values))
    return row


def _has(values: Values | None, prefixes: tuple[str, ...]) -> bool:
    return any(name.startswith(prefixes) for name in values or {})
