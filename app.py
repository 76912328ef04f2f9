"""Starts the chat: `python app.py`, then open the address it prints."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

# Read by Gradio when it is imported: no usage reports, no look for a newer version.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

from index.__main__ import begin_output, home_option
from index.errors import ThalaengError
from index.settings import Settings, load_settings

_EXAMPLES = """\
examples:
  python app.py                              the chat on http://127.0.0.1:7860
  python app.py --corpus my-releases/        index this folder first if nothing is indexed yet
  python app.py --home /data/thalaeng --port 8000
  python app.py --host 0.0.0.0               open to the network: anyone who reaches it can ask,
                                             unless THALAENG_LOGIN is set

Every option is also a setting: THALAENG_HOME, THALAENG_HOST, THALAENG_PORT, THALAENG_ROOT_PATH,
THALAENG_CORPUS. GET /health answers in JSON, with status 503 until questions can be answered. The log
is JSON, one line per event.
More releases: python -m index add FOLDER. Exit status: 0 stopped, 1 could not start, 2 wrong arguments.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the chat until it is stopped; returns the exit status."""
    from uvicorn.config import LOGGING_CONFIG

    from qa.arenas import share_arenas
    from qa.event_log import JsonLines

    share_arenas()
    options = vars(_parse(arguments))
    begin_output()
    log, rest, lines = logging.getLogger("qa"), logging.getLogger(), logging.StreamHandler()
    lines.setFormatter(JsonLines())
    log.addHandler(lines)
    log.setLevel(logging.INFO)
    log.propagate = False
    # What libraries warn of goes into the same log. Once an assistant has called, one of them would else have its own.
    rest.addHandler(lines)
    # And so does what the server itself says, such as of a call that is no HTTP.
    LOGGING_CONFIG["formatters"]["default"] = {"()": JsonLines}
    # What a service manager or a container sends to stop a process: the same as Ctrl+C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _run(load_settings(**options))
    except ThalaengError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    finally:
        log.removeHandler(lines)
        rest.removeHandler(lines)
        log.propagate = True
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python app.py",
        description="A chat over press releases: it answers with quotes, each with its headline, date and link.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[home_option()],
    )
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default: 7860); 0 takes any free one")
    parser.add_argument(
        "--root-path", metavar="PATH", help="path under which a reverse proxy shows the chat, such as /news"
    )
    parser.add_argument(
        "--corpus", type=Path, metavar="DIR", help="folder to index if nothing is indexed yet (default: corpus)"
    )
    return parser.parse_args(arguments)


def _run(settings: Settings) -> None:
    from index.opened import make_home
    from qa.adding import Adding
    from qa.ask import Answerer
    from qa.desk import Desk
    from qa.examples import ExampleQuestions
    from qa.feedback import FeedbackBook
    from qa.levels import open_writer
    from qa.page import build_page
    from qa.readiness import Readiness
    from qa.serve import free_port, serve_page
    from qa.shelf_csv import csv_route
    from qa.warm import WarmUp

    make_home(settings.home)
    port = free_port(settings.host, settings.port)
    answerer = Answerer(settings, lambda line: print(line, file=sys.stderr))
    level = settings.answer_with or ("llm" if settings.llm_url else "quotes")
    writer = None if level == "quotes" else open_writer(answerer, level, lambda line: print(line, file=sys.stderr))
    readiness = Readiness(WarmUp(answerer))
    feedback = FeedbackBook(settings.home / "feedback.sqlite")
    desk = Desk(
        settings.concurrency,
        a_minute=settings.questions_a_minute,
        proxies=settings.trusted_proxies,
        opening=readiness.tried,
        looks_a_minute=settings.looks_a_minute,
    )
    # They are asked when questions can be answered, and nobody asks any.
    examples = ExampleQuestions(answerer, settings.home / "examples.json", lambda: readiness.is_ready and desk.is_idle)
    password = settings.add_password.get_secret_value()
    adding = Adding(answerer.library, password, settings.trusted_proxies) if password else None

    def close() -> None:
        readiness.stop()
        examples.stop()
        if adding:
            adding.shut()

    page = build_page(
        answerer,
        examples=examples.now,
        desk=desk,
        suggester=answerer,
        feedback=feedback,
        may_add=adding is not None,
        writer=writer,
        readiness=readiness,
    )
    serve_page(
        page,
        settings.host,
        port,
        root_path=settings.root_path,
        login=settings.login.get_secret_value(),
        proxies=settings.trusted_proxies,
        health=lambda: readiness.health(answerer.count_releases),
        adding=adding,
        routes=[csv_route(answerer, desk)],
        opened=lambda: readiness.begin(examples.find),
        closing=close,
    )


if __name__ == "__main__":
    sys.exit(main())
