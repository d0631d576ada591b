"""What the weekly letter to coordinators says of how the desk's work is shared: a number, and no name."""

from django.utils.functional import lazy
from django.utils.translation import gettext

from mutualaid.fair_work.workload import desk_weeks, largest_share
from mutualaid.matching.notifications.weekly_digest import digest_line
from mutualaid.policy.current import current_policy

STEP = 5
"""Per cent to which a share is rounded."""


@digest_line
def share_of_the_desk() -> str | None:
    """None where the group has not chosen to look at it, or too few share the desk."""
    if not current_policy().asks_about_breaks:
        return None
    share = largest_share(desk_weeks())
    return None if share is None else _in_words(round(share * 100 / STEP) * STEP)


def _sentence(share: int) -> str:
    return gettext(
        "One pair of hands carried about %(share)s %% of the desk's work in the last four weeks."
    ) % {"share": share}


_in_words = lazy(_sentence, str)
