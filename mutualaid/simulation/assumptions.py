"""Everything that a simulation assumes, in one table; `manage.py simulate --assumptions` prints it.

Read a figure when it is used, as `City.ZIPF`, and not at import: `assume` may have changed it.

None of it was measured in a group of neighbours. Where something like it was published, the source says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Self

ASSUMED = "assumed, not measured"

NHS_2020 = (
    "as groups report it: two thirds of 600,000 NHS volunteers had no task in the first month"
    " (The Independent, May 2020)"
)
RESPONDERS = (
    "assumed; volunteer first responders answer 17 to 47 % of alerts near them"
    " (Khalemsky et al., JMIR mHealth 2023, e41551)"
)
GOES_QUIET = (
    "assumed; an invitation makes a volunteer go quiet for a while"
    " (Manshadi & Rodilitz, Food Rescue US)"
)
UNSUBSCRIBED = (
    "assumed; 35 % of those who end a newsletter do so since it comes too often"
    " (BlueHornet, 2013, n not given)"
)


class Figure(float):
    """A number that knows what it is; computes as any other.

    `low` and `high` are the range in which it may well be.
    """

    meaning: str
    low: float
    high: float
    source: str

    def __new__(
        cls, value: float, meaning: str, *, low: float, high: float, source: str = ASSUMED
    ) -> Self:
        figure = super().__new__(cls, value)
        figure.meaning, figure.low, figure.high, figure.source = meaning, low, high, source
        return figure


class City:
    """Who lives there, and what is asked for."""

    VETTED = Figure(0.4, "share of volunteers who are known well", low=0.1, high=0.9)
    HAS_VEHICLE = Figure(0.4, "share of volunteers with a car or cargo bike", low=0.2, high=0.8)
    SPEAKS_MAIN_LANGUAGE = Figure(0.8, "share who speak the most used language", low=0.5, high=1)
    REACH_KM = Figure(4, "median kilometres that a volunteer goes; log-normal", low=2, high=8)
    REACH_SPREAD = Figure(0.6, "spread of its logarithm", low=0.3, high=1)
    ZIPF = Figure(0.8, "how unevenly needs spread over areas and kinds; 0: evenly", low=0, high=1.2)
    VOLUNTEERS = Figure(
        400,
        "volunteers; many for few needs; --volunteers",
        low=100,
        high=1000,
        source=NHS_2020,
    )
    NEEDS_A_WEEK = Figure(60, "needs a week; --needs-a-week", low=20, high=400)


class Everyone:
    """What both populations have in common."""

    LETS_GO = Figure(0.06, "chance that a yes is let go again", low=0.02, high=0.2)
    DONE_HOURS = Figure(18, "mean hours from a yes until it is done or let go", low=4, high=72)
    MOST_HOURS = Figure(40, "no answer and no task takes more hours", low=24, high=96)


class SameLaws:
    """A population that answers by the laws which the waves assume (ADR 13), which flatters them."""

    YES = Figure(
        0.12,
        "chance of a yes, × the factor of the match (1.6 next door to .5 at full reach, × .7 related)",
        low=0.03,
        high=0.4,
        source=RESPONDERS,
    )
    NO = Figure(0.25, "chance of a no; all others stay silent", low=0.05, high=0.5)
    FATIGUE = Figure(
        0.35,
        "each further invitation in seven days makes a yes e^-this as likely",
        low=0,
        high=1,
        source=GOES_QUIET,
    )
    ANSWER_HOURS = Figure(1.5, "mean hours until an answer; exponential", low=0.2, high=12)


class OtherLaws:
    """A population with a logit that the waves do not know; some leave for good, some browse the board."""

    YES = Figure(
        -1.9,
        "logit of a yes from a usual person next door by day (-1.9: 13 %)",
        low=-3.5,
        high=-0.5,
        source=RESPONDERS,
    )
    PERSON = Figure(1, "spread of a person's own willingness, in the logit; normal", low=0, high=2)
    PER_KM = Figure(-0.25, "for each kilometre, as the crow flies", low=-0.6, high=0)
    RELATED = Figure(-0.6, "where it is only close to what they offer", low=-1.5, high=0)
    PER_INVITATION = Figure(
        -0.3,
        "for each other invitation in seven days",
        low=-1,
        high=0,
        source=GOES_QUIET,
    )
    TODAY = Figure(0.4, "where it is needed today", low=-0.5, high=1.5)
    EVENING = Figure(0.4, "invited from 5 to 9 in the evening or on a weekend", low=-0.2, high=1)
    NO = Figure(0.15, "chance of a no; all others stay silent", low=0.05, high=0.5)
    ANSWER_HOURS = Figure(1, "median hours until an answer; log-normal", low=0.1, high=12)
    ANSWER_SPREAD = Figure(1.3, "spread of its logarithm", low=0.5, high=2)
    PATIENCE = Figure(4, "invitations in seven days that no one minds", low=2, high=10)
    LEAVES = Figure(
        0.03,
        "chance to leave for good at each invitation beyond",
        low=0,
        high=0.15,
        source=UNSUBSCRIBED,
    )
    VISITS = Figure(0.3, "mean looks at the board a week; exponential over people", low=0, high=2)
    TAKES = Figure(
        -1.5, "logit of taking on what they see there, beside that of a yes", low=-4, high=0
    )


GROUPS = (City, Everyone, SameLaws, OtherLaws)


class UnknownFigure(Exception):
    """There is no figure of this name. Holds the name."""


def assume(values: Mapping[str, float]) -> None:
    """Let these figures, by names as `SameLaws.FATIGUE`, have other values in this process.

    Raises `UnknownFigure`.
    """
    for name, value in values.items():
        group, figure = _find(name)
        other = Figure(
            value, figure.meaning, low=figure.low, high=figure.high, source=figure.source
        )
        setattr(group, name.partition(".")[2], other)


def check_names(names: Iterable[str]) -> None:
    """Raises `UnknownFigure`."""
    for name in names:
        _find(name)


def table() -> list[str]:
    """Return all figures as lines of Markdown tables, a table for each group."""
    return [line for group in GROUPS for line in _table_of(group)]


def _table_of(group: type) -> Iterator[str]:
    yield from (f"### {group.__name__}", "", f"{group.__doc__}", "")
    yield from ("| figure | what | value | range | source |", "|---|---|---|---|---|")
    for name, figure in figures_of(group).items():
        span = f"{figure.low:g} to {figure.high:g}"
        yield f"| {name} | {figure.meaning} | {figure:g} | {span} | {figure.source} |"
    yield ""


def figures_of(group: type) -> Mapping[str, Figure]:
    """Return the figures of one of the `GROUPS`, by name."""
    return {name: value for name, value in vars(group).items() if isinstance(value, Figure)}


def _find(name: str) -> tuple[type, Figure]:
    for group in GROUPS:
        for figure, value in figures_of(group).items():
            if name == f"{group.__name__}.{figure}":
                return group, value
    raise UnknownFigure(name)
