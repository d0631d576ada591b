"""Which modules of ours some work leads through: what a reader who follows it has to open."""

import sys
from collections.abc import Callable
from types import FrameType

OURS = ("mutualaid.", "requests_app.", "offers_app.")


def modules_entered(work: Callable[[], object]) -> set[str]:
    """The names of our modules of which some function runs during `work`.

    What is imported meanwhile counts too, so do the same work once before where imports are lazy.
    """
    entered = set[str]()

    def note(frame: FrameType, event: str, _arg: object) -> None:
        name = frame.f_globals.get("__name__", "")
        if event == "call" and name.startswith(OURS):
            entered.add(name)

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return entered
