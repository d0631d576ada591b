"""The addresses under which other groups know this site."""

from urllib.parse import urlsplit

from django.conf import settings

INBOX = "/partners/inbox/"
"""Where each site takes messages."""


def own_site() -> str:
    """Return the address of this site as other groups write it, by the settings and never by a request."""
    parts = urlsplit(settings.SITE_URL)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def own_inbox() -> str:
    """Return the address to which messages for this site are signed."""
    return own_site() + INBOX
