"""What the clock does of decisions, in its order: close, let go back, tell. Idempotent.

A database's clock that jumps ahead for a while would end what is still open. So what ends waits until sweeps
have come regularly for `STEADY_FOR`: after a jump, as after a standstill.
"""

from collections.abc import Iterator
from datetime import timedelta

from mutualaid.decisions.actions.rule_of_two import go_back
from mutualaid.decisions.closing import close
from mutualaid.decisions.models import Decision, RuleOfTwo
from mutualaid.decisions.telling import tell_what_is_due
from mutualaid.health.heartbeats import beat, was_here

PART, JUMPED = "decisions", "decisions-jumped"
"""When the last sweep was, and since when they come regularly."""
STEADY_WITHIN = STEADY_FOR = timedelta(hours=1)
"""Where the last sweep is longer ago, or to come, the clock may have jumped. Assumed, not measured."""


def sweep_decisions() -> Iterator[int]:
    """Do what is due, one row or batch after the other; yields how many each had.

    Also where the group no longer decides together: what was opened before gets its outcome.
    """
    if _is_anything_running() and _is_clock_steady():
        yield from _end_what_is_due()
    yield from tell_what_is_due()


def _end_what_is_due() -> Iterator[int]:
    for pk in list(Decision.objects.due().order_by("ends_at", "pk").values_list("pk", flat=True)):
        yield int(close(pk) is not None)
    for pk in list(RuleOfTwo.objects.due().order_by("ends_at", "pk").values_list("pk", flat=True)):
        yield int(go_back(pk))


def _is_anything_running() -> bool:
    return Decision.objects.undecided().exists() or RuleOfTwo.objects.in_force().exists()


def _is_clock_steady() -> bool:
    if not was_here(PART, within=STEADY_WITHIN):
        beat(JUMPED)
    beat(PART)
    return not was_here(JUMPED, within=STEADY_FOR)
