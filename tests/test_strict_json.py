"""JSON of another program: what two readers may take for different things is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutualaid.boundary.strict_json import DEEPEST, NotStrictJson, read_strictly

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**13), 10**14) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
REFUSED = {
    "nothing": b"",
    "cut": b'{"a": [1, 2',
    "two values": b"{} {}",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "UTF-16 without a mark": '{"a": 1}'.encode("utf-16-le"),
    "UTF-32": '{"a": 1}'.encode("utf-32-le"),
    "Latin-1": '{"a": "é"}'.encode("latin-1"),
    "an overlong slash": b'{"a": "\xc0\xaf"}',
    "half of a pair": b'{"a": "\\ud800"}',
    "half of a pair, in bytes": b'{"a": "\xed\xa0\x80"}',
    "a key twice": b'{"a": 1, "a": 1}',
    "a key twice, spelled in two ways": b'{"a": 1, "\\u0061": 2}',
    "a key twice, deep inside": b'{"a": [{"b": {"c": 1, "c": 2}}]}',
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": -Infinity}',
    "a number of 400 digits": b'{"a": ' + b"9" * 400 + b"}",
    "a fraction of 400 digits": b'{"a": 0.' + b"9" * 400 + b"}",
    "a number that is no number any more": b'{"a": 1e400}',
    "a number of sixteen digits": b'{"a": 1234567890123456}',
    "nested 10,000 deep": b"[" * 10_000 + b"]" * 10_000,
    "objects nested 10,000 deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "one too deep": b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
    "only opened": b"[" * 60_000,
    "a comment": b'{"a": 1} // one',
    "a comma too many": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "a line break in a text": b'{"a": "b\nc"}',
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_is_not_strict_is_refused_without_a_word_of_it(body: bytes):
    with pytest.raises(NotStrictJson) as refused:
        read_strictly(body)
    assert str(refused.value) == ""


@given(VALUES)
def test_all_else_is_read_as_it_was_written(value):
    assert read_strictly(json.dumps(value).encode()) == value
    assert read_strictly(json.dumps(value, ensure_ascii=False, indent=1).encode()) == value


def test_brackets_within_a_text_are_not_counted():
    text = "[{" * 100 + '"' + "\\" + "[" * 100
    assert read_strictly(json.dumps([text]).encode()) == [text]
    deepest = b"[" * DEEPEST + b"]" * DEEPEST
    assert read_strictly(deepest)


@given(st.binary(max_size=60) | st.text('[]{}",:\\u0019eE+-. \n', max_size=60).map(str.encode))
def test_whatever_comes_is_read_or_refused(body: bytes):
    try:
        value = read_strictly(body)
    except NotStrictJson:
        return
    assert value == json.loads(body)
