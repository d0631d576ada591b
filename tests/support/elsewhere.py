"""Forty ways to write an address that leads a browser to another site, or to a script."""

from urllib.parse import urljoin, urlsplit

ELSEWHERE = (
    "https://evil.example", "http://evil.example", "ftp://evil.example", "//evil.example",
    "///evil.example", "////evil.example", "/\\evil.example", "\\/evil.example", "\\\\evil.example",
    "/\\/evil.example", "//\\evil.example", "https:evil.example", "https:/evil.example",
    "https:///evil.example", "https:\\\\evil.example", "HTTPS://EVIL.EXAMPLE",
    "\thttps://evil.example", " https://evil.example", "\nhttps://evil.example",
    "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "\x00//evil.example",
    "\x0b//evil.example", "\u3000//evil.example", "http://localhost@evil.example",
    "http://localhost:8000@evil.example", "http://localhost.evil.example", "http://evil.example#@localhost",
    "http://evil.example?localhost", "//localhost@evil.example", "//evil.example/%2e%2e",
    "/%09/evil.example", "%2F%2Fevil.example", "//evil%E3%80%82example", "//3232235777",
    "//[::ffff:192.168.1.1]", "javascript:alert(1)", "data:text/html,hello", "vbscript:x",
)  # fmt: skip


def host_of(location: str) -> str:
    """Of a page on localhost, the host to which a browser goes by this header."""
    return urlsplit(urljoin("http://localhost/", location.replace("\\", "/"))).netloc
