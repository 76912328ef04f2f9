"""Character replacements packed as the `Precompiled` normaliser of the `tokenizers` library reads them.

The layout is SentencePiece's: four bytes with the length of a double-array trie, the trie over the
UTF-8 bytes of what is replaced, then the replacements one after the other, each ended by a zero byte;
the trie's values are positions among the replacements. The units of the trie follow Darts-clone
(Yata et al. 2007): an inner unit has its label in the low 8 bits, bit 8 says that a value hangs below
it, and its upper bits hold the exclusive-or distance to its children; a value unit has bit 31 set.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Set
from itertools import count

__all__ = ["pack_charsmap"]

_HAS_VALUE = 1 << 8
_IS_VALUE = 1 << 31
# Distances of 2**21 and more would need the format's extended form; a table of characters stays far below.
_LARGEST_OFFSET = 1 << 21

_Node = dict[int, "_Node | int"]
_VALUE = -1  # key of a node's value, beside its bytes


def pack_charsmap(replacements: Mapping[int, tuple[int, ...]]) -> bytes:
    """The bytes of a normaliser that replaces each code point by its sequence of code points."""
    texts = bytearray()
    positions: dict[bytes, int] = {}
    root: _Node = {}
    for codepoint, sequence in sorted(replacements.items()):
        if codepoint == 0:
            continue  # the trie ends its keys with a zero byte, so the zero character cannot be one
        text = "".join(map(chr, sequence)).encode() + b"\0"
        if text not in positions:
            positions[text] = len(texts)
            texts += text
        node = root
        for byte in chr(codepoint).encode():
            node = node.setdefault(byte, {})  # type: ignore[assignment]
        node[_VALUE] = positions[text]
    trie = b"".join(struct.pack("<I", unit) for unit in _double_array(root))
    return struct.pack("<I", len(trie)) + trie + bytes(texts)


def _double_array(root: _Node) -> list[int]:
    """The trie's units: the children of the unit at `i` stand at `i ^ offset ^ byte`."""
    units: dict[int, int] = {0: 0}
    bases: set[int] = set()
    waiting: list[tuple[int, _Node]] = [(0, root)]
    first_free = 1
    while waiting:
        place, node = waiting.pop()
        labels = [0 if key == _VALUE else key for key in node]
        while first_free in units:
            first_free += 1
        base = _free_base(units, bases, labels, first_free)
        bases.add(base)
        offset = place ^ base
        if offset >= _LARGEST_OFFSET:
            raise ValueError("too many replacements for this format")
        units[place] |= offset << 10 | (_HAS_VALUE if _VALUE in node else 0)
        for key, child in node.items():
            if isinstance(child, int):
                units[base] = _IS_VALUE | child
            else:
                units[base ^ key] = key
                waiting.append((base ^ key, child))
    size = (max(units) | 0xFF) + 1
    return [units.get(place, 0) for place in range(size)]


def _free_base(units: Mapping[int, int], bases: Set[int], labels: list[int], first_free: int) -> int:
    """The first base of no other node at which none of the labels meets a unit in use.

    A base shared by two nodes would let one of them find the other's children.
    """
    return next(
        base for base in count(first_free) if base not in bases and all(base ^ label not in units for label in labels)
    )
