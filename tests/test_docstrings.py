"""Whoever calls a public function learns from its docstring which exceptions it raises itself."""

import ast
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings

PACKAGES = ("mutualaid", "requests_app", "offers_app")
BY_CONTRACT = [
    ("clean*", "ValidationError", "how Django's forms and fields report an error"),
    ("to_python", "ValidationError", "how Django's fields report an error"),
    ("run_validators", "ValidationError", "how Django's fields report an error"),
    ("handle", "CommandError", "how a command of Django ends with one line for the terminal"),
    ("*", "NotImplementedError", "marks a method that each subclass writes"),
    ("*", "AssertionError", "marks a line that is never reached"),
    ("*", "Http404", "only views raise it, and Django answers it"),
    ("*", "PermissionDenied", "only views raise it, and Django answers it"),
]
"""Functions by their names, what they may raise without saying so, and why."""

EVERYTHING = "Exception"

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Raise(NamedTuple):
    function: str
    exception: str
    docstring: str


def public_functions(body: Iterable[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Functions of a module and methods of its classes, `__init__` included; none inside another."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node.body, f"{node.name}.")
        elif isinstance(node, Function) and (node.name[0] != "_" or node.name == "__init__"):
            yield prefix + node.name, node


def raised_names(node: ast.AST, caught: frozenset[str] = frozenset()) -> Iterator[str]:
    """The exceptions that `node` and the lines below raise by name, without those they catch."""
    if isinstance(node, ast.Raise):
        name = exception_name(node.exc)
        if not caught & {name, EVERYTHING}:
            yield name
    if isinstance(node, ast.Try):
        handled = {name for handler in node.handlers for name in caught_names(handler)}
        for tried in node.body:
            yield from raised_names(tried, caught | handled)
        below: Iterable[ast.AST] = [*node.handlers, *node.orelse, *node.finalbody]
    elif isinstance(node, Function | ast.ClassDef | ast.Lambda):
        return
    else:
        below = ast.iter_child_nodes(node)
    for child in below:
        yield from raised_names(child, caught)


def caught_names(handler: ast.ExceptHandler) -> set[str]:
    """What is not named, a variable for instance, is taken for everything."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {exception_name(kind) or EVERYTHING for kind in kinds}


def exception_name(node: ast.expr | None) -> str:
    """The name of a class or of a call of it; empty for a variable, a function and a bare `raise`."""
    node = node.func if isinstance(node, ast.Call) else node
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name if name[:1].isupper() else ""


def raises_of(source: str) -> list[Raise]:
    return [
        Raise(name, exception, ast.get_docstring(function) or "")
        for name, function in public_functions(ast.parse(source).body)
        for exception in sorted({e for line in function.body for e in raised_names(line)} - {""})
    ]


def is_documented(case: Raise) -> bool:
    if re.search(rf"\b[Rr]aises\b.*`{case.exception}`", case.docstring, re.DOTALL):
        return True
    name = case.function.rpartition(".")[2]
    return any(
        fnmatch(name, pattern) and case.exception == exception
        for pattern, exception, _reason in BY_CONTRACT
    )


def test_what_a_public_function_raises_is_in_its_docstring():
    undocumented = [
        f"{path.relative_to(settings.BASE_DIR)}: {case.function} raises {case.exception}"
        for package in PACKAGES
        for path in sorted((settings.BASE_DIR / package).rglob("*.py"))
        if "migrations" not in Path(path).parts
        for case in raises_of(path.read_text())
        if not is_documented(case)
    ]
    assert undocumented == []


@pytest.mark.parametrize(
    ("source", "undocumented"),
    [
        ("def f():\n    raise Gone", True),
        ("def f():\n    'Does it.'\n    raise Gone('x') from None", True),
        ("def f():\n    'Does it. Raises `Gone` when it is late.'\n    raise Gone", False),
        ("def f():\n    'Raises `Late`.'\n    raise errors.Gone", True),
        ("class C:\n    def f(self):\n        raise Gone", True),
        ("class C:\n    def __init__(self):\n        raise Gone", True),
        ("def _f():\n    raise Gone", False),
        ("def f():\n    def inner():\n        raise Gone\n    return inner", False),
        ("def f():\n    try:\n        raise Gone\n    except (Gone, Late):\n        pass", False),
        ("def f(every):\n    try:\n        raise Gone\n    except every:\n        pass", False),
        ("def f():\n    try:\n        raise Gone\n    except Late:\n        pass", True),
        ("def f():\n    try:\n        do()\n    except Late:\n        raise Gone from None", True),
        ("def f(error):\n    raise error", False),
        ("def clean_day(self):\n    raise ValidationError('x')", False),
        ("def f():\n    raise ValidationError('x')", True),
    ],
)
def test_the_search_itself_finds_what_is_not_documented(source, undocumented):
    assert any(not is_documented(case) for case in raises_of(source)) is undocumented
