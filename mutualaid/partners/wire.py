"""Messages as bytes: JSON in the words of Valueflows, and back."""

import json
from dataclasses import asdict
from uuid import UUID

from mutualaid.partners.messages import Message


def write(message: Message, *, message_id: UUID) -> bytes:
    """Return the bytes of a message. The same message gives the same bytes."""
    held = {"kind": message.kind, "id": str(message_id), **asdict(message)}
    return json.dumps(held, default=str, sort_keys=True).encode()
