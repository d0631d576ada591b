"""What pages have promised to people who came through a storm, held against the rows and what arrived."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from mutualaid.matching.models import Match, NeedSearch
from mutualaid.notify.models import Attempt, Notification
from mutualaid.notify.recipient import reached_fingerprint
from mutualaid.people.models import User
from requests_app.access.links import ask_by_token
from requests_app.models import Ask, AskContact, Claim
from tests.chaos.visits.mail import BAD
from tests.load.claims import overfull
from tests.load.table import Seen

AWAY = ("0 and not", "503 and not", "502 and not")
"""What people see of a site that is down, or that cannot write."""
FOUND_OTHERWISE, TAKEN_BY_OTHERS = ("200 and not", "404 and not"), ("/help/", "/claims/")
"""As a place that someone else has taken, on the pages that lead to one."""
MET_BY_NOW = "no link to /change/$ on /need/"
"""Who comes back to a need that is done finds nothing to change."""


@dataclass(frozen=True)
class Outcome:
    """`receipts`: what pages have confirmed; `copies` and `recipients`: of each mail, by Message-ID.

    `in_doubt`: how often the mail server gave no clear answer, by Message-ID; `in_hand`: how often a message
    was being sent when something failed; `unsettled`: what was still due `settles_within` seconds after the
    last fault.
    """

    receipts: Sequence[Mapping[str, str]]
    seen: Sequence[Seen]
    copies: Mapping[str, int]
    recipients: Mapping[str, str]
    answers: Mapping[str, int]
    in_doubt: Mapping[str, int]
    in_hand: Mapping[int, int]
    kept_away: User
    """Who must not find out, wherever a neighbour has named someone."""
    unsettled: Sequence[str]
    settles_within: float
    missing: Sequence[str]
    """Journeys that no one walked to their end."""
    is_back: bool
    """Whether the site answers once it is over."""
    faults: Sequence[str]


def not_kept(outcome: Outcome) -> list[str]:
    """The promises that the storm broke, each with how often."""
    broken = {
        "each ask that a page confirmed is there": _lost_asks(outcome),
        "an ask that was sent again is there once": _asked_twice(),
        "each yes that a page confirmed holds": _lost_claims(outcome),
        "no place is taken twice": overfull(),
        "each ask and each yes is told": _untold(),
        "no message that was handed over is lost": _lost_messages(outcome),
        "no message comes twice but one in doubt": _twice(outcome),
        "each mail goes to whom it is for": _to_someone_else(outcome),
        "who must not find out does not": _found_out(outcome),
        f"all that is due is settled within {outcome.settles_within:.0f} s": len(outcome.unsettled),
        "a page that cannot do it says so": len(_broken_pages(outcome)),
        "someone walks each way to its end": len(outcome.missing),
        "the site is back": int(not outcome.is_back),
        "someone is found where another must not know": int(not _looked_for_others()),
        "people have asked and said yes": 2 - _kinds_of_receipts(outcome),
        "the mail server was in every mood": len(BAD - outcome.answers.keys()),
    }
    return [f"{promise}: {times} times" for promise, times in broken.items() if times]


def show(outcome: Outcome) -> None:
    """Print what was done to the site, and what people saw and got."""
    print("\nfaults: " + ", ".join(f"{n} x {name}" for name, n in _counted(outcome.faults)))
    print("mail server: " + ", ".join(f"{n} x {mood}" for mood, n in outcome.answers.items()))
    said_yes = sum("yes" in receipt for receipt in outcome.receipts)
    states = Counter(Notification.objects.values_list("state", flat=True))
    extra = sum(outcome.copies.values()) - len(outcome.copies)
    away = sum(one.error.startswith(AWAY) for one in outcome.seen)
    lines = {
        "requests": len(outcome.seen),
        "answered that the site is away": away,
        "not answered rightly": len(_broken_pages(outcome)),
        "asks confirmed": len(outcome.receipts) - said_yes,
        "asks lost": _lost_asks(outcome),
        "yes confirmed": said_yes,
        "yes lost": _lost_claims(outcome),
        "places taken twice": overfull(),
        "messages": ", ".join(f"{state} {n}" for state, n in states.items()),
        "messages lost": _lost_messages(outcome),
        "copies beyond the first": extra,
        "of them not in doubt": _twice(outcome),
        "not settled at the end": len(outcome.unsettled),
    }
    for name, value in lines.items():
        print(f"   {name:34}{value:>8}")
    for late in outcome.unsettled:
        print(f"   late: {late}")
    wrong = Counter((one.name, one.error) for one in outcome.seen if one.error)
    for (name, error), times in wrong.most_common():
        if not error.startswith(AWAY):
            print(f"   {times} x {name}: {error}")


def _counted(words: Sequence[str]) -> list[tuple[str, int]]:
    return [(word, len(list(same))) for word, same in groupby(sorted(words))]


def _lost_asks(outcome: Outcome) -> int:
    return _asks(outcome).count(None)


def _asks(outcome: Outcome) -> list[Ask | None]:
    """Of each link that a page showed, the ask that it opens."""
    return [_ask(receipt) for receipt in outcome.receipts if "link" in receipt]


def _ask(receipt: Mapping[str, str]) -> Ask | None:
    found = ask_by_token(receipt["link"].strip("/").rpartition("/")[2])
    return found[0] if found else None


def _asked_twice() -> int:
    """Each who asks has an e-mail of their own."""
    emails = Counter(contact.email for contact in AskContact.objects.all())
    return sum(emails.values()) - len(emails)


def _lost_claims(outcome: Outcome) -> int:
    matches = {receipt["yes"] for receipt in outcome.receipts if "yes" in receipt}
    said_yes = Match.objects.filter(public_id__in=matches).values_list("need", "offer__volunteer")
    claims = set(Claim.objects.values_list("need", "volunteer"))
    return len(matches) - len(claims.intersection(said_yes))


def _untold() -> int:
    """Needs without a receipt, and claims without word to both."""
    due = {("need_received", need) for need in _needs()}
    claims = Claim.objects.values_list("pk", flat=True)
    due |= {(kind, pk) for kind in ("need_claimed", "claim_made") for pk in claims}
    return len(due - set(Notification.objects.values_list("kind", "about_id")))


def _needs() -> set[int]:
    return set(AskContact.objects.values_list("ask__needs", flat=True))


def _lost_messages(outcome: Outcome) -> int:
    """Sent, as the site says, and nothing of it has arrived; or given up, though every address works."""
    attempts = Attempt.objects.filter(channel="email")
    sent = set(attempts.filter(state="sent").values_list("message_id", flat=True))
    given_up = Notification.objects.filter(state__in=("failed", "to_call", "uncertain")).count()
    return len(sent - outcome.copies.keys()) + given_up


def _twice(outcome: Outcome) -> int:
    """Mails of which more copies came than there were doubts whether one had."""
    doubts = Counter(outcome.in_doubt)
    in_hand = Attempt.objects.filter(notification__in=outcome.in_hand)
    for message, notification in in_hand.values_list("message_id", "notification"):
        doubts[message] += outcome.in_hand[notification]
    return sum(copies > 1 + doubts[message] for message, copies in outcome.copies.items())


def _to_someone_else(outcome: Outcome) -> int:
    mails = Attempt.objects.filter(message_id__in=outcome.copies.keys())
    whom = mails.values_list("message_id", "reached", "notification__recipient")
    return sum(
        reached_fingerprint(outcome.recipients[message], has_account=account is not None) != reached
        for message, reached, account in whom
    )


def _found_out(outcome: Outcome) -> int:
    """Asks that are kept from no one though their neighbour said so, and that someone was matched with."""
    to_keep = [receipt for receipt in outcome.receipts if receipt.get("keep_from")]
    open_to_all = [ask for ask in map(_ask, to_keep) if ask and not ask.exclusions.exists()]
    matched = Match.objects.filter(
        need__ask__exclusions__isnull=False, offer__volunteer=outcome.kept_away
    )
    return len(open_to_all) + matched.count()


def _broken_pages(outcome: Outcome) -> list[Seen]:
    return [one for one in outcome.seen if one.error and not _is_fine(one)]


def _is_fine(one: Seen) -> bool:
    is_taken = any(path in one.name for path in TAKEN_BY_OTHERS)
    fine = (*AWAY, MET_BY_NOW)
    return one.error.startswith((*fine, *FOUND_OTHERWISE) if is_taken else fine)


def _looked_for_others() -> bool:
    """Or else no one could have found out."""
    kept = NeedSearch.objects.filter(need__ask__exclusions__isnull=False, candidates__gt=0)
    return kept.exists()


def _kinds_of_receipts(outcome: Outcome) -> int:
    return len({"yes" in receipt for receipt in outcome.receipts})
