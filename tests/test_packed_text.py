"""Texts as SQLite keeps them: smaller, and read again to the letter."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.packed_text import pack_text, unpack_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS)
def test_a_text_is_read_as_it_was_kept(text: str) -> None:
    assert unpack_text(pack_text(text)) == text


@given(TEXTS)
def test_a_plain_text_of_before_is_read_as_it_is(text: str) -> None:
    assert unpack_text(text) == text


@given(TEXTS, st.integers(0, 100), st.binary(max_size=20))
def test_what_is_not_whole_is_read_as_far_as_it_goes(text: str, place: int, other: bytes) -> None:
    packed = pack_text(text)
    unpack_text(packed[:place] + other + packed[place + len(other) :])  # whatever it gives, it raises nothing
    assert text.startswith(unpack_text(packed[:place]).rstrip("\ufffd"))


def test_of_a_long_text_that_is_cut_off_the_beginning_is_read() -> None:
    text = "".join(f"ข่าวที่ {number} " for number in range(20_000))
    packed = pack_text(text)
    read = unpack_text(packed[: len(packed) // 2] + b"?" * 40)
    assert len(read) > 1000
    assert text.startswith(read[:1000])
