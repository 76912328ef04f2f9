"""Nobody is told over the network that Thalaeng is used."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

_SAYS_WHAT_IS_LOADED = """
import json, os, sys
import {package}
forked = []
os.register_at_fork(before=lambda: forked.append(1))
import openvino, nncf
from nncf.telemetry.wrapper import telemetry
backends = [name for name in sys.modules if "telemetry.backend" in name]
print(json.dumps([type(telemetry).__name__, len(forked), backends]))
"""

_OUTSIDE_CI = {name: value for name, value in os.environ.items() if name != "CI"}


@pytest.mark.parametrize("package", ["index.apart", "qa.ask", "app"])
def test_what_computes_tells_nobody_that_it_is_used(package: str) -> None:
    # Under another name than pytest's, and outside CI, where these packages are silent by themselves.
    program = _SAYS_WHAT_IS_LOADED.format(package=package)
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=_OUTSIDE_CI)
    stub, forked, backends = json.loads(said.stdout.splitlines()[-1])
    assert (stub, forked, backends) == ("MagicMock", 0, [])
