"""Find the strings to translate: Babel reads Python, Django turns a template into Python."""

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

FOLDERS = ("mutualaid", "requests_app", "offers_app", "templates")
KEYWORDS = (
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
)


class SourceString(NamedTuple):
    """A string to translate; `plural` and `context` are empty where there is none."""

    text: str
    plural: str
    context: str
    file: str


def strings_in(base: Path) -> Iterator[SourceString]:
    """Yield every string to translate in the project below `base`."""
    for folder in FOLDERS:
        for path in sorted((base / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts:
                yield from strings_of(path, path.relative_to(base).as_posix())


def strings_of(path: Path, name: str) -> Iterator[SourceString]:
    """Yield the strings of one Python file or template; `name` is what the catalogues call it."""
    yield from _strings_of(path.read_text(encoding="utf-8"), path.suffix, name)


@cache
def _strings_of(source: str, suffix: str, name: str) -> tuple[SourceString, ...]:
    """Read once in a process: each language and both Englishes ask for all of them."""
    code = source if suffix == ".py" else _as_python(source, name)
    calls = extract_python(
        BytesIO(code.encode()), dict.fromkeys(KEYWORDS), (), {"encoding": "utf-8"}
    )
    texts_called = ((str(function), _texts(args)) for _line, function, args, _comments in calls)
    return tuple(
        _source_string(function, texts, name)
        for function, texts in texts_called
        if texts and texts[0]
    )


def _as_python(template: str, name: str) -> str:
    """The template as calls of gettext; all else is blanked so that it passes for Python."""
    lines = templatize(template, origin=name).splitlines()
    return "\n".join(line.strip() for line in lines)  # an indented line would be an error


def _texts(args: Any) -> list[str]:
    """Babel gives one argument as it is and several as a tuple, with None for what is no string."""
    return [str(arg or "") for arg in (args if isinstance(args, tuple) else (args,))]


def _source_string(function: str, texts: list[str], name: str) -> SourceString:
    context = texts.pop(0) if function.startswith(("pgettext", "npgettext")) else ""
    plural = texts[1] if function.startswith(("ngettext", "npgettext")) else ""
    return SourceString(texts[0], plural, context, name)
