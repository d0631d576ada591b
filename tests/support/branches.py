"""Which branches of templates are drawn: what stands in an `if`, an `else`, a `for` or its `empty`.

A state of a page that shows anything of its own is such a branch, so a machine can tell which states
a table of pages has.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
from django.template import base, engines
from django.template.base import Node, NodeList, Template, TextNode
from django.template.context import Context
from django.template.defaulttags import ForNode, IfNode
from django.template.loader import get_template
from django.utils.safestring import SafeString

Place = tuple[str, int]
"""A template, and where in its source something begins."""


@contextmanager
def recorded() -> Iterator[set[Place]]:
    """Yield a set that fills with the place of each node that is drawn within the block."""
    drawn: set[Place] = set()

    def record(kind: type[Node]) -> None:
        draw = kind.render_annotated

        def render_annotated(self: Node, context: Context) -> SafeString:
            drawn.add(_place(self))
            return cast(SafeString, draw(self, context))

        patch.setattr(kind, "render_annotated", render_annotated)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base, "Lexer", base.DebugLexer)  # the one that notes where each tag stands
        _forget_templates()
        record(Node)
        record(TextNode)
        yield drawn
    _forget_templates()


def not_drawn(names: Iterable[str], drawn: set[Place]) -> set[str]:
    """Name the branches of these templates that were not drawn, within the block that recorded it."""
    branches = (branch for name in names for branch in _branches(name))
    return {name for name, place in branches if place not in drawn}


def _branches(name: str) -> Iterator[tuple[str, Place]]:
    """Yield each branch, named by its template and its tags, with the place of its first node."""
    template: Template = cast(Any, get_template(name)).template
    for node in cast(Any, template.nodelist.get_nodes_by_type)((IfNode, ForNode)):
        for nodelist in filter(None, _nodelists(node)):
            place = _place(nodelist[0])
            tag = template.source[: place[1]].rpartition("{%")[2].partition("%}")[0].strip()
            opening = node.token.contents
            yield f"{name}: {opening}" + (f" … {tag}" if tag != opening else ""), place


def _nodelists(node: Any) -> list[NodeList]:
    if isinstance(node, IfNode):
        return [nodelist for _condition, nodelist in node.conditions_nodelists]
    return [node.nodelist_loop, node.nodelist_empty]


def _place(node: Node) -> Place:
    position = node.token.position if node.token else None
    return str(node.origin.template_name), position[0] if position else -1


def _forget_templates() -> None:
    for loader in cast(Any, engines["django"]).engine.template_loaders:
        loader.reset()
