"""What a disk may hold after the power fails: a process's writes, as `strace` saw them, without those never synced.

A write is sure to be on the disk only once the file has been synced after it. Until then any part of what was written
may be there and any part missing, in any order (Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014).
Names - a file that is made, renamed or deleted - are taken to be there at once and in order, as file systems with a
journal keep them.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Deed", "record", "remains"]

_CALLS = "open,openat,creat,lseek,write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat"
# Calls that would change a file in a way that is not followed here: the run must not make them.
_STRANGE = "writev,pwritev,pwritev2,truncate,fallocate,copy_file_range,sendfile,link,linkat,symlink,symlinkat"
_LINE = re.compile(r"^(?P<thread>\d+) +(?P<call>\w+)\((?P<said>.*)$")
_RESUMED = re.compile(r"^(?P<thread>\d+) +<\.\.\. (?P<call>\w+) resumed>(?P<said>.*)$")
_RESULT = re.compile(r"\) += (-?\d+)(?:<[^>]*>)?(?: .*)?$")
_QUOTED = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_HANDLE = re.compile(r"^(\d+)<((?:\\x[0-9a-f]{2})*)>")
_NUMBER = re.compile(r", (\d+) ?\) += ")


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done to a file: `make`, `empty`, `write` (bytes at a place), `cut` (to a length), `sync`, `rename`
    (to another path), `delete`."""

    what: str
    path: Path
    place: int = 0
    data: bytes = b""
    other: Path | None = None


@dataclass(slots=True)
class _File:
    """A file's bytes as they are sure to be, and what was done since."""

    sure: bytearray = field(default_factory=bytearray)
    since: list[Deed] = field(default_factory=list)


def record(command: Sequence[str], trace: Path) -> list[Deed]:
    """Runs a command under `strace` and returns what it did to files, in order; raises `CalledProcessError`."""
    tracing = ["strace", "-f", "--seccomp-bpf", "-y", "-xx", "-s", "100000000", "-o", str(trace)]
    subprocess.run([*tracing, "-e", f"trace={_CALLS},{_STRANGE}", *command], check=True)
    return list(_deeds(trace.read_text(encoding="ascii").splitlines()))


def _deeds(lines: Sequence[str]) -> list[Deed]:
    deeds: list[Deed] = []
    places: dict[int, int] = {}  # where each open file is written to next
    appending: set[int] = set()
    lengths: dict[Path, int] = {}
    waiting: dict[str, str] = {}
    for line in lines:
        if line.endswith("<unfinished ...>"):
            found = _LINE.match(line)
            assert found, line
            waiting[found["thread"]] = found["said"].removesuffix("<unfinished ...>")
            continue
        if found := _RESUMED.match(line):
            said = waiting.pop(found["thread"]) + found["said"]
        elif found := _LINE.match(line):
            said = found["said"]
        else:
            continue  # a signal, or the end of a thread
        result = _RESULT.search(said)
        if result is None or int(result[1]) < 0:
            continue
        call, value = found["call"], int(result[1])
        handle = _HANDLE.match(said)
        number, path = (int(handle[1]), _path(handle[2])) if handle else (-1, Path())
        named = [_path(quoted) for quoted in _QUOTED.findall(said)]
        if call in ("open", "openat", "creat"):
            places[value] = 0
            appending.discard(value)
            if "O_APPEND" in said:
                appending.add(value)
            if "O_CREAT" in said and named[0] not in lengths:
                deeds.append(Deed("make", named[0]))
                lengths[named[0]] = 0
            if "O_TRUNC" in said:
                deeds.append(Deed("empty", named[0]))
                lengths[named[0]] = 0
        elif call == "lseek":
            places[number] = value
        elif call in ("write", "pwrite64"):
            quoted = _QUOTED.search(said)
            assert quoted, line[:200]
            data = _bytes(quoted[1])[:value]
            if call == "pwrite64":
                asked = _NUMBER.search(said)
                assert asked, said[-100:]
                place = int(asked[1])
            else:
                place = lengths.get(path, 0) if number in appending else places.get(number, 0)
                places[number] = place + value
            lengths[path] = max(lengths.get(path, 0), place + value)
            deeds.append(Deed("write", path, place, data))
        elif call == "ftruncate":
            asked = _NUMBER.search(said)
            assert asked, said
            lengths[path] = int(asked[1])
            deeds.append(Deed("cut", path, int(asked[1])))
        elif call in ("fsync", "fdatasync"):
            deeds.append(Deed("sync", path))
        elif call.startswith("rename"):
            lengths[named[1]] = lengths.pop(named[0], 0)
            deeds.append(Deed("rename", named[0], other=named[1]))
        elif call.startswith("unlink"):
            lengths.pop(named[0], None)
            deeds.append(Deed("delete", named[0]))
        else:
            deeds.append(Deed(call, named[0] if named else path))
    return deeds


def _bytes(quoted: str) -> bytes:
    return bytes.fromhex(quoted.replace("\\x", ""))


def _path(quoted: str) -> Path:
    return Path(os.fsdecode(_bytes(quoted)))


def remains(deeds: Sequence[Deed], folder: Path, chance: random.Random) -> dict[Path, bytes]:
    """The files below `folder` after a power cut that follows the last deed, by their path in it.

    For each file, of what was done since it was last synced: all is there, or nothing, or any part of it.
    """
    files: dict[Path, _File] = {}
    for deed in deeds:
        if not deed.path.is_relative_to(folder) or deed.path.name.endswith("-shm"):
            continue  # SQLite keeps nothing in a -shm file that it does not make anew
        if deed.what == "make":
            files[deed.path] = _File()
        elif deed.what == "sync":
            if file := files.get(deed.path):
                for done in file.since:
                    _apply(done, file.sure)
                file.since.clear()
        elif deed.what == "rename":
            assert deed.other
            if deed.path in files:
                files[deed.other] = files.pop(deed.path)
        elif deed.what == "delete":
            files.pop(deed.path, None)
        elif deed.what in ("write", "cut", "empty"):
            if file := files.get(deed.path):
                file.since.append(deed)
        else:
            raise AssertionError(f"{deed.what} of {deed.path} is not followed")
    for file in files.values():
        kept = chance.choice((0.0, 0.5, 1.0))
        for done in file.since:
            if chance.random() < kept:
                _apply(done, file.sure)
    return {path.relative_to(folder): bytes(file.sure) for path, file in files.items()}


def _apply(deed: Deed, content: bytearray) -> None:
    if deed.what == "write":
        content.extend(bytes(max(0, deed.place - len(content))))
        content[deed.place : deed.place + len(deed.data)] = deed.data
    else:
        length = 0 if deed.what == "empty" else deed.place
        del content[length:]
        content.extend(bytes(length - len(content)))
