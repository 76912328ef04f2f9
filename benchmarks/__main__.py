"""`python -m benchmarks`: the figures of benchmarks/README.md, each from one command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.machine import describe_machine
from index.errors import ThalaengError
from index.settings import Settings, load_settings

__all__ = ["main"]

# The arguments that name what is read; of some it may be a folder.
_FOLDERS = ("releases", "sources", "corpus")
_READ = ("questions", "thai", "english", "kept", "stores", *_FOLDERS)

_EXAMPLES = """\
examples:
  python -m benchmarks quality QUESTIONS.jsonl --home HOME --sources FOLDER
  python -m benchmarks speed FOLDER --passages 400
  python -m benchmarks latency QUESTIONS.jsonl --home HOME
  python -m benchmarks scale QUESTIONS.jsonl HOME LARGER_HOME --keep scale.jsonl
  python -m benchmarks curves scale.jsonl scale.png --stores stores.txt
  python -m benchmarks stores --passages 1000000
  python -m benchmarks load QUESTIONS.jsonl --home HOME --minutes 30
  python -m benchmarks lists --home HOME
  python -m benchmarks now --home HOME
  python -m benchmarks mistyped QUESTIONS.jsonl --home HOME
  python -m benchmarks elliptical QUESTIONS.jsonl --home HOME
  python -m benchmarks facts QUESTIONS.jsonl
  python -m benchmarks xquad xquad.th.json xquad.en.json
  python -m benchmarks corruptions corpus --home HOME
  python -m benchmarks proof QUESTIONS.jsonl --home HOME
  python -m benchmarks translations QUESTIONS.jsonl --home HOME --out read.tsv
  python -m benchmarks page --home HOME
  python -m benchmarks fuzz --home HOME
  python -m benchmarks screenshots --home NEW_HOME

QUESTIONS.jsonl: lines of id, url, lang, question_th, question_en, evidence, answer, keys_th,
keys_en; or with
"turns" (two questions, the second is scored) or "unanswerable".
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a benchmark, prints the machine and the figures, and returns the exit status."""
    args = _parser().parse_args(arguments)
    try:
        _check_read(args)
        print(describe_machine())
        sound = args.run(args)
    except ThalaengError as error:
        print(error, file=sys.stderr)
        return 1
    return 1 if sound is False else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measures quality and speed.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    quality = commands.add_parser("quality", help="right release, right quote, refusals, on questions with answers")
    quality.add_argument("questions", type=Path)
    quality.add_argument("--home", type=Path, help="an index of the releases the questions are about")
    quality.add_argument("--sources", type=Path, help="the releases' files, to check that quotes are verbatim")
    quality.add_argument("--misses", type=Path, help="write the questions whose answer was in no quote")
    quality.add_argument("--langchain", action="store_true", help="measure the chain of tutorials beside it")
    quality.set_defaults(run=_quality)

    speed = commands.add_parser("speed", help="passages a second, against plain sentence-transformers on torch")
    speed.add_argument("releases", type=Path)
    speed.add_argument("--passages", type=int, default=400)
    speed.add_argument("--home", type=Path, help="where the model is unpacked")
    speed.set_defaults(run=_speed)

    latency = commands.add_parser("latency", help="milliseconds a question, by step, model warm")
    latency.add_argument("questions", type=Path)
    latency.add_argument("--home", type=Path)
    latency.set_defaults(run=_latency)

    lists = commands.add_parser("lists", help="releases listed, and how many of them are on what was asked for")
    lists.add_argument("--home", type=Path)
    lists.set_defaults(run=_lists)

    now = commands.add_parser("now", help="how new what is quoted is where what holds now is asked for")
    now.add_argument("--home", type=Path)
    now.set_defaults(run=_now)

    mistyped = commands.add_parser("mistyped", help="what questions lose by a slip, or by the wrong keyboard layout")
    mistyped.add_argument("questions", type=Path)
    mistyped.add_argument("--home", type=Path)
    mistyped.set_defaults(run=_mistyped)
    elliptical = commands.add_parser("elliptical", help="what questions lose that are asked as 'And in 2023?'")
    elliptical.add_argument("questions", type=Path)
    elliptical.add_argument("--home", type=Path)
    elliptical.set_defaults(run=_elliptical)

    scale = commands.add_parser("scale", help="start, question, memory and disk in indexes of several sizes")
    scale.add_argument("questions", type=Path)
    scale.add_argument("homes", type=Path, nargs="+", metavar="HOME")
    scale.add_argument("--keep", type=Path, metavar="FILE", help="a file of lines that the figures are added to")
    scale.set_defaults(run=_scale)

    curves = commands.add_parser("curves", help="draw what `scale --keep` has kept")
    curves.add_argument("kept", type=Path, metavar="FILE")
    curves.add_argument("picture", type=Path, help="where to: a .png or .svg")
    curves.add_argument("--stores", type=Path, metavar="FILE", help="what `stores` printed, drawn too")
    curves.set_defaults(run=_curves)

    stores = commands.add_parser("stores", help="up to a million synthetic passages in the stores, without the model")
    stores.add_argument("--passages", type=int, default=1_000_000)
    stores.add_argument("--steps", type=_numbers, default=[100_000, 300_000], help="measured at 100000,300000 too")
    stores.add_argument("--folder", type=Path, help="an empty one, where the index stays; else it is thrown away")
    stores.set_defaults(run=_stores)

    load = commands.add_parser("load", help="many askers of one server while a writer adds, replaces and removes")
    load.add_argument("questions", type=Path)
    load.add_argument("--home", type=Path, help="an index; a copy of it is served")
    load.add_argument("--askers", type=int, default=100)
    load.add_argument("--minutes", type=float, default=30.0)
    load.set_defaults(run=_load)

    facts = commands.add_parser("facts", help="what the right quote says with its key facts in the other language")
    facts.add_argument("questions", type=Path)
    facts.add_argument("--misses", type=Path, help="write the questions of which something is lacking")
    facts.set_defaults(run=_facts)

    xquad = commands.add_parser("xquad", help="the right paragraph of XQuAD, against plain cosine")
    xquad.add_argument("thai", type=Path)
    xquad.add_argument("english", type=Path)
    xquad.add_argument("--home", type=Path, help="where the model is unpacked")
    xquad.set_defaults(run=_xquad)

    corruptions = commands.add_parser(
        "corruptions", help="right sentences that the proof lets through, spoilt ones that it catches; no model"
    )
    corruptions.add_argument("corpus", type=Path, help="the folder of briefs")
    corruptions.add_argument("--home", type=Path, help="where the model is unpacked")
    corruptions.add_argument("--misses", type=Path, help="write the right ones struck and the spoilt ones passed")
    corruptions.set_defaults(run=_corruptions)

    proof = commands.add_parser("proof", help="citation precision and recall of what the endpoint set writes")
    proof.add_argument("questions", type=Path)
    proof.add_argument("--home", type=Path, help="an index of the releases the questions are about")
    proof.add_argument("--most", type=int, default=0, help="so many questions, spread over the file; 0 is all")
    proof.set_defaults(run=_proof)

    translations = commands.add_parser(
        "translations", help="what the local model makes of quotes in the other language, and what of it is shown"
    )
    translations.add_argument("questions", type=Path)
    translations.add_argument("--home", type=Path, help="an index of the releases the questions are about")
    translations.add_argument("--out", type=Path, help="write all translations, to be read by a person")
    translations.set_defaults(run=_translations)

    fuzz = commands.add_parser("fuzz", help="mutated files and hostile questions: no crash, no hang, memory bounded")
    fuzz.add_argument("--files", type=int, default=10_000, help="how many mutated files are read and split")
    fuzz.add_argument("--questions", type=int, default=1_000, help="how many hostile questions are asked")
    fuzz.add_argument("--seed", type=int, default=1, help="what the files and questions are drawn by")
    fuzz.add_argument("--home", type=Path, help="an index to ask; it is only read")
    fuzz.add_argument(
        "--failing", type=Path, default=Path("failing"), metavar="FOLDER", help="where inputs go that fail"
    )
    fuzz.add_argument("--guided", type=float, metavar="MINUTES", help="let a coverage-guided fuzzer choose the input")
    fuzz.set_defaults(run=_fuzz)

    page = commands.add_parser(
        "page", help="first useful paint and citation click to highlighted release, in a browser"
    )
    page.add_argument("--home", type=Path)
    page.add_argument("--question", default="รัฐบาลช่วยเหลือผู้ประสบอุทกภัยอย่างไร", help="a question that is answered")
    page.set_defaults(run=_page)

    pictures = commands.add_parser(
        "screenshots",
        help="pictures of the page: chat and source, dark, phone, filters, releases, adding, a written answer",
    )
    pictures.add_argument("--home", type=Path, help="an empty home is filled with the briefs of corpus/")
    pictures.add_argument("--out", type=Path, default=Path("benchmarks"), metavar="FOLDER")
    pictures.set_defaults(run=_screenshots)
    return parser


def _check_read(args: argparse.Namespace) -> None:
    """Raises `ThalaengError` where a file or a folder that a command reads cannot be, before the models are loaded."""
    for name in _READ:
        path = getattr(args, name, None)
        if not isinstance(path, Path):
            continue
        try:
            if path.is_dir() and name in _FOLDERS:
                os.listdir(path)
            else:
                path.open("rb").close()
        except OSError as error:
            raise ThalaengError(f"{path} cannot be read: {error.strerror or error}") from error


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _settings(args: argparse.Namespace) -> Settings:
    return load_settings(home=args.home)


def _quality(args: argparse.Namespace) -> None:
    from benchmarks.langchain_baseline import is_installed
    from benchmarks.quality import measure_quality

    if args.langchain and not is_installed():
        raise ThalaengError("The chain of tutorials is not installed. Run: pip install -e '.[baseline]'")

    measure_quality(_settings(args), args.questions, args.sources, args.misses, args.langchain)


def _speed(args: argparse.Namespace) -> None:
    from benchmarks.speed import measure_speed

    measure_speed(_settings(args), args.releases, args.passages)


def _latency(args: argparse.Namespace) -> None:
    from benchmarks.latency import measure_latency

    measure_latency(_settings(args), args.questions)


def _lists(args: argparse.Namespace) -> None:
    from benchmarks.lists import measure_lists

    measure_lists(_settings(args))


def _now(args: argparse.Namespace) -> None:
    from benchmarks.now import measure_now

    measure_now(_settings(args))


def _elliptical(args: argparse.Namespace) -> None:
    from benchmarks.elliptical import measure_elliptical

    measure_elliptical(_settings(args), args.questions)


def _mistyped(args: argparse.Namespace) -> None:
    from benchmarks.mistyped import measure_mistyped

    measure_mistyped(_settings(args), args.questions)


def _scale(args: argparse.Namespace) -> None:
    from benchmarks.scale import measure_scale

    measure_scale(args.homes, args.questions, args.keep)


def _curves(args: argparse.Namespace) -> None:
    from benchmarks.curves import draw_curves

    draw_curves(args.kept, args.picture, args.stores)


def _stores(args: argparse.Namespace) -> None:
    from benchmarks.stores import measure_stores

    measure_stores(args.passages, args.steps, args.folder)


def _load(args: argparse.Namespace) -> bool:
    from benchmarks.load import measure_load

    return measure_load(_settings(args), args.questions, args.askers, args.minutes)


def _facts(args: argparse.Namespace) -> None:
    from benchmarks.facts import measure_facts

    measure_facts(args.questions, args.misses)


def _xquad(args: argparse.Namespace) -> None:
    from benchmarks.xquad import measure_xquad

    measure_xquad(_settings(args), {"th": args.thai, "en": args.english})


def _corruptions(args: argparse.Namespace) -> None:
    from benchmarks.corruptions import measure_corruptions

    measure_corruptions(_settings(args), args.corpus, args.misses)


def _translations(args: argparse.Namespace) -> None:
    from benchmarks.translations import measure_translations

    measure_translations(_settings(args), args.questions, args.out)


def _proof(args: argparse.Namespace) -> None:
    from benchmarks.proof import measure_proof

    measure_proof(_settings(args), args.questions, args.most)


def _fuzz(args: argparse.Namespace) -> bool:
    from benchmarks.fuzz import run_fuzz

    if args.guided:
        from benchmarks.fuzz_targets import fuzz_guided

        return fuzz_guided(args.guided, args.seed, args.failing)
    return run_fuzz(_settings(args), args.files, args.questions, args.seed, args.failing)


def _page(args: argparse.Namespace) -> None:
    from benchmarks.page_speed import measure_page

    measure_page(_settings(args), args.question)


def _screenshots(args: argparse.Namespace) -> None:
    from benchmarks.screenshots import take_screenshots

    take_screenshots(_settings(args), args.out)


if __name__ == "__main__":
    sys.exit(main())
