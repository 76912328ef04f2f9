"""`python -m qa`: ask one question, or a file of them; what people thought of answers."""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from index.__main__ import begin_output, end_output, home_option
from index.errors import ThalaengError
from index.normal import writable
from index.release import LANGUAGES
from index.settings import load_settings
from qa.answer import Answer
from qa.ask import Answerer
from qa.compose import MAY_NOT_SAY
from qa.feedback import FeedbackBook, as_csv
from qa.filters import FILTER_NAMES, BadFilter, read_filters
from qa.keyboard import READ_AS
from qa.levels import AnswerWriter, open_writer, write_answer
from qa.words import Phrase
from qa.written import byline, shown_sentences, why_struck

__all__ = ["main"]

# What a line of a batch may hold.
_FIELDS = ("id", "question", "history", *FILTER_NAMES)
# The filters of days as the command line calls them.
_OPTIONS = {"date_from": "--from", "date_until": "--until"}
_STRUCK = Phrase("ตัดออก", "Struck out")

_EXAMPLES = """\
examples:
  python -m qa ask "TikTok มีผู้ใช้ในไทยกี่คน"
  python -m qa ask "How many Thai sellers are on TikTok Shop?" --json
  python -m qa ask "มีข่าวน้ำท่วมอะไรบ้าง" --from 2025-01-01 --until 2025-06-30 --newest-first
  python -m qa batch questions.jsonl --out answers.jsonl
  THALAENG_LLM_URL=http://127.0.0.1:11434/v1 THALAENG_LLM_MODEL=qwen3:8b \\
    python -m qa ask "TikTok มีผู้ใช้ในไทยกี่คน" --lang en --answer-with llm
  python -m qa ask "How many seats does the new boat have?" --answer-with local
  python -m qa feedback --out feedback.csv

Each line of questions.jsonl: {"id": "1", "question": "…", "history": ["an earlier question", …]}, with
"date_from", "date_until", "category", "publisher", "release_language" or "newest_first" if you like.
Exit status: 0 answered or refused, 1 failed, 2 wrong arguments, 3 some lines were skipped.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit status."""
    parser = _parser()
    args, rest = parser.parse_known_args(arguments)
    if rest:
        # A question without quotes comes as many words, of which the first is taken for the question.
        is_question = args.run is _ask and not rest[0].startswith("-")
        hint = "; put the question in quotes" if is_question else ""
        parser.error(f"unrecognized arguments: {' '.join(rest)}{hint}")
    begin_output()
    try:
        answerer = Answerer(load_settings(home=args.home), lambda line: print(line, file=sys.stderr))
        status = int(args.run(answerer, args))
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        return end_output()
    except ThalaengError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m qa",
        description="Answers questions from the index, each with the passages that support it.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[home_option()],
    )
    home = home_option(argparse.SUPPRESS)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    ask = commands.add_parser(
        "ask",
        parents=[home],
        help="answer one question",
        description="Answers a question in Thai or English with up to three verbatim quotes, each with the headline, "
        "date and address of its release, or says that the releases do not answer it.",
    )
    ask.add_argument("question", metavar="QUESTION", help="the question, in quotes")
    ask.add_argument("--json", action="store_true", help="print the answer as JSON")
    ask.add_argument("--lang", choices=("th", "en"), help="language of the answer (default: that of the question)")
    _add_level(ask)
    _add_filters(ask)
    ask.set_defaults(run=_ask)

    batch = commands.add_parser(
        "batch",
        parents=[home],
        help="answer a file of questions, JSON Lines in and out",
        description="Answers each line of a file. Lines that are not questions are skipped and reported.",
    )
    batch.add_argument("questions", type=Path, metavar="IN.jsonl", help='a line: {"id": "1", "question": "…"}')
    batch.add_argument(
        "--out", type=Path, required=True, metavar="OUT.jsonl", help="one answer per line, as from ask --json"
    )
    _add_level(batch)
    batch.set_defaults(run=_batch)

    feedback = commands.add_parser(
        "feedback",
        parents=[home],
        help="export feedback on answers as CSV",
        description="Exports feedback on answers: thumbs and reasons, with the question, answer and citations.",
    )
    feedback.add_argument("--out", type=Path, metavar="OUT.csv", help="file to write (default: print to the terminal)")
    feedback.set_defaults(run=_feedback)
    return parser


def _add_level(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--answer-with",
        choices=("quotes", "local", "llm"),
        help="quotes: verbatim quotes; local: also translates quotes in the other language, with a small model on this "
        "machine; llm: an answer written from the quotes by the model at THALAENG_LLM_URL, checked against them "
        "(default: THALAENG_ANSWER_WITH, or quotes)",
    )


def _add_filters(parser: argparse.ArgumentParser) -> None:
    filters = parser.add_argument_group("filters", "limit which releases may answer")
    filters.add_argument("--from", dest="date_from", metavar="DATE", help="on or after this date, such as 2025-02-28")
    filters.add_argument(
        "--until", dest="date_until", metavar="DATE", help="on or before this date; undated releases are left out"
    )
    filters.add_argument("--category", metavar="NAME", help="in this category, spelled as in the releases")
    filters.add_argument("--publisher", metavar="NAME", help="from this publisher, spelled as in the releases")
    filters.add_argument("--release-language", choices=LANGUAGES, help="in this language")
    filters.add_argument("--newest-first", action="store_true", help="put the newest answering releases first")


def _ask(answerer: Answerer, args: argparse.Namespace) -> int:
    try:
        filters = read_filters({name: getattr(args, name) for name in FILTER_NAMES}, _OPTIONS)
    except BadFilter as error:
        print(error, file=sys.stderr)
        return 2
    writer = _writer(answerer, args)
    # Looking for what can be thrown away takes a sixth of a start, in which nothing is.
    gc.disable()
    try:
        answerer.load()
    finally:
        gc.enable()
    answer = answerer.ask(args.question, language=args.lang, filters=filters)
    if writer:
        answer = write_answer(answer, writer)
    if args.json:
        print(json.dumps(answer.as_json(), ensure_ascii=False, indent=1))
    else:
        print(_printed(answer))
    return 0


def _writer(answerer: Answerer, args: argparse.Namespace) -> AnswerWriter | None:
    """What is to write the answers, before anything is searched: what is not set up is said at once."""
    level = args.answer_with or answerer.library.settings.answer_with or "quotes"
    return None if level == "quotes" else open_writer(answerer, level, lambda line: print(line, file=sys.stderr))


def _feedback(answerer: Answerer, args: argparse.Namespace) -> int:
    book = FeedbackBook(answerer.library.settings.home / "feedback.sqlite")
    written = as_csv(book.all())
    if args.out is None:
        print(written, end="")
        return 0
    try:
        # A spreadsheet takes a file for UTF-8 by its first mark.
        args.out.write_text(written, encoding="utf-8-sig", newline="")
    except OSError as error:
        print(f"{args.out} cannot be written: {error.strerror or error}", file=sys.stderr)
        return 1
    return 0


def _printed(answer: Answer) -> str:
    """The answer and its sources for a terminal."""
    lines = [f"{READ_AS.of(answer.language)}: {answer.read_as}"] if answer.read_as else []
    if answer.is_doubtful:
        lines.append(MAY_NOT_SAY.of(answer.language))
    lines.append(answer.text)
    if answer.answered_by == "llm":
        lines += [
            f"{_STRUCK.of(answer.language)}: {sentence.marked} ({why_struck(sentence).of(answer.language)})"
            for sentence in shown_sentences(answer)
            if sentence.struck
        ]
    if answer.answered_by != "quotes":
        lines.append(byline(answer).of(answer.language))
    if answer.note:
        lines.append(answer.note.of(answer.language))
    for citation in answer.citations:
        address = citation.url or "no link" if answer.language == "en" else citation.url or "ไม่มีลิงก์"
        # Where the quotes are the answer they stand in its text, each with the date of its release.
        quote = date = ""
        if answer.answered_by == "llm":
            from qa.cards import date_text

            quote = f"“{' '.join(citation.quote.split())}”\n    "
            date = f" ({date_text(citation.date, answer.language)})"
        lines.append(f"[{citation.n}] {citation.title}{date}\n    {quote}{address}")
    return "\n\n".join(lines)


def _batch(answerer: Answerer, args: argparse.Namespace) -> int:
    try:
        rows = list(_questions(args.questions))
    except OSError as error:
        print(f"{args.questions} cannot be read: {error.strerror or error}", file=sys.stderr)
        return 1
    except UnicodeDecodeError:
        print(f"{args.questions} cannot be read: it is not UTF-8", file=sys.stderr)
        return 1
    if args.out.exists() and args.out.samefile(args.questions):
        print(f"{args.out} cannot be written: it holds the questions", file=sys.stderr)
        return 1
    if unread := _unread(row for _, row in rows if not isinstance(row, str)):
        print(f"{args.questions}: not read: {unread}", file=sys.stderr)
    bad = 0
    writer = _writer(answerer, args)
    try:
        # Before the models are loaded, which takes seconds.
        out = args.out.open("w", encoding="utf-8")
    except OSError as error:
        print(f"{args.out} cannot be written: {error.strerror or error}", file=sys.stderr)
        return 1
    with out:
        answerer.warm_up()
        for done, (number, row) in enumerate(rows, 1):
            if isinstance(row, str):
                bad += 1
                print(f"skipped {args.questions}:{number}: {row}", file=sys.stderr)
                continue
            try:
                earlier = row.get("history") or ()
                answer = answerer.ask(row["question"], earlier, filters=read_filters(row))
            except BadFilter as error:
                bad += 1
                print(f"skipped {args.questions}:{number}: {error}", file=sys.stderr)
                continue
            if writer:
                answer = write_answer(answer, writer, earlier)
            given = row.get("id")
            line = answer.as_json(writable(str(number if given is None else given)))
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
            if done % 50 == 0:
                print(f"{done} of {len(rows)}", file=sys.stderr)
    return 3 if bad else 0


def _questions(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Each line that is not blank by its number, as a question, or as the reason why it is none."""
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        if line.strip():
            yield number, _question(line)


def _unread(rows: Iterable[dict[str, Any]]) -> str:
    """The fields of questions that say nothing here, each with the one that it may be meant for; "" without any."""
    names = dict.fromkeys(name for row in rows for name in row if name not in _FIELDS)
    meant = ((name, get_close_matches(name.lower().replace("-", "_"), _FIELDS, 1)) for name in names)
    return ", ".join(f"{name!r} (is {near[0]!r} meant?)" if near else repr(name) for name, near in meant)


def _question(line: str) -> dict[str, Any] | str:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        # Not only errors of JSON: a number may have too many figures for Python, and lists too many levels.
        return f"not JSON ({getattr(error, 'msg', None) or 'a number is too long or a list too deep'})"
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        return 'a line must be an object with a "question"'
    history = row.get("history") or []
    if not isinstance(history, list) or not all(isinstance(earlier, str) for earlier in history):
        return '"history" must be a list of earlier questions'
    return row


if __name__ == "__main__":
    sys.exit(main())
