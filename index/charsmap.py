"""Character replacements packed as the `Precompiled` normaliser of the `tokenizers` library reads them.

The layout is SentencePiece's: four bytes with the length of a double-array trie, the trie over the
UTF-8 bytes of what is replaced, then the replacements one after the other, each ended by a zero byte;
the trie's values are positions among the replacements. The units of the trie follow Darts-clone
(Yata et al. 2007): an inner unit has its label in the low 8 bits, bit 8 says that a value hangs below
it, and its upper bits hold the exclusive-or distance to its children; a value unit has bit 31 set.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

__all__ = ["pack_charsmap"]

_HAS_VALUE = 1 << 8
_IS_VALUE = 1 << 31
# Distances of 2**21 and more would need the format's extended form; a table of characters stays far below.
_LARGEST_OFFSET = 1 << 21

# Places looked at together; more than a label, which is a byte, can lead beyond.
_AT_ONCE = 4096

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
    places = _Places()
    units = {0: 0}
    waiting: list[tuple[int, _Node]] = [(0, root)]
    while waiting:
        place, node = waiting.pop()
        base = places.take([0 if key == _VALUE else key for key in node])
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


class _Places:
    """Which units are in use, and which are the base of a node: places are looked at by the thousand."""

    def __init__(self) -> None:
        import numpy as np

        self._taken = np.zeros(2 * _AT_ONCE, bool)
        self._is_base = np.zeros(2 * _AT_ONCE, bool)
        self._taken[0] = True
        self._first_free = 1

    def take(self, labels: Sequence[int]) -> int:
        """The first base of no other node at which none of the labels meets a unit in use; it is used from now on.

        A base shared by two nodes would let one of them find the other's children.
        """
        import numpy as np

        while self._taken[self._first_free]:
            self._first_free += 1
        start = self._first_free
        while True:
            if start + 2 * _AT_ONCE > len(self._taken):
                self._taken, self._is_base = (np.pad(part, (0, len(part))) for part in (self._taken, self._is_base))
            bases = np.arange(start, start + _AT_ONCE)
            fits = ~self._is_base[bases]
            for label in labels:
                fits &= ~self._taken[bases ^ label]
            if fits.any():
                base = start + int(fits.argmax())
                self._is_base[base] = True
                self._taken[base ^ np.array(labels, np.intp)] = True
                return base
            start += _AT_ONCE
