"""Faults to a Sentry of the group's own choice, where `SENTRY_DSN` names one.

An event is built anew from what may leave: the types of the exceptions and their places in the code, the
route, the numbers of request and task, the release. All else that the SDK collects is dropped: the text of
an exception, for it may quote what someone typed, variables, the request, the person, queries, crumbs.
"""

from typing import TYPE_CHECKING, Any

from django.conf import settings

from mutualaid.logs import request_id, task_id

if TYPE_CHECKING:
    from sentry_sdk.types import Event

KEPT = ("event_id", "timestamp", "platform", "level", "release")
KEPT_OF_A_FRAME = ("filename", "function", "module", "lineno", "in_app")
TAGS = ("method", "route", "task", "request_id", "task_id")


def begin() -> None:
    """Get ready to send faults, if `SENTRY_DSN` is set; the SDK is loaded only then, and patches nothing."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=settings.RELEASE,
        default_integrations=False,
        auto_enabling_integrations=False,
        before_send=scrub,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
    )


def report(error: BaseException | None, **tags: Any) -> None:
    """Send a fault, if there is where to; `tags` are of `TAGS`. It is sent by a thread, and no one waits,
    nor does the end of a process."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk

    around = tags | {"request_id": request_id.get(), "task_id": task_id.get()}
    with sentry_sdk.new_scope() as scope:
        scope.set_tags({name: value for name, value in around.items() if value})
        scope.capture_exception(error)


def scrub(event: "Event", _hint: dict[str, Any]) -> "Event | None":
    """Return what may leave of an event; None of one without an exception, which is not sent."""
    found: dict[str, Any] = {**event}
    errors = (found.get("exception") or {}).get("values")
    if not errors:
        return None
    kept: Any = {name: found[name] for name in KEPT if name in found}
    kept["exception"] = {"values": [_scrub_error(error) for error in errors]}
    tags = found.get("tags") or {}
    kept["tags"] = {name: tags[name] for name in TAGS if name in tags}
    scrubbed: Event = kept
    return scrubbed


def _scrub_error(error: dict[str, Any]) -> dict[str, Any]:
    frames = (error.get("stacktrace") or {}).get("frames") or []
    kept = [{name: at[name] for name in KEPT_OF_A_FRAME if name in at} for at in frames]
    named = {name: error.get(name) for name in ("type", "module")}
    return named | {"stacktrace": {"frames": kept}}
