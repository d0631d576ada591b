"""A pair of sites in one process, at their start: prepared, and known to each other."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.partners.two_sites import acts
from tests.partners.two_sites.one_process import End, Wire, at, joined
from tests.support import migrated

ADDRESSES = {"Riverside": "http://localhost:8001", "Saltmarsh": "http://127.0.0.1:8002"}


def make_start(folder: Path) -> None:
    """Write to `folder` the databases of two sites whose groups agreed to help each other, and do."""
    with _ends(folder) as ((ours, theirs), _wire):
        digits = []
        for end in (ours, theirs):
            with at(end):
                acts.prepare(end.name)
        for end, other in ((ours, theirs), (theirs, ours)):
            with at(end):
                digits.append(acts.read(other.address))
        assert digits[0] == digits[1]
        for end in (ours, theirs):
            with at(end):
                acts.agree()
        _begin_in_the_middle(ours, theirs)


def _begin_in_the_middle(ours: End, theirs: End) -> None:
    """Three neighbours asked: one has no answer yet, one has a yes, and one agreed and is known there."""
    with at(ours):
        referrals = [acts.ask(number) for number in (1, 2, 3)]
        acts.turn()
    with at(theirs):
        acts.advance_theirs(dict.fromkeys(referrals[1:], "confirmed"))
        acts.turn()
    with at(ours):
        acts.advance_ours({referrals[2]: "confirmed"})
        acts.turn()
    with at(theirs):
        acts.turn()


@contextmanager
def pair(start: Path) -> Iterator[tuple[End, End, Wire, Path]]:
    """Begin with a copy of what `make_start` wrote: our end, theirs, what is between, and room for copies."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for one in ADDRESSES:
            shutil.copyfile(_file(start, one), _file(folder, one))
        with _ends(folder) as ((ours, theirs), wire):
            yield ours, theirs, wire, folder


@contextmanager
def _ends(folder: Path) -> Iterator[tuple[tuple[End, End], Wire]]:
    for name in ADDRESSES:
        if not _file(folder, name).exists():
            migrated.copy_to(_file(folder, name))
    ours, theirs = (End(name, site, _file(folder, name)) for name, site in ADDRESSES.items())
    with joined(ours, theirs) as wire:
        yield (ours, theirs), wire


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name.lower()}.sqlite3"
