"""Fields on their way, as text in the store."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from hub.store.sent import json_texts, parsed

# among them the very mark that stands between two objects while they are written
_TEXTS = st.text(max_size=3) | st.sampled_from(["\x1e", '", "', '"\\u001e"'])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXTS, lambda inner: st.lists(inner, max_size=4)
)
_OBJECTS = st.none() | st.dictionaries(_TEXTS, _VALUES, max_size=4)


@given(st.lists(_OBJECTS, max_size=5))
def test_many_objects_are_written_as_each_would_be_alone_and_read_as_they_were(
    objects: list[dict[str, object] | None],
) -> None:
    texts = json_texts(objects)
    assert texts == [
        None if one is None else json.dumps(one, sort_keys=True, ensure_ascii=False) for one in objects
    ]
    assert parsed(texts) == objects


def test_a_value_that_holds_the_mark_between_objects_takes_none_of_them_apart() -> None:
    awkward = {"tags": ["a", "\x1e", "b"]}
    assert parsed(json_texts([awkward, awkward])) == [awkward, awkward]
