"""Keep the demo on one machine. Read by the settings, so nothing of Django's apps is imported here."""

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def check_only_here(site_url: str, allowed_hosts: Iterable[str]) -> None:
    """Check that no other machine can reach this demo. Raises `ImproperlyConfigured` where one could."""
    hosts = [urlsplit(site_url).hostname or "", *allowed_hosts]
    others = [host for host in hosts if not is_loopback(host.strip("[]"))]
    if others or urlsplit(site_url).scheme != "http":
        raise ImproperlyConfigured(
            "DEMO=1 is for trying it out on your own machine, and this site has the address"
            f" {others[0] if others else site_url}. In a demo anyone can read every code and every mail."
            " Leave out DEMO, and start with an empty DATA_DIR or database; or leave out SITE_URL and"
            " ALLOWED_HOSTS."
        )


def is_loopback(host: str) -> bool:
    """Whether this name or address leads to the machine itself, and to no other."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
