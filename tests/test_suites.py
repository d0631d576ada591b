"""How the suites are run: a second try for what failed, and a flake is named."""

from pathlib import Path

import pytest

from tests.support.suites import Run, Suite, run

pytestmark = pytest.mark.slow
TESTS = """
from pathlib import Path

import pytest


def test_that_holds():
    pass


@pytest.mark.parametrize("tries", [{tries}])
def test_that_needs_some_tries(tries):
    notes = Path(__file__).with_name("tries.txt")
    with notes.open("a") as file:
        file.write("x")
    assert len(notes.read_text()) >= tries
"""


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "pytest.ini").touch()
    tests = (str(tmp_path / "test_made_up.py"),)
    return Run("made-up", Suite("made-up tests", "", processes="0", tests=tests), tmp_path)


@pytest.mark.parametrize(("tries", "passes", "flakes"), [(1, True, 0), (2, True, 1), (3, False, 0)])
def test_a_second_try_is_all_there_is_and_it_is_told(
    suite: Run, capfd: pytest.CaptureFixture[str], tries: int, passes: bool, flakes: int
) -> None:
    Path(suite.suite.tests[0]).write_text(TESTS.format(tries=tries))
    assert run([[suite]]) is passes
    told = capfd.readouterr().out
    assert told.count("FLAKE: ") == flakes
    assert ("FAILED: made-up tests" in told) is not passes
    named = f"test_made_up.py::test_that_needs_some_tries[{tries}] passed only at its second try"
    assert (named in told) is bool(flakes)


def test_side_by_side_each_says_its_own_in_one_piece(
    suite: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Path(suite.suite.tests[0]).write_text(TESTS.format(tries=1))
    other = Run("other", suite.suite, tmp_path)
    assert run([[suite], [other]])
    told = capfd.readouterr().out
    assert told.count("2 passed") == 2
    assert other.output.read_text() in told
