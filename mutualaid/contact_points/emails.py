"""One e-mail address: what it is written to, and what tells it from others."""

import re
from ipaddress import ip_address

import idna

from mutualaid.contact_points.points import ContactPoint

LONGEST = 320
"""Letters, RFC 3696, section 3."""
_LOCAL = re.compile(r'"[^"\\\n]*"|[^\s@,;:<>()\[\]"\\]+')
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_GMAIL = frozenset({"gmail.com", "googlemail.com"})


def read_email(text: str) -> ContactPoint | None:
    """Read `text`, cleaned, as one e-mail address; None where it is none."""
    local, at, typed = text.rpartition("@")
    domain = _domain(typed)
    if not (at and domain and _LOCAL.fullmatch(local)) or len(local) + len(domain) >= LONGEST:
        return None
    return ContactPoint("email", f"{local}@{domain}", _mailbox(local.casefold(), domain))


def _mailbox(local: str, domain: str) -> str:
    """The identity: without the tag; where nothing else is left, the tag is the name."""
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        local, domain = local.replace(".", "") or local, "gmail.com"
    return f"{local}@{domain}"


def _domain(typed: str) -> str:
    """A domain as mail servers know it (IDNA 2008, UTS 46), or "" for what is none."""
    domain = typed.removesuffix(".").lower()
    if domain.startswith("["):
        return domain if _is_ip(domain) else ""
    try:
        encoded = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except UnicodeError:
        return ""
    return encoded if encoded == "localhost" or _DOMAIN.fullmatch(encoded) else ""


def _is_ip(literal: str) -> bool:
    try:
        ip_address(literal.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return literal.endswith("]")
