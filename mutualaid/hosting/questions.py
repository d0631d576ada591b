"""What a group must answer before its site runs: each question with its proposal and its check."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from babel.core import get_global
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pyrage import RecipientError
from pyrage.x25519 import Recipient

from mutualaid.forms.typed_text import one_line
from mutualaid.group.models import LONGEST_NAME, check_phone
from mutualaid.group.texts import TEXTS
from mutualaid.hosting.mail_address import LOCAL, MailServer
from mutualaid.notify.channels.sms import GATEWAYS
from mutualaid.people.forms import read_email_or_phone

Answers = Mapping[str, str]
HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")


@dataclass(frozen=True)
class Question:
    """`key` names its answer. `check` returns the answer as it is kept, or raises `ValidationError`.

    `propose` gets what is answered and known so far. `optional` may stay empty, which `help` then explains.
    A `secret` is neither shown nor repeated. `asked_if` says when it is asked at all.
    """

    key: str
    text: str
    help: str
    check: Callable[[str], str]
    propose: Callable[[Answers], str] = lambda _known: ""
    optional: bool = False
    secret: bool = False
    asked_if: Callable[[Answers], bool] = lambda _known: True


def _name(text: str) -> str:
    name = one_line(text)
    if len(name) > LONGEST_NAME:
        raise ValidationError(f"Use {LONGEST_NAME} letters at most.")
    return name


def _line(text: str) -> str:
    line = one_line(text)
    if len(line) > TEXTS["line"].most:
        raise ValidationError(f"Use {TEXTS['line'].most} letters at most.")
    return line


def _phone(text: str) -> str:
    check_phone(text)
    return text


def _email(text: str) -> str:
    validate_email(text)
    return text


def check_site_url(text: str) -> str:
    """Return the address of a front page in one form. Raises `ValidationError` for anything else."""
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except (ValueError, UnicodeError):
        host, port = "", None
    is_whole = _is_address(address) and (HOST.fullmatch(host) or host in LOCAL)
    if not is_whole:
        raise ValidationError("Write the address of the front page, like https://help.example.org.")
    if parts.scheme == "http" and host not in LOCAL:
        raise ValidationError(
            "Write it with https://. What people send must not be read on the way."
        )
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port else "")


def _is_address(address: str) -> bool:
    """Whether it is http(s)://HOST[:PORT] and nothing more."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    is_bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and is_bare and port != 0


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        near = sorted(
            zone
            for zone in available_timezones()
            if zone.rpartition("/")[2].lower() == text.strip().lower().replace(" ", "_")
        )
        hint = f" Did you mean {near[0]}?" if near else ""
        raise ValidationError(f"Write a time zone, like America/New_York.{hint}") from None
    return text


def _region(text: str) -> str:
    region = text.upper()
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValidationError("Write the two letters of a country, like US, GB or DE.")
    return region


def _languages(text: str) -> str:
    codes = re.split(r"[\s,;]+", text.lower().strip())
    offered = [code for code, _name in settings.LANGUAGES]
    if wrong := [code for code in codes if code not in offered]:
        raise ValidationError(f"There is no {wrong[0]} here. Choose from: {', '.join(offered)}.")
    return " ".join(dict.fromkeys(codes))


def _mail_host(text: str) -> str:
    try:
        server = MailServer(text)
        is_server = server.port > 0 and (HOST.fullmatch(server.name) or server.name in LOCAL)
    except ValueError:
        is_server = None
    if not is_server or "/" in text or "@" in text:
        raise ValidationError("Write the name of the mail server, like smtp.example.org:587.")
    return text.lower()


def _sms_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_gateway = parts.scheme in GATEWAYS and parts.port != 0
    except ValueError:
        is_gateway = False
    if not is_gateway:
        kinds = (
            "twilio://ACCOUNT:TOKEN@api.twilio.com/+15550100 or android://NAME:PASSWORD@HOST/PATH"
        )
        raise ValidationError(f"Write an address like {kinds}, or nothing for no text messages.")
    return text


def _whole_phone(text: str) -> str:
    _email, phone = read_email_or_phone(text) if text.startswith("+") else ("", "")
    if not phone:
        raise ValidationError("Write the whole number, like +15550100123.")
    return phone


def _reach(text: str) -> str:
    return _email(text).lower() if "@" in text else _whole_phone(text)


def _security_contact(text: str) -> str:
    return text if re.fullmatch(r"(https?://|tel:)\S+", text) else _email(text)


def _team_chat(text: str) -> str:
    from apprise import Apprise  # takes half a second

    for url in text.split(","):
        if not Apprise.instantiate(url.strip()):
            raise ValidationError(
                "Write the address of a chat, like matrixs://TOKEN@matrix.example.org/#coordinators:"
                " https://appriseit.com/services/."
            )
    return text


def _backup_recipients(text: str) -> str:
    try:
        for key in text.split(","):
            Recipient.from_str(key.strip())
    except RecipientError:
        raise ValidationError("Write a public key, as age1…; make one: age-keygen.") from None
    return text


def machine_time_zone(root: Path = Path("/")) -> str:
    """Return the time zone of this machine; "" where it names none. Django has set that of the process."""
    linked = str((root / "etc/localtime").resolve()).partition("zoneinfo/")[2]
    try:
        written = (root / "etc/timezone").read_text(encoding="utf-8").strip()
    except OSError:
        written = ""
    return next((zone for zone in (written, linked) if zone in available_timezones()), "")


def _region_of_zone(known: Answers) -> str:
    return get_global("zone_territories").get(known.get("time_zone", ""), "") or ""


def _sender(known: Answers) -> str:
    host = urlsplit(known.get("site_url", "")).hostname or ""
    return f"help@{host}" if "." in host else ""


def _first_time(known: Answers) -> bool:
    return known.get("coordinators", "0") == "0"


def _has_mail(known: Answers) -> bool:
    return bool(known.get("mail_host"))


QUESTIONS = (
    Question("name", "What is your group called?", "Like: Old Harbour Mutual Aid.", _name),
    Question(
        "place", "Who are you, and where? One line.",
        "Stands with your name, like: Neighbours of Riverside, since 2020.", _line, optional=True,
    ),
    Question(
        "site_url", "Which address will the site have?",
        "Like https://help.example.org. Its name must lead to this machine.", check_site_url,
    ),
    Question(
        "phone", "Which phone number do you answer?",
        "On every page, for whoever cannot write. Leave it empty for none.", _phone, optional=True,
    ),
    Question(
        "hours", "When do you answer it?", "Like: every day from 9 to 6.", _line, optional=True,
        asked_if=lambda known: bool(known.get("phone")),
    ),
    Question(
        "time_zone", "Which time zone do you live in?",
        "Quiet hours and days go by it, like America/New_York.", _time_zone,
        lambda _known: machine_time_zone(),
    ),
    Question(
        "region", "Which country are you in? Two letters.",
        "Reads phone numbers without a country, and chooses miles or kilometres.", _region,
        _region_of_zone,
    ),
    Question(
        "languages", "In which languages are your pages? The first is the usual one.",
        "Like: en es. There are en es zh-hans ar fr vi ru ht.", _languages,
        lambda _known: " ".join(code for code, _name in settings.LANGUAGES),
    ),
    Question(
        "mail_host", "Which server sends your mail?",
        "Like smtp.example.org:587; your mail provider says it. Leave it empty to say it later.",
        _mail_host, optional=True,
    ),
    Question(
        "mail_user", "With which name do you sign in there?", "Leave it empty if you do not.", str,
        optional=True, asked_if=_has_mail,
    ),
    Question(
        "mail_password", "And with which password?", "It is not shown.", str, optional=True,
        secret=True, asked_if=lambda known: _has_mail(known) and bool(known.get("mail_user")),
    ),
    Question(
        "sender", "From which address do your mails come?", "Like help@example.org.", _email, _sender,
        optional=True, asked_if=_has_mail,
    ),
    Question(
        "sms_url", "Which gateway sends your text messages?",
        "Like twilio://ACCOUNT:TOKEN@api.twilio.com/+15550100. Leave it empty for none.", _sms_url,
        optional=True, secret=True,
    ),
    Question(
        "team_chat", "In which chat are coordinators told when the site stands still?",
        "Like matrixs://TOKEN@matrix.example.org/#coordinators. Leave it empty for none.", _team_chat,
        optional=True, secret=True,
    ),
    Question(
        "alarm_phone", "Which phone gets a text when the site stands still?",
        "Someone who can mend it, like +15550100123. Leave it empty for none.", _whole_phone,
        optional=True, asked_if=lambda known: bool(known.get("sms_url")),
    ),
    Question(
        "security_contact", "Whom does one tell of a hole in the site?",
        "An e-mail, or the address of a page. It is public.", _security_contact,
        lambda known: known.get("sender", ""), optional=True,
    ),
    Question(
        "backup_recipients", "With which public key of age are backups sealed?",
        "age1…; make it elsewhere with age-keygen. Until you say it no backup is made.",
        _backup_recipients, optional=True,
    ),
    Question(
        "coordinator_name", "What do neighbours call the first coordinator?", "A first name is enough.",
        _name, asked_if=_first_time,
    ),
    Question(
        "coordinator", "Their e-mail, or whole phone number?",
        "They sign in with a code that is sent there.", _reach, asked_if=_first_time,
    ),
    Question(
        "test_mail_to", "Send a test mail to which address?", "Leave it empty for none.", _email,
        lambda known: known.get("coordinator", "") if "@" in known.get("coordinator", "") else "",
        optional=True, asked_if=_has_mail,
    ),
    Question(
        "test_sms_to", "Send a test text message to which number?", "Leave it empty for none.",
        _whole_phone, optional=True, asked_if=lambda known: bool(known.get("sms_url")),
    ),
)  # fmt: skip
KEYS = frozenset(question.key for question in QUESTIONS)
NEVER_KEPT = frozenset({"test_mail_to", "test_sms_to", "coordinator", "coordinator_name"})
"""Answers of this once: a second run proposes none of them."""
