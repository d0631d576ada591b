"""How the suites are run: a second try for what failed, and a flake is named."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.few import WITH_A_DATABASE
from tests.support.suites import Run, Suite, run

pytestmark = pytest.mark.slow
TESTS = """
from pathlib import Path

import pytest


def test_that_holds():
    pass


@pytest.mark.parametrize("tries", [{tries}])
def test_that_needs_some_tries(tries):
    notes = Path(__file__).with_name(f"tries-{{tries}}.txt")
    with notes.open("a") as file:
        file.write("x")
    assert len(notes.read_text()) >= tries
"""


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # seconds, for each run
    monkeypatch.setenv("PYTEST_PLUGINS", "xdist.plugin")
    (tmp_path / "pytest.ini").touch()
    tests = (str(tmp_path / "test_made_up.py"),)
    made_up = Suite("made-up tests", "", processes="0", tests=tests)
    return Run(made_up, tmp_path / "made-up")


@pytest.mark.parametrize(("tries", "passes", "flakes"), [(1, True, 0), (2, True, 1), (3, False, 0)])
def test_what_failed_gets_one_second_try_and_a_flake_is_named(
    suite: Run, capfd: pytest.CaptureFixture[str], tries: int, passes: bool, flakes: int
) -> None:
    Path(suite.suite.tests[0]).write_text(TESTS.format(tries=tries))
    assert run([[suite]]) is passes
    output = capfd.readouterr().out
    assert output.count("FLAKE: ") == flakes
    assert ("FAILED: made-up tests" in output) is not passes
    name = f"test_made_up.py::test_that_needs_some_tries[{tries}]"
    assert (f"{name} passed only at its second try" in output) is bool(flakes)


def test_the_last_lines_of_a_run_name_every_test_that_failed_and_its_suite(
    suite: Run, capfd: pytest.CaptureFixture[str]
) -> None:
    Path(suite.suite.tests[0]).write_text(TESTS.format(tries="2, 9"))
    assert not run([[suite]])
    test = "test_made_up.py::test_that_needs_some_tries"
    assert capfd.readouterr().out.splitlines()[-2:] == [
        f"FLAKE: {test}[2] passed only at its second try (made-up tests)",
        f"FAILED: {test}[9] failed at both tries (made-up tests)",
    ]


def test_the_fast_suite_keeps_one_row_of_a_table_that_is_not_slow(
    suite: Run, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    slow = "pytest.param(9, marks=pytest.mark.slow)"
    Path(suite.suite.tests[0]).write_text(TESTS.format(tries=f"{slow}, 1, 9"))
    monkeypatch.setenv("PYTEST_PLUGINS", "xdist.plugin,tests.support.few")
    assert run([[Run(replace(suite.suite, marks="not slow"), suite.folder)]])
    assert "2 passed, 2 deselected" in capfd.readouterr().out


def test_the_fast_suite_keeps_all_that_need_no_database_and_the_first_of_a_file_that_do(
    suite: Run, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    one = "@pytest.mark.django_db\ndef test_{}():\n    assert {} < {}\n\n\n"
    rows = (one.format(number, number, WITH_A_DATABASE) for number in range(WITH_A_DATABASE + 2))
    plain = "def test_plain():\n    pass\n\n\ndef test_plain_too():\n    pass\n"
    Path(suite.suite.tests[0]).write_text("import pytest\n\n\n" + "".join(rows) + plain)
    monkeypatch.setenv("PYTEST_PLUGINS", "xdist.plugin,tests.support.few")
    assert run([[suite]])
    assert f"{WITH_A_DATABASE + 2} passed, 2 deselected" in capfd.readouterr().out


def test_side_by_side_the_output_of_each_comes_in_one_piece(
    suite: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Path(suite.suite.tests[0]).write_text(TESTS.format(tries=1))
    other = Run(suite.suite, tmp_path / "other")
    assert run([[suite], [other]])
    output = capfd.readouterr().out
    assert output.count("2 passed") == 2
    assert other.output.read_text() in output
