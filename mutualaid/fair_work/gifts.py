"""Count what people give and receive, each for themself alone."""

from collections import Counter
from collections.abc import Collection

from django.db import transaction
from django.db.models import F

from mutualaid.fair_work.models import GiftCount
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from requests_app.models import Ask, Claim, Need


@transaction.atomic
def count_gifts(need: Need, claims: Collection[Claim]) -> None:
    """Count these claims, which the neighbour has just confirmed; call it in that transaction.

    Each claim is confirmed once, so it counts once. An account that is erased meanwhile is left alone.
    """
    given = Counter(claim.volunteer_id for claim in claims)
    receiver = _receiver(need)
    received = {receiver: len(claims)} if receiver else {}
    people = User.objects.filter(pk__in={*given, *received}, erased_at=None)
    # Locked in the order of ids, as everywhere: two who give to each other at once do not wait in a ring.
    locked = people.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)
    for pk in list(locked):
        GiftCount.objects.get_or_create(user_id=pk)
        GiftCount.objects.filter(user=pk).update(
            given=F("given") + given[pk], received=F("received") + received.get(pk, 0)
        )


def gifts_of(user: User) -> GiftCount | None:
    """Their count, for their own eyes; None where nothing is counted yet or the group does not count."""
    if not current_policy().counts_gifts:
        return None
    return GiftCount.objects.filter(user=user).first()


def _receiver(need: Need) -> int | None:
    """The account that asked for it for itself; also where the ask was put together with another since.

    None of something sensitive: nothing that is stored leads from that to an account.
    """
    ask = Ask.objects.get(pk=need.came_with_id or need.ask_id)
    return ask.account_id if ask.for_whom == Ask.ForWhom.SELF else None
