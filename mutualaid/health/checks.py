"""The named checks: each a small function that returns its findings. None changes anything."""

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import run_checks
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from redis import RedisError

from mutualaid import clock
from mutualaid.beat import redis_at
from mutualaid.checks import BACKUPS, KEYS
from mutualaid.health.findings import Finding, State, Text
from mutualaid.health.heartbeats import BEAT, WORKERS
from mutualaid.health.models import Heartbeat
from mutualaid.local_time import format_moment
from mutualaid.notify.channels import CHANNELS
from mutualaid.notify.channels.base import PermanentFailure
from mutualaid.notify.channels.call import Call
from mutualaid.notify.channels.push import Push
from mutualaid.notify.models import Attempt, Notification
from mutualaid.partners.models import Partner
from mutualaid.partners.standing import Standing, standings
from mutualaid.partners.states import PartnerState
from mutualaid.policy.current import read_policy
from mutualaid.record.models import RecordCheck, RecordEntry
from requests_app.models import Need

Limits = tuple[timedelta, timedelta]
"""From when on something is late, and from when on it stands still. Assumed, not measured (ADR 97)."""
HEARTBEAT_AGES: Limits = (timedelta(minutes=2), timedelta(minutes=5))
DUE_AGES: Limits = (timedelta(minutes=10), timedelta(minutes=30))
CHANNEL_AGES: Limits = (timedelta(hours=1), timedelta(hours=2))
SEALING_AGES: Limits = (timedelta(hours=3), timedelta.max)
AWAY_FOR = timedelta(days=1)
"""Before that a group may just be moving its site."""
CLOCKS_APART: Limits = (timedelta(seconds=30), timedelta(minutes=5))
FREE_BYTES = (1_000_000_000, 200_000_000)
"""Below the first a disk is nearly full; below the second what is written soon fails."""
FAILED_IN_A_ROW = 5
"""So many messages given up one after the other are the way's fault, and not that of their addresses."""
FAILED_LATELY = timedelta(days=1)
"""Nothing was tried since the last of them, and no one can say how the way is now."""
LAST_ATTEMPTS = 500

START_DATABASE = _("Start the database again, and look at its log.")
MIGRATE = _("Run manage.py migrate, then start the site again.")
RESTART = _("Start the worker and beat again, and look at their logs.")
PUT_BACK_KEYS = _("Put back the keys that this site had: the operator's guide says where they are.")
START_BROKER = _("Start the broker (Redis) again. Until then all goes on, but slowly.")
LOOK_AT_WAY = _("See whether its server answers, and whether its password still holds.")
MAKE_ROOM = _("Make room: move old backups and logs elsewhere.")
MAKE_BACKUPS = _("See whether BACKUP_RECIPIENTS is set, and read the log of the nightly backup.")
LET_IT_WRITE = _("Let the site's own account write the file that ERASURE_LEDGER names.")
SET_CLOCK = _("Let this machine take its time from the network (NTP).")
RING_THEM = _("Ring them. Their number stands on our page of neighbouring groups.")
CHECK_RECORD = _("Run manage.py check_record on the server. It says what is wrong there.")
NO_ANSWER = _("It doesn't answer.")
TITLES: dict[str, tuple[Text, Text]] = {
    "database": (_("Database"), START_DATABASE),
    "migrations": (_("Database and release"), MIGRATE),
    "clock": (_("Clock"), SET_CLOCK),
    BEAT: (_("Beat, which starts everything on time"), RESTART),
    **{
        part: (format_lazy(_("Worker for “{queue}”"), queue=queue), RESTART)
        for part, queue in WORKERS.items()
    },
    "messages": (_("Messages that are due"), RESTART),
    "matching": (_("Needs that wait for a match"), RESTART),
    **{
        f"channel-{name}": (channel.label, LOOK_AT_WAY)
        for name, channel in CHANNELS.items()
        if name != Call.name
    },
    "keys": (_("Keys"), PUT_BACK_KEYS),
    "broker": (_("Broker"), START_BROKER),
    "disk": (_("Disk"), MAKE_ROOM),
    "ledger": (_("List of what was erased"), LET_IT_WRITE),
    "backup": (_("Backup"), MAKE_BACKUPS),
    "sealing": (_("Sealing of our record"), RESTART),
    "record": (_("Our record"), CHECK_RECORD),
    "partners": (_("Neighbouring groups"), RING_THEM),
}
"""By the name of a check: what it looks at, and what helps where it is not well."""
SWITCHED_ON = ("sealing", "record", "partners")
"""Found where the group keeps a record, or has partners, and nowhere else."""


def found(name: str, state: State = State.OK, reason: Text = "") -> Finding:
    title, advice = TITLES[name]
    return Finding(name, title, state, reason, advice) if state else Finding(name, title)


def unanswered(name: str) -> Finding:
    return found(name, State.BROKEN, NO_ANSWER)


def database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    yield found("database")


def migrations() -> Iterator[Finding]:
    missing = _migrations_of_this_release() - set(
        MigrationRecorder(connection).applied_migrations()
    )
    reason = _("The database isn't ready for this release yet.")
    yield found("migrations", State.BROKEN, reason) if missing else found("migrations")


@cache
def _migrations_of_this_release() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).disk_migrations)


def clocks() -> Iterator[Finding]:
    """This machine's against the database's; and a part that was heard of in the future."""
    now = clock.now()
    apart = abs(now - timezone.now())
    last = Heartbeat.objects.aggregate(last=Max("at"))["last"]
    apart = max(apart, last - now if last else apart)
    seconds = round(apart.total_seconds())
    reason = format_lazy(_("Two clocks are {seconds} seconds apart."), seconds=seconds)
    yield found("clock", _state(apart, CLOCKS_APART), reason)


def heartbeats() -> Iterator[Finding]:
    """Beat, and the worker of each queue."""
    now = clock.now()
    last: dict[str, datetime] = dict(Heartbeat.objects.values_list("part", "at"))
    for part in (BEAT, *WORKERS):
        if part in last:
            reason = format_lazy(
                _("The last sign of life was at {moment}."), moment=_told(last[part])
            )
            yield found(part, _state(now - last[part], HEARTBEAT_AGES), reason)
        else:
            yield found(part, State.BROKEN, _("There has been no sign of life yet."))


def messages() -> Iterator[Finding]:
    yield _waits("messages", Notification.objects.due().aggregate(first=Min("due_at"))["first"])


def matching() -> Iterator[Finding]:
    due = Need.objects.due_for_matching().order_by().aggregate(first=Min("match_due_at"))
    yield _waits("matching", due["first"])


def _waits(name: str, since: datetime | None, limits: Limits = DUE_AGES) -> Finding:
    if since is None:
        return found(name)
    reason = format_lazy(_("The first in line has waited since {moment}."), moment=_told(since))
    return found(name, _state(clock.now() - since, limits), reason)


def channels() -> Iterator[Finding]:
    """Each way on which something was due: since when nothing went out on it.

    A browser that is gone tells nothing of the others.
    """
    trying = Attempt.objects.filter(
        notification__state=Notification.State.WAITING, state=Attempt.State.TRYING
    )
    waiting = dict(trying.order_by().values_list("channel").annotate(since=Min("began_at")))
    columns = "channel", "state", "began_at", "sent_at"
    of_ways = Attempt.objects.exclude(channel=Push.name, error=PermanentFailure.__name__)
    recent = list(of_ways.order_by("-pk").values_list(*columns)[:LAST_ATTEMPTS])
    now = clock.now()
    for name in CHANNELS:
        if name == Call.name:
            continue
        rows = [row for row in recent if row[0] == name]
        last = max((sent_at for _name, _state, _began, sent_at in rows if sent_at), default=None)
        since = min(_nothing_since(rows, waiting.get(name)), default=None)
        since = max(since, last) if since and last else since
        yield _silent(name, since, now)


def _nothing_since(rows: list[Any], waiting: datetime | None) -> Iterator[datetime]:
    """Since when something is tried in vain, and since when all that was tried is given up."""
    if waiting:
        yield waiting
    in_a_row = rows[:FAILED_IN_A_ROW]
    failed = [began for _name, state, began, _at in in_a_row if state == Attempt.State.FAILED]
    if len(failed) == FAILED_IN_A_ROW and clock.now() - max(failed) < FAILED_LATELY:
        yield min(failed)


def _silent(channel: str, since: datetime | None, now: datetime) -> Finding:
    name = f"channel-{channel}"
    if since is None:
        return found(name)
    reason = format_lazy(
        _("Nothing has gone out since {moment}, and something was due."), moment=_told(since)
    )
    return found(name, _state(now - since, CHANNEL_AGES), reason)


def keys() -> Iterator[Finding]:
    """What is sealed opens again, and the database was sealed with these."""
    are_well = not run_checks(tags=[KEYS], databases=[DEFAULT_DB_ALIAS])
    reason = _("What was sealed with them doesn't open.")
    yield found("keys") if are_well else found("keys", State.BROKEN, reason)


def broker() -> Iterator[Finding]:
    try:
        with redis_at(settings.CELERY_BROKER_URL) as redis:
            redis.ping()
        yield found("broker")
    except RedisError:
        yield unanswered("broker")


def disk() -> Iterator[Finding]:
    """Where the site keeps its data, and where SQLite keeps the database."""
    free = min(map(_free_bytes, _folders()))
    nearly_full, full = FREE_BYTES
    state = State.BROKEN if free < full else State.LATE if free < nearly_full else State.OK
    reason = format_lazy(_("Only {megabytes} MB are free."), megabytes=free // 1_000_000)
    yield found("disk", state, reason)


def ledger() -> Iterator[Finding]:
    """What is erased must be written down, or a restore would bring it back."""
    file = settings.ERASURE_LEDGER
    can_be_written = os.access(file if file.exists() else file.parent, os.W_OK)
    reason = _("What is erased can't be added to it, and a restore would bring it back.")
    yield found("ledger") if can_be_written else found("ledger", State.BROKEN, reason)


def backup() -> Iterator[Finding]:
    """No alarm comes of it: that the last night's is missing can wait until someone looks."""
    late = run_checks(tags=[BACKUPS], databases=[DEFAULT_DB_ALIAS])
    yield found("backup", State.LATE, late[0].msg) if late else found("backup")


def record() -> Iterator[Finding]:
    """No alarm comes of it: a number that does not hold stays so, and would hide what breaks next."""
    if not read_policy().has_record:
        return
    waiting = RecordEntry.objects.filter(seal=None).aggregate(first=Min("at"))
    yield _waits("sealing", waiting["first"], SEALING_AGES)
    last = RecordCheck.objects.first()
    if last is None or last.holds:
        yield found("record")
    else:
        reason = _("The check of {moment} found that number {number} doesn't hold.")
        told = format_lazy(reason, moment=_told(last.at), number=last.number)
        yield found("record", State.LATE, told)


def partners() -> Iterator[Finding]:
    """No alarm comes of it: what is to be done is to ring another group, and that can wait for the day."""
    if not read_policy().has_partners:
        return
    live = Partner.objects.filter(state=PartnerState.LIVE).order_by("name", "pk")
    reasons = [reason for one in standings(live) for reason in _of_partner(one)]
    said = format_lazy("{}" + " {}" * (len(reasons) - 1), *reasons)
    yield found("partners", State.LATE, said) if reasons else found("partners")


def _of_partner(standing: Standing) -> Iterator[Text]:
    partner = standing.partner
    since = partner.away_since
    if since and clock.now() - since > AWAY_FOR:
        text = (
            _("{group} has let in nothing of ours since {moment}.")
            if standing.refuses_us
            else _("The site of {group} hasn't answered since {moment}.")
        )
        yield format_lazy(text, group=partner.name, moment=_told(since))
    if lost := standing.refused + standing.given_up:
        text = _("Messages that {group} didn't take in the last two weeks: {count}.")
        yield format_lazy(text, group=partner.name, count=lost)


def _folders() -> Iterable[Path]:
    database = settings.DATABASES["default"]
    is_file = database["ENGINE"].endswith("sqlite3")
    return {settings.DATA_DIR, *([Path(database["NAME"]).parent] if is_file else [])}


def _free_bytes(folder: Path) -> int:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def _state(age: timedelta, limits: Limits) -> State:
    late, broken = limits
    return State.BROKEN if age >= broken else State.LATE if age >= late else State.OK


def _told(moment: datetime) -> Text:
    return lazy(format_moment, str)(moment)


Look = Callable[[], Iterator[Finding]]
GROUPS: dict[str, tuple[Look, ...]] = {
    "database": (database,),  # alone, for whether pages are served hangs on it
    "tables": (
        migrations,
        clocks,
        heartbeats,
        messages,
        matching,
        channels,
        keys,
        record,
        partners,
    ),
    "broker": (broker,),
    "disk": (disk, ledger),
    "backup": (backup,),
}
"""Each group is looked at in a thread of its own, so that one that hangs holds up no other."""
