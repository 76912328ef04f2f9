"""From files to an index of releases: read, split, embed, store."""

import sys

# OpenVINO and NNCF tell their maker over the network that they are used, each time that they are imported, from a
# process forked for it, which can wait for ever. Without the package that does it they do not.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
