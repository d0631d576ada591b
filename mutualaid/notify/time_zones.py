"""The time zones a person can choose: one of all whose clocks agree from now on."""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone

REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def all_zones() -> frozenset[str]:
    """Every IANA name this machine knows."""
    return frozenset(available_timezones())


@cache
def distinct_zones() -> tuple[str, ...]:
    """About 90 IANA names, a fifth of all: zones whose clocks agree from now on are listed once.

    From `zonenow.tab` of the IANA database, which comes with the package tzdata.
    """
    lines = (files("tzdata.zoneinfo") / "zonenow.tab").read_text(encoding="utf-8").splitlines()
    names = (line.split("\t")[2] for line in lines if not line.startswith("#"))
    return tuple(sorted(name for name in names if name.startswith(REGIONS)))


def choices(*also: str) -> list[tuple[str, str]]:
    """(name, label) for a select, each with what the clock there shows now; with the names `also`."""
    names = sorted({*distinct_zones(), *also} & all_zones())
    now = timezone.now()
    return [
        (name, f"{name.replace('_', ' ')} · {now.astimezone(ZoneInfo(name)):%H:%M}")
        for name in names
    ]
