"""A thousand needs between two real sites, with every fault on the way: `make partners`.

`python -m tests.partners.two_sites.run`: prints tables, and exits with 1 where a promise was not kept.
"""

import json
import os
import sys
from argparse import ArgumentParser
from collections import Counter
from itertools import starmap
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.partners.two_sites.neighbourhoods import Neighbourhoods, Outcome, outcome
from tests.partners.two_sites.proxy import Fault, Passed
from tests.partners.two_sites.sites import two_sites

ROUGH = {
    Fault.DROPPED: 0.03,
    Fault.CUT: 0.02,
    Fault.FLIPPED: 0.02,
    Fault.BUSY: 0.02,
    Fault.QUEUED: 0.02,
    Fault.ANSWER_LOST: 0.04,
    Fault.DOUBLED: 0.06,
    Fault.DELAYED: 0.03,
    Fault.AGAIN_LATER: 0.05,
}
"""Three tries in ten meet something, one in seven comes to nothing."""
HANGS_TOO = ROUGH | {Fault.HUNG: 0.001}


def main() -> int:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--referrals", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--days-away", type=int, default=3, help="of the group that helps")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--messages", type=Path, help="write the messages as they went to this folder"
    )
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mutualaid.settings")
    server = os.environ.get("DATABASE_URL", "")
    with (
        TemporaryDirectory(prefix="mutualaid-two-sites-") as folder,
        two_sites(Path(folder), seed=arguments.seed, server=server) as sites,
    ):
        between = Neighbourhoods(sites, arguments.referrals, seed=arguments.seed)
        between.pair()
        for site in sites:
            site.proxy.weather.chances = HANGS_TOO
        between.run(kills=arguments.kills, days_away=arguments.days_away)
        found = outcome(between)
        show(between, found)
        if arguments.messages:
            write_messages(between, arguments.messages)
    for promise in found.broken:
        print(f"NOT KEPT: {promise}", file=sys.stderr)
    return 1 if found.broken else 0


def show(between: Neighbourhoods, found: Outcome) -> None:
    """Print what was done to the messages, and how each plan ended on both sides."""
    numbers = between.numbers
    faults = sum((site.proxy.counts() for site in between.sites), Counter[Fault]())
    written = sum(len(site.act("messages")) for site in between.sites)
    print(
        f"{len(between.plans):,} needs, {written:,} messages, {faults.total():,} tries over the wire",
        end="",
    )
    print(f" in {numbers.seconds:.0f} s and {numbers.rounds} rounds of an hour")
    print("\nwhat became of a try                     how often")
    for fault in Fault:
        print(f"  {fault:<38}{faults[fault]:>9,}")
    print(f"  {'a site killed in the middle':<38}{numbers.kills:>9,}")
    print(f"  {'days that a site was away':<38}{numbers.days_away:>9,}")
    for status, count in sorted(numbers.repeated.items()):
        print(f"  {f'an old message again: {status}':<38}{count:>9,}")
    print("\nplan                      here         there       how often")
    for (plan, here, there), count in sorted(found.ended.items()):
        print(f"  {plan:<24}{here:<13}{there:<13}{count:>8,}")


def write_messages(between: Neighbourhoods, folder: Path) -> None:
    """Write each message that was taken up, as it went, and what each said of one neighbour: `learnt.txt`."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: dict[str, tuple[float, str, Passed]] = {}
    for site in between.sites:
        for one in site.proxy.passed:
            if one.status == 200:
                taken.setdefault(one.message_id, (one.at, site.name, one))
    in_order = [(name, one) for _at, name, one in sorted(taken.values(), key=itemgetter(0))]
    for number, (name, one) in enumerate(in_order):
        (folder / f"{number:05}-to-{name.lower()}.http").write_bytes(one.request)
    referral = next(referral for referral, plan in between.plan_of.items() if plan == "confirmed")
    about = [(name, one.body) for name, one in in_order if referral.encode() in one.body]
    (folder / "learnt.txt").write_text("\n".join(starmap(_learnt, about)))


def _learnt(name: str, body: bytes) -> str:
    held = json.loads(body)
    kind = held.pop("kind")
    return f"{name} learns by {kind}:\n{json.dumps(held, indent=2, ensure_ascii=False)}\n"


if __name__ == "__main__":
    sys.exit(main())
