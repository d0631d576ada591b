"""A few marks make a text easier to read. Everything else that was typed is shown as it was typed."""

import pytest

from mutualaid.group.texts import render_markup


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("a **loud** word", "<p>a <strong>loud</strong> word</p>"),
        ("- milk\n- bread", "<ul>\n<li>milk</li>\n<li>bread</li>\n</ul>"),
        ("[us](https://example.org/)", '<p><a href="https://example.org/">us</a></p>'),
        ("[call](tel:+15550100)", '<p><a href="tel:+15550100">call</a></p>'),
        ("[write](mailto:us@example.org)", '<p><a href="mailto:us@example.org">write</a></p>'),
        ("مرحبا **بكم**", "<p>مرحبا <strong>بكم</strong></p>"),
    ],
)
def test_these_marks_are_known(typed, html):
    assert render_markup(typed) == html


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<b onmouseover=alert(1)>hello</b>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,hello)",
        "[x](http://example.org/)",
        "[x](//example.org/)",
        "[x](/account/logout/)",
        "<https://example.org/>",
        "# loud",
        "`code`",
        "> said",
        "| a | b |",
        "&lt;script&gt;",
    ],
)
def test_all_else_is_text(typed):
    shown = render_markup(typed).removeprefix("<p>").removesuffix("</p>")
    assert "<" not in shown
    assert (
        shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
        == typed
    )


def test_no_picture_comes_from_elsewhere():
    assert "<img" not in render_markup("![us](https://example.org/us.png)")


def test_an_address_cannot_end_its_attribute():
    html = render_markup('[x](<https://example.org/" onclick="alert(1)>)')
    assert html.count('"') == 2
