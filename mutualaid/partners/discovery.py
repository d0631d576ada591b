"""Reading another group's site, once: which address is meant, and what it says of itself."""

import re
import time
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

import idna
from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from mutualaid.boundary import addresses, outbound
from mutualaid.boundary.strict_json import NotStrictJson, read_strictly
from mutualaid.forms.typed_text import one_line, visible
from mutualaid.partners.models import Partner
from mutualaid.partners.protocol.addresses import own_site

PATH = "/.well-known/mutualaid"
MOST_BYTES, SECONDS = 32_768, 5.0
"""Of what another site says of itself, so much is read, and for so long: from the agreement of issue 17."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
PUBLIC_KEY = re.compile(r"[0-9a-f]{64}")
NEVER_TYPED = re.compile(r"[\s\\@]")
"""A blank, a backslash or a user: what two programs may read in two ways."""
LONGEST_HOST = 190


class Trouble(TextChoices):
    """Why a site could not be read or taken, in words for whoever typed its address."""

    NO_ADDRESS = "no_address", _("Write the address of their site, like help.example.org.")
    NO_SUCH_HOST = (
        "no_such_host",
        _("There is no site with this address. Check how it is spelled."),
    )
    PRIVATE = "private", _("This address isn't on the open internet. Ask for their public one.")
    NOT_SAFE = (
        "not_safe",
        _("We can't be sure this is their site: its certificate isn't valid. Ask who runs it."),
    )
    NO_ANSWER = "no_answer", _("Their site didn't answer. Please try again later.")
    TOO_SLOW = "too_slow", _("Their site took too long to answer. Please try again later.")
    REDIRECT = (
        "redirect",
        _(
            "This address leads on to another one. Ask them for the address where their site is now."
        ),
    )
    NOT_THERE = (
        "not_there",
        _("This site isn't set up to help neighbouring groups. Ask them to switch that on."),
    )
    TOO_LONG = "too_long", _("Their site said more than we read. Ask who runs it.")
    NOT_UNDERSTOOD = (
        "not_understood",
        _("We can't understand what their site says of itself. Ask who runs it."),
    )
    OTHER_SITE = (
        "other_site",
        _("This site says that its address is another one. Ask them which is right."),
    )
    OWN_SITE = "own_site", _("This is our own site. Write the address of the other group's.")
    SITE_KNOWN = "site_known", _("This site is on the list already.")
    KEY_KNOWN = (
        "key_known",
        _("Another site on the list has the same key. Don't go on: ring both groups first."),
    )


NOT_CONNECTED: dict[type[outbound.NotConnected], Trouble] = {
    outbound.NoSuchHost: Trouble.NO_SUCH_HOST,
    outbound.NotSafe: Trouble.NOT_SAFE,
    outbound.TooSlow: Trouble.TOO_SLOW,
}


class NotRead(Exception):
    """The site could not be read, or is none to pair with; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True)
class SiteDescription:
    """What a site says of itself; `site` is the address at which it was read."""

    site: str
    name: str
    phone: str
    public_key: str


def normal_site(typed: str) -> str:
    """Return the one form of an address however it was typed: `https://host`, the host in ASCII.

    Raises `NotRead` where it is no address of a site, one of this machine's network, or our own.
    """
    parts = _split(typed)
    host, port = parts.hostname or "", parts.port
    if settings.PARTNERS_ON_LOOPBACK and host in LOOPBACK:
        site = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    else:
        if port not in (None, 443, 80 if parts.scheme == "http" else 443):
            raise NotRead(Trouble.NO_ADDRESS)
        site = f"https://{_ascii_host(host)}"
    if site == own_site():
        raise NotRead(Trouble.OWN_SITE)
    return site


def read_site(site: str) -> SiteDescription:
    """Ask a site what it says of itself; `site` is what `normal_site` returned.

    Waits up to `SECONDS` for the answer: call it outside of a transaction. Raises `NotRead`.
    """
    started = time.monotonic()
    try:
        endpoint = outbound.partner_endpoint(site + PATH)
        answer = outbound.get(endpoint, most_bytes=MOST_BYTES, seconds=SECONDS)
    except outbound.NotAllowed as error:
        raise NotRead(Trouble.PRIVATE) from error
    except outbound.NotConnected as error:
        raise NotRead(NOT_CONNECTED.get(type(error), Trouble.NO_ANSWER)) from error
    except outbound.NoAnswer as error:
        raise NotRead(_why_no_answer(error, time.monotonic() - started)) from error
    if answer.status // 100 == 3:
        raise NotRead(Trouble.REDIRECT)
    if answer.status in (404, 410):
        raise NotRead(Trouble.NOT_THERE)
    if answer.status != 200:
        raise NotRead(Trouble.NO_ANSWER)
    return _described(site, answer.body)


def _split(typed: str) -> SplitResult:
    text = one_line(typed).rstrip(".")
    if not text or len(text) > outbound.LONGEST_URL or NEVER_TYPED.search(text):
        raise NotRead(Trouble.NO_ADDRESS)
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        parts.port  # noqa: B018  it is read here, for it may be none
    except ValueError as error:
        raise NotRead(Trouble.NO_ADDRESS) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotRead(Trouble.NO_ADDRESS)
    return parts


def _ascii_host(host: str) -> str:
    try:
        is_public = addresses.is_public(str(ip_address(host)))
    except ValueError:
        pass
    else:
        raise NotRead(Trouble.NO_ADDRESS if is_public else Trouble.PRIVATE)
    try:
        name = idna.encode(host.rstrip("."), uts46=True).decode().lower()
    except idna.IDNAError as error:
        raise NotRead(Trouble.NO_ADDRESS) from error
    if "." not in name:
        raise NotRead(Trouble.PRIVATE if name == "localhost" else Trouble.NO_ADDRESS)
    if len(name) > LONGEST_HOST:
        raise NotRead(Trouble.NO_ADDRESS)
    return name


def _why_no_answer(error: outbound.NoAnswer, seconds: float) -> Trouble:
    if error.__cause__ is None:
        return Trouble.TOO_LONG
    return Trouble.TOO_SLOW if seconds >= SECONDS else Trouble.NO_ANSWER


def _described(site: str, body: bytes) -> SiteDescription:
    try:
        told = read_strictly(body)
    except NotStrictJson as error:
        raise NotRead(Trouble.NOT_UNDERSTOOD) from error
    if not isinstance(told, dict) or not PUBLIC_KEY.fullmatch(_text(told, "public_key")):
        raise NotRead(Trouble.NOT_UNDERSTOOD)
    if not _is_same(_text(told, "site"), site):
        raise NotRead(Trouble.OTHER_SITE)
    return SiteDescription(
        site=site,
        name=_line(told, "name") or urlsplit(site).netloc,
        phone=_line(told, "phone"),
        public_key=_text(told, "public_key"),
    )


def _is_same(told: str, site: str) -> bool:
    try:
        return normal_site(told) == site
    except NotRead:
        return False


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name, "")
    return value if isinstance(value, str) else ""


def _line(told: dict[str, Any], name: str) -> str:
    """One line of what people can see, no longer than its column."""
    field: Any = Partner._meta.get_field(name)
    most: int = field.max_length
    text = one_line(visible(_text(told, name)[: 10 * most]))
    return text if len(text) <= most else text[: most - 1] + "…"
