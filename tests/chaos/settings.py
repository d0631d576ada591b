"""The settings of a site whose makers of browsers stand on this machine.

Such a maker is a public host with HTTPS (`boundary.outbound`), so that no address of this machine can be
one. Only where the connection ends is another here: what goes through it is as it always is.
"""

import os
from socket import socket

from mutualaid.boundary import outbound
from mutualaid.settings import *  # noqa: F403

PUSH_MAKER = outbound.named_endpoint(os.environ["PUSH_MAKER"])
_connection_to = outbound.connection_to


def _connection(endpoint: outbound.Endpoint, *, seconds: float) -> socket:
    return _connection_to(endpoint if endpoint.is_named else PUSH_MAKER, seconds=seconds)


outbound.connection_to = _connection
