"""The table of a simulation: means, pairs of one seed, who wins, goals; and what is assumed, in words."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import partial
from math import inf
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from mutualaid.management.commands import simulate
from mutualaid.matching.models import ScoringWeights
from mutualaid.policy.current import read_policy
from mutualaid.simulation import assumptions
from mutualaid.simulation.assumptions import SameLaws
from mutualaid.simulation.group_settings import (
    BadSettings,
    apply_changes,
    points_of_site,
    read_changes,
)
from mutualaid.simulation.intervals import interval, paired
from mutualaid.simulation.metrics import Metrics
from mutualaid.simulation.table import MEASURES, differences, goals, means
from tests.matching.test_simulation import SOME
from tests.support import factories

pytestmark = pytest.mark.one_database


def _with(**changes: Sequence[float | None]) -> list[Metrics]:
    """Metrics of some seeds: `SOME` but for these, a value for each seed."""
    seeds = zip(*changes.values(), strict=True)
    return [replace(SOME, **dict(zip(changes, values, strict=True))) for values in seeds]


def test_the_interval_of_a_mean_is_students():
    found = interval([1.0, 2.0, 3.0, 4.0])  # standard error .6455, t(3) 3.182
    assert (found.mean, round(found.half, 3), found.sign) == (2.5, 2.054, 1)
    assert interval([5.0]).half == inf
    assert interval([5.0]).sign == 0
    many = interval([float(number % 2) for number in range(100)])
    assert round(many.half, 3) == 0.098


def test_pairs_of_one_seed_tell_what_means_would_hide():
    ours, five = [0.5, 0.7, 0.9], [0.4, 0.59, 0.81]
    assert interval(ours).half > 0.4
    assert paired(ours, five).sign == 1
    assert paired(five, ours).sign == -1
    assert paired(ours, ours).sign == 0
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        paired([1.0, 2.0], [1.0])


def test_the_table_says_who_wins_where_and_where_not():
    results = {
        "ours": _with(claimed=[0.7, 0.8, 0.72], km=[2.0, 2.1, 2.2], left=[0.0, 0.1, 0.0]),
        "nearest five": _with(claimed=[0.6, 0.7, 0.63], km=[1.0, 1.1, 1.2], left=[0.0, 0.0, 0.1]),
    }
    lines = "\n".join(differences(results)).splitlines()
    verdict = {line[:20].strip(): line.rsplit("  ", 1)[-1] for line in lines}
    assert "ours minus nearest five: mean of the pairs, 95 % interval" in lines
    assert verdict["needs taken on"] == "ours better"
    assert verdict["kilometres to the ne"] == "ours worse"
    assert verdict["volunteers who left"] == "no difference"
    taken_on = next(line for line in means(results) if "needs taken on" in line)
    assert taken_on.split()[3:] == ["74.0%", "±13.1%", "64.3%", "±12.7%"]


def test_of_one_seed_no_one_wins():
    results = {"ours": [SOME], "nearest five": _with(claimed=[0.1])}
    assert not [line for line in differences(results) if "better" in line or "worse" in line]
    lines = [line for line in differences(results) if "one seed" in line]
    assert all(line.endswith("not known") for line in lines)
    assert len(lines) == len(MEASURES)
    assert "±" not in "".join(means(results))
    assert list(goals({**results, "everybody": [SOME]}))[-1].endswith("not known from one seed")


def test_what_is_known_of_no_city_is_said_and_what_is_known_of_some_is_compared_there():
    results = {
        "ours": _with(worst_locality=[0.6, None, 0.7], critical_unmet=[None, None, None]),
        "nearest five": _with(worst_locality=[0.1, 0.9, 0.2], critical_unmet=[0.5, 0.5, 0.5]),
    }
    worst, critical = "taken on in the worst-served area", "needed today, nobody within a day"
    lines = {line[: len(worst)]: line for line in differences(results)}
    assert lines[worst].split()[6:] == ["+50.0%", "+50.0%", "to", "+50.0%", "ours", "better"]
    assert lines[critical].split()[-2:] == ["not", "known"]
    cells = {line[: len(worst)]: line for line in means(results)}
    assert cells[worst].split()[6:8] == ["65.0%", "±63.5%"]
    assert cells[critical].split()[6:8] == ["not", "known"]


def test_a_share_of_few_needs_is_not_known_from_one_city():
    by_field = {measure.field: measure for measure in MEASURES}
    assert by_field["critical_unmet"].text_of(SOME) == "10.0%"
    assert by_field["critical_unmet"].text_of(replace(SOME, critical=9)) == "not known"
    assert by_field["claimed"].text_of(replace(SOME, needs=9)) == "not known"
    assert by_field["worst_locality"].text_of(replace(SOME, worst_locality=None)) == "not known"


def test_a_groups_own_settings_are_held_against_todays_and_the_plain_ways():
    columns = ("ours", "everybody", "nearest five", "mine.json")
    results = {column: [SOME, SOME] for column in columns}
    titles = [line.split(":")[0] for line in differences(results) if " minus " in line]
    assert titles == [
        "ours minus everybody",
        "ours minus nearest five",
        "mine.json minus everybody",
        "mine.json minus nearest five",
        "mine.json minus ours",
    ]


def test_each_goal_says_whether_it_is_reached_or_how_much_is_missing():
    ours = _with(claimed=[0.7, 0.72], invitations_per_claim=[9.0, 9.0], km=[3.0, 3.1])
    results = {
        "ours": [replace(metrics, invitations_a_week_p99=7.0) for metrics in ours],
        "everybody": _with(claimed=[0.5, 0.5], invitations_per_claim=[40.0, 40.0]),
        "nearest five": _with(claimed=[0.6, 0.6], invitations_per_claim=[20.0, 20.0]),
    }
    assert list(goals(results)) == [
        "at least 1.4 × the claims of everybody: 1.42, reached",
        "at most 0.25 × its invitations for each claim: 0.23, reached",
        "p99 of at most 6 invitations a week: 7.00, not reached, 1.00 short",
        "nowhere worse than nearest five by more than chance: not reached:"
        " invitations a week, the most invited 1 % +3.0; kilometres to the neighbour +1.55",
    ]
    del results["everybody"]
    assert not list(goals(results))


def test_every_metric_is_a_line_of_the_table_or_counts_what_stands_behind_one():
    assert {measure.field for measure in MEASURES} | {measure.share_of for measure in MEASURES} == {
        field.name for field in fields(Metrics)
    }


def test_every_assumption_has_a_source_and_a_range_it_lies_in():
    for group in assumptions.GROUPS:
        for name, figure in assumptions.figures_of(group).items():
            assert figure.low <= figure <= figure.high, name
            assert figure.low < figure.high, name
            assert "assumed" in figure.source or "report" in figure.source, name


def test_a_figure_can_be_assumed_otherwise_and_an_unknown_one_is_refused(monkeypatch):
    monkeypatch.setattr(SameLaws, "FATIGUE", SameLaws.FATIGUE)  # so that it is put back
    assumptions.assume({"SameLaws.FATIGUE": 0.0})
    assert float(SameLaws.FATIGUE) == 0.0
    assert SameLaws.FATIGUE.high == 1
    for name in ("FATIGUE", "SameLaws.TIRED", "SameLaws.__doc__", ""):
        with pytest.raises(assumptions.UnknownFigure):
            assumptions.assume({name: 1.0})
        with pytest.raises(CommandError, match="--assume"):
            call_command("simulate", f"--assume={name}=1")
    with pytest.raises(CommandError, match="--assume"):
        call_command("simulate", "--assume=SameLaws.FATIGUE=much")


def test_the_documents_show_what_is_assumed(capsys):
    call_command("simulate", "--assumptions")
    printed = capsys.readouterr().out.strip()
    document = (Path(settings.BASE_DIR) / "mutualaid/docs/simulator.md").read_text(encoding="utf-8")
    assert printed in document


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        file = tmp_path / "mine.json"
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.mark.django_db
def test_a_groups_own_settings_are_read_and_written_over_todays(write):
    factories.set_policy(invitations_per_week=4)
    changes = read_changes(
        write('{"invitations_per_week": 3, "quiet_from": "21:30", "near": 50, "rested": 0}')
    )
    apply_changes(changes)
    policy = read_policy()
    assert (policy.invitations_per_week, f"{policy.quiet_from:%H:%M}") == (3, "21:30")
    assert (ScoringWeights.objects.get().near, ScoringWeights.objects.get().rested) == (50, 0)
    assert points_of_site() == {"near": 50, "rested": 0}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "mine.json"),
        ("[1]", 'write {"name": value'),
        ('{"nearr": 50, "near": 1}', "there is no nearr"),
        ('{"near": 101}', "near: "),
        ('{"invitations_per_week": "many"}', "invitations_per_week: "),
        ('{"invitations_per_week": 0}', "invitations_per_week: "),
        ('{"invitations_per_week": 5, "invitations_per_week_urgent": 4}', "invitations_per_week"),
    ],
)
def test_wrong_settings_are_refused_with_what_is_wrong(write, text, said):
    with pytest.raises(BadSettings, match=said):
        read_changes(write(text))
    with pytest.raises(CommandError, match=said):
        call_command("simulate", "--policy", str(write(text)))
    assert points_of_site() == {}


@pytest.mark.django_db
def test_no_seeds_are_refused():
    with pytest.raises(CommandError, match="at least 1"):
        call_command("simulate", "--seeds", "0")


@pytest.mark.django_db
@pytest.mark.parametrize(("in_time", "shown"), [(7, "seed 1 to 3"), (3, "seed 1\n"), (1, "")])
def test_only_cities_that_were_played_whole_in_time_are_shown(monkeypatch, capsys, in_time, shown):
    monkeypatch.setattr(simulate, "simulate_all", lambda *_, **__: [SOME] * in_time)
    play = partial(call_command, "simulate", only=["ours"], seeds=5, minutes=3)
    if not shown:
        with pytest.raises(CommandError, match="No city"):
            play()
        return
    play()
    assert shown in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("tables_are_there")
def test_a_small_city_is_played_with_own_settings_beside_todays(write, tmp_path, capsys):
    call_command(
        "simulate",
        only=["ours"],
        population=["same laws"],
        weeks=1,
        volunteers=6,
        needs_a_week=3,
        assume=[("SameLaws.YES", 0.9)],
        policy=write('{"invitations_per_week": 1}'),
        draw=tmp_path / "city.svg",
    )
    printed = capsys.readouterr().out
    assert "3 needs in 1 weeks, 6 volunteers, seed 1" in printed
    assert "mine.json minus ours" in printed
    assert "<title" in (tmp_path / "city-same-laws.svg").read_text(encoding="utf-8")
