"""The mail server of a site, as people tell it and as `EMAIL_URL` writes it."""

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

PORT_OF = {"smtp": 25, "submission": 587, "submit": 587, "smtps": 465}
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class MailServer:
    """`host` may have a port behind it, "smtp.example.org:587". `user` is "" for who signs in to none."""

    host: str = ""
    user: str = ""
    password: str = ""

    @classmethod
    def parse(cls, url: str) -> "MailServer":
        """Read an `EMAIL_URL`; empty for one that is no address of a server."""
        try:
            parts = urlsplit(url)
            port = parts.port or PORT_OF.get(parts.scheme)
        except ValueError:
            return cls()
        if parts.scheme not in PORT_OF or not parts.hostname:
            return cls()
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return cls(f"{host}:{port}", unquote(parts.username or ""), unquote(parts.password or ""))

    @property
    def url(self) -> str:
        """The `EMAIL_URL` of this server."""
        signs_in = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@"
        name = f"[{self.name}]" if ":" in self.name else self.name
        return f"{self.scheme}://{signs_in if self.user else ''}{name}:{self.port}"

    @property
    def scheme(self) -> str:
        """TLS from the start on port 465, begun on others (STARTTLS), none on 25 and on this machine."""
        if self.port == 465:
            return "smtps"
        return "smtp" if self.port == 25 or self.name in LOCAL else "submission"

    @property
    def port(self) -> int:
        """The port, 587 where none is named. Raises `ValueError` for what is none."""
        return urlsplit(f"//{self.host}").port or 587

    @property
    def name(self) -> str:
        """The host without its port. Raises `ValueError` for what is none."""
        return urlsplit(f"//{self.host}").hostname or ""
