"""What mail servers say of a mail: in their answer at once, in a report that comes back, in a complaint.

Nothing here knows the database. Reports are read as in RFC 3464, complaints as in RFC 5965, and else the
free text of servers that write neither.
"""

import re
from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from enum import IntEnum
from itertools import islice
from quopri import decodestring

MOST_BYTES = 1_000_000
"""What is read of a report. Ours are small, and what matters stands before the mail that came back."""
MOST_IDS = 10


class Fate(IntEnum):
    """What became of a mail at one recipient, the worse the higher.

    UNDELIVERED was given up for a reason that is not the address: a full mailbox, a server that was down, or
    a mistake of ours. FAILED was refused for good, and it is not said why. GONE: no such address any more.
    """

    ARRIVED = 0
    COMPLAINED = 1
    LATE = 2
    UNDELIVERED = 3
    FAILED = 4
    GONE = 5


@dataclass(frozen=True)
class Report:
    """The Message-IDs that a report is about, and the fate at each recipient that it names ("" for none)."""

    message_ids: frozenset[str] = frozenset()
    fates: Mapping[str, Fate] = field(default_factory=dict)

    def fate_at(self, is_recipient: Callable[[str], bool]) -> Fate:
        """What became of a mail to the one recipient for whom `is_recipient` holds.

        Where only others are named, it was forwarded: the mildest fate counts, and the address is not gone.
        """
        own = [fate for named, fate in self.fates.items() if not named or is_recipient(named)]
        if own:
            return min(own)
        return min([*self.fates.values(), Fate.FAILED]) if self.fates else Fate.ARRIVED


NO_SUCH_ADDRESS = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}
"""Enhanced status codes (RFC 3463) of an address that is not there, or switched off."""
SAYS_NOTHING = {"5.0.0"}
NOT_THE_ADDRESS = re.compile(r"4\..*|5\.(1\.[78]|2\.[23]|[367]\..*|4\.7|5\.[1-9].*)")
"""Status codes of full mailboxes, servers that are down, our sender, our server, or what we wrote."""
_CODE = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
_NO_SUCH_ADDRESS = re.compile(
    r"user unknown|unknown user|no such (user|mailbox|address|recipient|person)"
    r"|(user|recipient|mailbox|address)\W*not\W?found|no mailbox here by that name"
    r"|(does not|doesn't) (exist|have an? \S+ account)|unrouteable address"
    r"|(account|mailbox)( that you tried to reach)?( is| has been)? (disabled|closed|deactivated)"
    r"|recipient address rejected: access denied",
    re.IGNORECASE,
)
"""Microsoft's last words come with 5.4.1, which elsewhere is a server that does not answer."""
_NOT_THE_ADDRESS = re.compile(
    r"spam|virus|\bspf\b|dkim|dmarc|authenticat|polic(y|ies)|reputation|block(ed|.?list)|blacklist"
    r"|\bcontent\b|not allowed|prohibited|\brate\b|too (large|big|many)|quota|(mailbox|inbox)( is)? full",
    re.IGNORECASE,
)
_NAMES_AND_LINKS = re.compile(r"\S+@\S+|https?://\S+")


def fate_of_refusal(said: str, status: str = "") -> Fate:
    """What a refusal for good means, by its words and, where they hold no status code, by `status`."""
    codes = (set(_CODE.findall(said)) or {status}) - SAYS_NOTHING
    words = " ".join(_NAMES_AND_LINKS.sub(" ", said).split())
    if any(map(NOT_THE_ADDRESS.fullmatch, codes)) or _NOT_THE_ADDRESS.search(words):
        return Fate.UNDELIVERED
    if codes & NO_SUCH_ADDRESS or _NO_SUCH_ADDRESS.search(words):
        return Fate.GONE
    return Fate.FAILED


def read_report(written: bytes) -> Report:
    """Read a mail that came back; a report about nothing where it is none, or cannot be read."""
    try:
        mail = message_from_bytes(written[:MOST_BYTES])
        parts = list(_parts(mail))
        fates: Mapping[str, Fate]
        if fates := _fates_in(parts):
            ids = _ids_in(parts) or _ids_in_text(parts)
            if not ids:
                ids, fates = _answered(mail), _if_cut(mail, fates)
        elif fates := _fates_in_text(mail, parts):
            ids = _ids_in_text(parts) or _ids_in(parts)
        else:
            return Report()
    except RecursionError:  # parts within parts within parts: no mail server writes that
        return Report()
    return Report(frozenset(islice(ids, MOST_IDS)), fates)


def _parts(mail: Message) -> Iterator[Message]:
    """All parts, `mail` first, and what is wrapped in base64 or the like where a standard wants it plain."""
    for part in mail.walk():
        yield part
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            yield message_from_bytes(_decoded(part))
        elif kind.startswith("message/") and (raw := _unwrapped(part)):
            for block in re.split(rb"\r?\n\r?\n", raw):
                yield message_from_bytes(block)


def _unwrapped(part: Message) -> bytes:
    """The inside of a part of mail that was encoded as a whole; b"" where it was not."""
    encoding, inner = (
        str(part["Content-Transfer-Encoding"] or "").strip().lower(),
        part.get_payload(),
    )
    if encoding not in ("base64", "quoted-printable") or not isinstance(inner, list):
        return b""
    raw = b"\n".join(each.as_bytes() for each in inner if isinstance(each, Message))
    try:
        return b64decode(raw) if encoding == "base64" else decodestring(raw)
    except BadBase64:
        return b""


COMPLAINTS = {"abuse", "fraud", "opt-out", "opt-out-list"}
"""Feedback types after which a person wants no more; "not-spam" is the opposite, others are for servers."""
MICROSOFT_COMPLAINT = "X-HmXmrOriginalRecipient"
"""Stands in the mail that Outlook.com hands on when someone complains, in place of a report."""


def _fates_in(parts: list[Message]) -> dict[str, Fate]:
    """The fates by recipient that a report says in fields; empty where there are none."""
    fates: dict[str, Fate] = {}
    for part in parts:
        if _text_of(part, "Feedback-Type").lower() in COMPLAINTS or part[MICROSOFT_COMPLAINT]:
            return {"": Fate.COMPLAINED}
        if (fate := _fate_in(part)) is not None:
            named = _text_of(part, "Final-Recipient").rpartition(";")[2].strip(" <>")
            fates[named] = min(fate, fates.get(named, fate))
    return fates


ACTIONS = {
    "delayed": Fate.LATE,
    **dict.fromkeys(("delivered", "relayed", "expanded"), Fate.ARRIVED),
}


def _fate_in(part: Message) -> Fate | None:
    action = _text_of(part, "Action").lower().partition(" ")[0]
    if action != "failed":
        return ACTIONS.get(action)
    code = _CODE.search(_text_of(part, "Status"))
    return fate_of_refusal(_text_of(part, "Diagnostic-Code"), code.group() if code else "")


def _ids_in(parts: list[Message]) -> list[str]:
    """Of the mail that is attached, or of its headers."""
    return [id for part in parts[1:] for id in _ID.findall(_text_of(part, "Message-ID"))]


def _answered(mail: Message) -> list[str]:
    """Of the mail that a report answers, for one that came without it."""
    return _ID.findall(_text_of(mail, "In-Reply-To"))


def _if_cut(mail: Message, fates: Mapping[str, Fate]) -> Mapping[str, Fate]:
    """Where a report ends in the middle, its last words may have said more: no address is gone for that."""
    if not mail.defects:
        return fates
    return {named: min(fate, Fate.FAILED) for named, fate in fates.items()}


_ID = re.compile(r"<[!-;=?-~]+>")
_COPY = re.compile(
    r"^-+ *(this is a copy of the message|below this line is a copy).*$",
    re.IGNORECASE | re.MULTILINE,
)
_COPIED_ID = re.compile(rf"^\s*Message-ID:\s*({_ID.pattern})", re.IGNORECASE | re.MULTILINE)
_POSTMASTERS = {"mailer-daemon", "postmaster"}
_STILL_TRYING = re.compile(
    r"not yet been delivered|(will|to) (continue|keep|be retried)", re.IGNORECASE
)
_GIVEN_UP = re.compile(
    r"permanent (fatal )?error|(could not|couldn't|cannot|wasn't able to) (be )?deliver|\b5\d\d[ -]",
    re.IGNORECASE,
)


def _fates_in_text(mail: Message, parts: list[Message]) -> dict[str, Fate]:
    """The same for a report in words. A person's answer, as while they are away, is none."""
    failed = _text_of(mail, "X-Failed-Recipients")
    sender = parseaddr(_text_of(mail, "From"))[1].partition("@")[0].lower()
    if not failed and sender not in _POSTMASTERS:
        return {}
    said = _COPY.split(_words(parts), maxsplit=1)[0]
    if _STILL_TRYING.search(said):
        fate = Fate.LATE
    elif failed or _GIVEN_UP.search(said):
        fate = fate_of_refusal(said)
    else:
        return {}
    return dict.fromkeys((name.strip(" <>") for name in failed.split(",")), fate)


def _ids_in_text(parts: list[Message]) -> list[str]:
    return _COPIED_ID.findall(_words(parts))


def _words(parts: list[Message]) -> str:
    """All that a mail says as plain text, without regard to its alphabet: what is looked for is ASCII."""
    texts = (part for part in parts if part.get_content_type() == "text/plain")
    return "\n".join(_decoded(part).decode("ascii", errors="replace") for part in texts)


def _decoded(part: Message) -> bytes:
    raw = part.get_payload(decode=True)
    return raw if isinstance(raw, bytes) else b""


def _text_of(part: Message, header: str) -> str:
    return " ".join(str(part[header] or "").split())
