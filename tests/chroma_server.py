"""A real Chroma server in a process of its own, which can be stopped and started again."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

__all__ = ["RunningServer", "free_port"]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class RunningServer:
    """`chroma run` on a folder; `refusing` answers every call with 429, too many requests."""

    def __init__(self, folder: Path, refusing: bool = False) -> None:
        self._folder = folder
        self._refusing = refusing
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        command = [str(Path(sys.executable).with_name("chroma")), "run"]
        options = ["--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self._port)]
        if self._refusing:
            options = [str(self._folder / "server.yaml")]
            Path(options[0]).write_text(
                f"persist_path: {self._folder}\nlisten_address: 127.0.0.1\nport: {self._port}\n"
                'scorecard_enabled: true\nscorecard: [{patterns: ["op:*"], score: 0}]\n'
            )
        self._process = subprocess.Popen(
            [*command, *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(2400):
            with socket.socket() as caller:
                if caller.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            assert self._process.poll() is None, "the server has ended"
            time.sleep(0.05)
        raise AssertionError("the server does not listen")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
