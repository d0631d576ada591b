"""Match an offer while its volunteer waits for the page."""

import time

from mutualaid.matching.outreach.match_need import match_need
from mutualaid.matching.search import offer_index

SECONDS = 1.0
"""A page may take so much longer. Assumed, not measured; what is left over stays due, for the sweep."""


def match_at_once(offer: int) -> None:
    """Do what the task of this offer would do, the most urgent needs first, for `SECONDS` at most.

    Of this and the task, one does it.
    """
    ends = time.monotonic() + SECONDS
    in_reach = offer_index.match_offer(offer).order_by("-urgency", "created_at")
    for pk in list(in_reach.values_list("pk", flat=True)):
        if time.monotonic() > ends:
            break
        match_need(pk)
