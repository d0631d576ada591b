"""What the clock does of decisions, in its order: close, let go back, tell. Idempotent."""

from collections.abc import Iterator

from mutualaid.decisions.closing import close
from mutualaid.decisions.models import Decision, RuleOfTwo
from mutualaid.decisions.actions.rule_of_two import go_back
from mutualaid.decisions.telling import tell_what_is_due


def sweep_decisions() -> Iterator[int]:
    """Do what is due, one row or batch after the other; yields how many each had.

    Also where the group no longer decides together: what was opened before gets its outcome.
    """
    for pk in list(Decision.objects.due().order_by("ends_at", "pk").values_list("pk", flat=True)):
        yield int(close(pk) is not None)
    for pk in list(RuleOfTwo.objects.due().order_by("ends_at", "pk").values_list("pk", flat=True)):
        yield int(go_back(pk))
    yield from tell_what_is_due()
