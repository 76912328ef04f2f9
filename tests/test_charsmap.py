"""Packed replacements do in the tokenizer what the table says."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import normalizers

from index.charsmap import pack_charsmap

letters = st.characters(min_codepoint=1, max_codepoint=0x2FFFF, exclude_categories=["Cs", "M", "Cc", "Cf"])
replacements = st.dictionaries(
    letters.map(ord), st.lists(st.sampled_from("abก1 "), max_size=3).map(lambda out: tuple(map(ord, out))),
    min_size=1, max_size=60,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(replacements, st.lists(letters, max_size=20))
def test_each_character_is_replaced_as_in_the_table(table: dict[int, tuple[int, ...]], others: list[str]) -> None:
    # The newline between characters keeps each a grapheme of its own.
    text = "\x00".join([*map(chr, table), *others])
    expected = "\x00".join(
        "".join(map(chr, table.get(ord(character), (ord(character),)))) for character in text.split("\x00")
    )
    assert normalizers.Precompiled(pack_charsmap(table)).normalize_str(text) == expected


def test_nodes_do_not_find_each_others_children() -> None:
    """A base shared by two nodes once turned the Thai letter ng into the Armenian ligature ew."""
    table = {0x0587: (0x0565, 0x0582), 0x0E33: (0x0E4D, 0x0E32)}
    assert normalizers.Precompiled(pack_charsmap(table)).normalize_str("งำ") == "ง\u0e4d\u0e32"
