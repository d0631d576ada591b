"""Which ways people have, and what the world outside answers there."""

from dataclasses import dataclass

from tests.chaos.gateways import BUSY, CUT_OFF, HEALTHY, LIES, STALE, TAKES
from tests.chaos.mail_server import REFUSED

GOOD = "people.example"
BOUNCES = "bounces.example"
"""Its server takes every mail, and reports some seconds later that the mailbox is not there."""


@dataclass(frozen=True)
class Ways:
    """The domain of their e-mail, the answer to a text, their devices, and whether they may be rung."""

    name: str
    mail: str = ""
    text: str = ""
    devices: tuple[str, ...] = ()
    rings: bool = False

    @property
    def is_written_to(self) -> bool:
        return bool(self.mail or self.text)

    @property
    def works(self) -> bool:
        """Whether one of them works for certain; of a text that was cut off no one knows."""
        return (
            self.mail == GOOD or self.text in (BUSY, TAKES) or HEALTHY in self.devices or self.rings
        )


# A text that may have gone out is sent no second time (ADR 73), and a worker may be killed while it sends: a
# text alone is no certain way, so that each has another beside it.
NEIGHBOURS = (
    Ways("e-mail", mail=GOOD),
    Ways("refused e-mail", mail=REFUSED),
    Ways("refused e-mail, calls", mail=REFUSED, rings=True),
    Ways("bouncing e-mail", mail=BOUNCES),
    Ways("bouncing e-mail, calls", mail=BOUNCES, rings=True),
    Ways("text, calls", text=TAKES, rings=True),
    Ways("busy text, calls", text=BUSY, rings=True),
    Ways("lying text, e-mail", text=LIES, mail=GOOD),
    Ways("lying text, bouncing e-mail, calls", text=LIES, mail=BOUNCES, rings=True),
    Ways("cut-off text, e-mail", text=CUT_OFF, mail=GOOD),
    Ways("cut-off text, bouncing e-mail, calls", text=CUT_OFF, mail=BOUNCES, rings=True),
    Ways("calls", rings=True),
    Ways("nothing"),
)
VOLUNTEERS = (
    Ways("stale and healthy device", devices=(HEALTHY, STALE)),
    Ways("stale device, e-mail", devices=(STALE,), mail=GOOD),
    Ways("stale device, bouncing e-mail", devices=(STALE,), mail=BOUNCES),
    Ways(
        "stale device, lying text, refused e-mail, calls",
        devices=(STALE,), text=LIES, mail=REFUSED, rings=True,
    ),
)  # fmt: skip
