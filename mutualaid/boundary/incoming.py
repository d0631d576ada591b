"""What a request may carry. Damaged or oversized ones are refused here, before any view reads them.

A refusal is a 400 or 413 in plain words, never a fault of ours: nothing is logged but its status.
"""

import json
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, NoReturn, TypeVar

from django.conf import settings
from django.contrib.messages.storage import default_storage
from django.core.exceptions import BadRequest, FieldDoesNotExist
from django.core.files.uploadhandler import FileUploadHandler, MemoryFileUploadHandler
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.http import parse_header_parameters

from mutualaid.faults.database import names_what_is_gone

Handler = Callable[[HttpRequest], HttpResponse]
V = TypeVar("V", bound=Callable[..., HttpResponse])
NONSENSE = (OverflowError, DataError, UnicodeEncodeError, FieldDoesNotExist)
"""Raised for a number or a text that a database cannot hold, and for a field that no table has."""
log = logging.getLogger(__name__)


class Request(WSGIRequest):
    """A request that is read as UTF-8, whatever charset its content type names.

    Django takes the named one, and fails on those that are no text encoding or do not fit the query.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            content_type, params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except (LookupError, ValueError):
            content_type, params = "", {}
        self.content_type = content_type
        self.content_params = {k: v for k, v in params.items() if k != "charset"}


class RequestHandler(WSGIHandler):
    """Django's entry for a web server, with the `Request` above."""

    request_class = Request


class RefuseUploads(FileUploadHandler):
    """Refuses a file before a byte of it is stored. A view that takes one says so: `takes_file`."""

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises `BadRequest` always."""
        raise BadRequest("no file is expected here")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never called, for `new_file` refuses."""

    def file_complete(self, file_size: int) -> None:
        """Never called, for `new_file` refuses."""


class TakeOneFile(MemoryFileUploadHandler):
    """Keeps a file in memory as it comes in, up to `most_bytes` and one byte more; the rest is let go.

    Nothing of it is written to a disk, for it may be full of personal details. That it is too large shows
    in its size.
    """

    def __init__(self, request: HttpRequest, most_bytes: int) -> None:
        super().__init__(request)
        self._left = most_bytes + 1

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        kept = raw_data[: self._left]
        self._left -= len(kept)
        self.file.write(kept)

    def file_complete(self, file_size: int) -> Any:
        return super().file_complete(self.file.tell())


def takes_file(
    view: Any,
    *,
    most_bytes: int,
    permission: str = "",
    may_send: Callable[[HttpRequest], bool] | None = None,
    most_told_bytes: int = 0,
) -> None:
    """Let a view take files of so many bytes in all, from whoever has this permission, or `may_send` one.

    From anyone else a file is refused before a byte of it is stored, as everywhere. Up to `most_told_bytes`,
    by default twice as many as it takes, a file that is too large reaches the view, which tells so beside its
    field; beyond that the answer is a page of its own.
    """
    by_permission = partial(_has_permission, permission=permission)
    view.takes_file = FileRule(
        may_send or by_permission, most_bytes, most_told_bytes or 2 * most_bytes
    )


def reads_its_body(view: V) -> V:
    """Decorate a view that looks at the headers first, and then at `request.body` or not at all."""
    view.reads_its_body = True  # type: ignore[attr-defined]
    return view


class FileRule(NamedTuple):
    """Which files a view takes; see `takes_file`."""

    may_send: Callable[[HttpRequest], bool]
    most_bytes: int
    most_told_bytes: int


def _has_permission(request: HttpRequest, *, permission: str) -> bool:
    return request.user.has_perm(permission)


class RefuseDamaged:
    """Middleware: refuse bodies that are too large or cannot be read, and what no database can hold."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = _length(request)
        if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and length > _most_for(request):
            return render(request, "413.html", status=413)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_arguments: Any) -> None:
        """Let files in where some are expected; read the body here, so that no view meets a broken one.

        They are kept in memory, never on the disk. Raises `BadRequest` where the body breaks off or cannot be
        read.
        """
        if getattr(view, "reads_its_body", False):
            request.POST = QueryDict()  # so that no middleware reads it either
            return
        rule: FileRule | None = getattr(view, "takes_file", None)
        if rule and rule.may_send(request):
            request.upload_handlers = [TakeOneFile(request, rule.most_bytes)]
        try:
            request.POST  # noqa: B018  read once, here
        except (UnreadablePostError, ValueError) as error:
            raise BadRequest("the body cannot be read") from error

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Let the view answer once more where what was chosen is gone since its form was checked.

        Nothing was written, and by now the form sees what is gone and says so beside the field.

        Raises `BadRequest` where what was sent means nothing to the database, and no form noticed. It is
        logged as a fault is, for it may be one of ours.
        """
        if names_what_is_gone(exception):
            return _answer_anew(request)
        if isinstance(exception, NONSENSE):
            log.warning("nonsense", exc_info=exception)
            raise BadRequest("nothing that the database knows") from exception
        return None


def read_json(text: str | bytes) -> Any:
    """Read JSON that came from outside.

    Raises `BadRequest` where it is none, is nested too deeply, or holds text that is not Unicode.
    """
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BadRequest("not JSON that can be read") from error
    return value


def _answer_anew(request: HttpRequest) -> HttpResponse:
    request._messages = default_storage(request)  # type: ignore[attr-defined]  # what it said is not so
    for _name, files in request.FILES.lists():
        for file in files:
            file.seek(0)
    view, arguments, named = resolve(request.path_info)
    answer: HttpResponse = view(request, *arguments, **named)
    return answer


def _most_for(request: HttpRequest) -> int:
    """How many bytes the page of this address takes beside a form: a file that is too large as well."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return 0
    rule: FileRule | None = getattr(view, "takes_file", None)
    return rule.most_told_bytes if rule else 0


def _length(request: HttpRequest) -> int:
    """The length of the body in bytes as it was announced; nonsense counts as none, as in Django."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    return int(announced) if announced.isdecimal() and len(announced) < 19 else 0
