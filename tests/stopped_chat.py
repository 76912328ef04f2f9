"""A chat in this process that is stopped under an open page, and started again on the same address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from qa.serve import serve_page


@dataclass
class StoppedChat:
    """`build` makes the page anew at each start; `login` is a name:password that it asks for, if any."""

    build: Callable[[], Any]
    address: str = ""
    page: Any = None
    login: str = ""

    def start(self) -> None:
        self.page = self.build()
        self.address = serve_page(self.page, wait=False, port=urlsplit(self.address).port or 0, login=self.login)

    def stop(self) -> None:
        self.page.close(verbose=False)
