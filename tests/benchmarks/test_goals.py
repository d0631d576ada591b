"""A goal says in one line what was measured, what was wanted, and how far off it is."""

import pytest

from tests.benchmarks.goals import at_least, at_most, said_in


@pytest.mark.parametrize(
    ("goal", "measured", "wanted", "unit", "line"),
    [
        (at_most, 9.5, 10, "s", "9.5 s (≤ 10 s), reached"),
        (at_most, 10, 10, "s", "10 s (≤ 10 s), reached"),
        (at_most, 12.5, 10, "s", "12.5 s (≤ 10 s), not, by 25.0%"),
        (at_least, 0.9912, 0.98, "", "0.9912 (≥ 0.98), reached"),
        (at_least, 0.931, 0.98, "", "0.931 (≥ 0.98), not, by 5.0%"),
        (at_most, 3, 0, "sweeps", "3 sweeps (≤ 0 sweeps), not, by 3 sweeps"),
        (at_least, 1_000_000, 500, "", "1,000,000 (≥ 500), reached"),
    ],
)
def test_a_goal_is_one_line(capsys, goal, measured, wanted, unit, line):
    assert goal("of a flood", measured, wanted, unit) is line.endswith("reached")
    assert capsys.readouterr().out == f"   goal: of a flood: {line}\n"


def test_the_goals_of_a_benchmark_are_found_with_their_headings(capsys):
    print("== first", "   measured something", sep="\n")
    at_most("time", 3, 5, "s")
    print("== nothing to reach", "   just a figure, unreached", "Population “a”", sep="\n")
    at_least("value", 0.9, 1)
    print(
        "at least 1.4 × the claims of everybody: 1.50, reached",
        "p99: 7.00, not reached, 1.00 short",
        sep="\n",
    )
    assert said_in(capsys.readouterr().out.splitlines()) == [
        "== first",
        "   goal: time: 3 s (≤ 5 s), reached",
        "Population “a”",
        "   goal: value: 0.9 (≥ 1), not, by 10.0%",
        "at least 1.4 × the claims of everybody: 1.50, reached",
        "p99: 7.00, not reached, 1.00 short",
    ]
