"""Count by which way people heard, from what the world outside took, and print it as a table."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from mutualaid.notify.models import Attempt, CallTask, Notification
from tests.chaos.servers import World
from tests.chaos.ways.lists import GOOD, NEIGHBOURS, VOLUNTEERS, Ways
from tests.chaos.ways.storm import Person

MAIL, TEXT, DEVICE = "mail", "text", "device"
ON_CALL_LIST, GIVEN_UP = "on call list", "given up"
UNHEARD, UNSEEN = "UNHEARD", "UNSEEN"
ENDS = (MAIL, TEXT, DEVICE, ON_CALL_LIST, GIVEN_UP, UNHEARD, UNSEEN)
"""What comes of messages: they arrive by mail, text or device, or a coordinator rings.

"Given up": a coordinator sees it. Unheard: nobody told the person, though one of their ways works. Unseen: no
way works, and no coordinator sees it.
"""


@dataclass
class Row:
    """The people with one list of ways; in `ends` each counts once for each end that is theirs.

    `twice`: texts that came twice, and mails under a second Message-ID. `copies`: mails and notices that
    came once more, which mail programs and browsers recognise as the same.
    """

    people: int = 0
    messages: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    twice: int = 0
    copies: int = 0


class Arrived:
    """What the world outside took, by the id of the message: the ways, what came twice, and copies."""

    def __init__(self, world: World) -> None:
        mail, texts, maker = world.mail, world.texts, world.maker
        self.by: dict[int, set[str]] = defaultdict(set)
        self.twice, self.copies = Counter[int](), Counter[int]()
        mails = Counter[tuple[int, str]]()
        ways = Attempt.objects.values_list("message_id", "notification", "reached")
        for message_id, pk, reached in ways:
            if message_id in mail.copies:
                mails[pk, reached] += 1
                self.copies[pk] += len(mail.copies[message_id]) - 1
                if mail.recipients[message_id].endswith(f"@{GOOD}"):
                    self.by[pk].add(MAIL)
            if message_id in texts.taken:
                self.twice[pk] += texts.taken[message_id] - 1
                if message_id not in texts.cut_off:
                    self.by[pk].add(TEXT)
        for (pk, _reached), message_ids in mails.items():
            self.twice[pk] += message_ids - 1
        for pk, shown in maker.shown.items():
            self.by[pk].add(DEVICE)
            self.copies[pk] += shown - 1


def count(people: Iterable[Person], arrived: Arrived) -> dict[Ways, Row]:
    """Count what came of the messages to these people, by their list of ways."""
    rows = {ways: Row() for ways in (*NEIGHBOURS, *VOLUNTEERS)}
    messages = Notification.objects.values_list("pk", "kind", "about_id")
    pks = {(kind, about): pk for pk, kind, about in messages}
    to_call = set(CallTask.calls.to_make().values_list("pk", flat=True))
    given_up = set(Notification.objects.stuck().values_list("pk", flat=True))
    for person in people:
        row = rows[person.ways]
        due = [pks.get(told, 0) for told in person.due]
        row.people += 1
        row.messages += len(due)
        row.twice += sum(arrived.twice[pk] for pk in due)
        row.copies += sum(arrived.copies[pk] for pk in due)
        heard = [
            arrived.by[pk] | ({ON_CALL_LIST} if person.ways.rings and pk in to_call else set())
            for pk in due
        ]
        ends = set[str]().union(*heard)
        if given_up.intersection(due):
            ends.add(GIVEN_UP)
        if person.ways.works and not all(heard):
            ends.add(UNHEARD)
        row.ends.update(ends or ({UNSEEN} if due else ()))
    return rows


def show(rows: dict[Ways, Row], answers: dict[str, int]) -> None:
    print(f"\n{'list of ways':<48}{'people':>7}{'messages':>10}", end="")
    print("".join(f"{end:>{len(end) + 2}}" for end in ENDS), f"{'twice':>6}{'copies':>8}")
    for ways, row in rows.items():
        print(f"{ways.name:<48}{row.people:>7}{row.messages:>10}", end="")
        print("".join(f"{row.ends[end]:>{len(end) + 2}}" for end in ENDS), end=" ")
        print(f"{row.twice:>6}{row.copies:>8}")
    print(", ".join(f"{answer}: {times}" for answer, times in answers.items()))


def not_kept(rows: dict[Ways, Row], answers: dict[str, int], *, most_copies: float) -> list[str]:
    """The promises that the storm broke; copies are at most so many percent of the messages."""
    ends = sum((row.ends for row in rows.values()), Counter[str]())
    messages = sum(row.messages for row in rows.values())
    copies = 100 * sum(row.copies for row in rows.values()) / max(1, messages)
    kept = {
        "of each list of ways there is someone": all(row.people for row in rows.values()),
        "the world outside gave every bad answer": all(answers.values()),
        "no one is unheard who has a way that works": not ends[UNHEARD],
        "whom no way reaches, a coordinator sees": not ends[UNSEEN],
        "nothing goes twice on one way": not any(row.twice for row in rows.values()),
        f"copies are at most {most_copies} %": copies <= most_copies,
    }
    return [promise for promise, is_kept in kept.items() if not is_kept]
