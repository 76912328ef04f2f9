"""`python -m qa.training`: trains the reader or the query adapter anew, on the questions that the project ships."""

from __future__ import annotations

import argparse
import json
import random
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.embed import Encoder
from index.settings import DEFAULT_MODEL, load_settings
from index.split import Splitter
from qa.reader import WEIGHTS
from qa.training.examples import (
    Example,
    TrainingQuestion,
    read_questions,
    read_releases,
    release_examples,
    squad_examples,
)
from qa.training.held_out import write_held_out

if TYPE_CHECKING:
    from qa.training.adapter import Pairs
    from qa.training.train import Stage

_EXAMPLES = """\
example:
  git clone https://github.com/PyThaiNLP/thaigov-v2-corpus
  python -m qa.training thaigov-v2-corpus --squad iapp-wiki-qa.zip xquad.th.json+xquad.en.json --out reader/
  python -m qa.training thaigov-v2-corpus --adapter --out adapter/
  python -m qa.training thaigov-v2-corpus --held-out --out held-out/

--squad takes question sets to learn reading in general from: JSON Lines in a zip (iApp Wiki QA), a file
in SQuAD's form, or two parallel ones joined by "+", of which questions and texts are also crossed.
"""
_SEED = 20
# One in this many releases is held out, to tell how well it goes.
_HELD_OUT = 12
_GENERAL_EXAMPLES = 3600


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains and writes the reader; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m qa.training",
        description="Trains the reader, or with --adapter the query adapter, on questions over the public corpus.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("corpus", type=Path, help="a copy of the public corpus, with the releases asked about")
    parser.add_argument("--squad", nargs="*", default=[], metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--passes", type=int, default=2, help="over the questions on releases (2)")
    parser.add_argument("--home", type=Path, help="where the embedding model is")
    parser.add_argument("--start", type=Path, metavar="FILE", help="weights kept by an earlier run, to go on from")
    parser.add_argument("--adapter", action="store_true", help="train the query adapter in place of the reader")
    parser.add_argument("--held-out", action="store_true", help="write the questions kept for measuring, train nothing")
    args = parser.parse_args(arguments)

    from qa.shift import LanguageShift
    from qa.training.adapter import gather_pairs
    from qa.training.train import Stage

    settings = load_settings(home=args.home, model=DEFAULT_MODEL)
    encoder = Encoder(settings, _say)
    splitter = Splitter(encoder.count_tokens)
    chance = random.Random(_SEED)
    general = [example for name in args.squad for example in squad_examples(_squad_rows(name), splitter)]
    chance.shuffle(general)
    questions = read_questions(Path(str(files("qa.training").joinpath("questions.jsonl"))))
    learned, held_out = _apart(questions)
    releases = read_releases(args.corpus, {question.url for question in questions})
    if args.held_out:
        count = write_held_out(held_out, releases, args.out)
        _say(f"{count} questions are in {args.out / 'questions.jsonl'}, their releases in {args.out / 'releases'}.")
        return 0
    if args.adapter:
        _train_adapter(
            gather_pairs(learned, releases, splitter, encoder, LanguageShift(encoder, settings.home / "model")),
            args.out,
        )
        return 0
    ours = list(release_examples(learned, releases, splitter, chance))
    theirs = list(release_examples(held_out, releases, splitter, chance))
    _say(f"{len(general)} general examples, {len(ours)} on releases, {len(theirs)} held out")
    stages = [
        Stage("general", general[:_GENERAL_EXAMPLES], 1.5e-4),
        Stage("releases", ours, 1.5e-4, args.passes, frozen=6),
    ]
    _train(settings.home / "model" / "e5-small", [stage for stage in stages if stage.examples], theirs, args)
    return 0


def _train_adapter(pairs: Pairs, out: Path) -> None:
    from safetensors.torch import save_file

    from qa.adapter import WEIGHTS
    from qa.training.adapter import train_adapter

    out.mkdir(parents=True, exist_ok=True)
    save_file(train_adapter(pairs, _SEED, _say), out / WEIGHTS.name)
    _say(f"The adapter is in {out / WEIGHTS.name}; the project's own is {WEIGHTS}.")


def _train(model: Path, stages: Sequence[Stage], held_out: Sequence[Example], args: argparse.Namespace) -> None:
    """Trains, keeping the weights of each pass in `--out`, and last the reader as the project ships it."""
    from safetensors.torch import save_file

    from qa.reader_network import ReaderNetwork, pack_weights
    from qa.training.train import train

    out: Path = args.out
    out.mkdir(parents=True, exist_ok=True)

    def keep(network: ReaderNetwork, name: str) -> None:
        save_file(network.state_dict(), out / f"{name}.safetensors")

    network = train(model, stages, held_out, _SEED, _say, keep, args.start)
    save_file(pack_weights(network, model), out / WEIGHTS.name)
    _say(f"The reader is in {out / WEIGHTS.name}; the project's own is {WEIGHTS}.")


def _apart(questions: Sequence[TrainingQuestion]) -> tuple[list[TrainingQuestion], list[TrainingQuestion]]:
    """Questions to learn from and questions held out, by whole releases."""
    urls = sorted({question.url for question in questions})
    kept = set(urls[::_HELD_OUT])
    return [q for q in questions if q.url not in kept], [q for q in questions if q.url in kept]


def _squad_rows(name: str) -> Iterator[Mapping[str, object]]:
    """Rows of question, context, answer and where it starts."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(name) as archive:
            for member in sorted(archive.namelist()):
                if member.endswith(".jsonl"):
                    for line in archive.read(member).decode("utf-8").split("\n"):
                        if line:
                            row = json.loads(line)
                            answer, start = row["answers"]["text"][0], row["answers"]["answer_start"][0]
                            yield {**row, "answer": answer, "answer_start": start}
        return
    sets = [json.loads(Path(part).read_text(encoding="utf-8")) for part in name.split("+")]
    asked: dict[str, list[str]] = {}
    for data in sets:
        for _, question in _squad_questions(data):
            asked.setdefault(question["id"], []).append(question["question"])
    for data in sets:
        for context, question in _squad_questions(data):
            answer = question["answers"][0]
            for text in asked[question["id"]]:
                yield {
                    "question": text,
                    "context": context,
                    "answer": answer["text"],
                    "answer_start": answer["answer_start"],
                }


def _squad_questions(data: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each question of a set in SQuAD's form with the text it is asked about."""
    for article in data["data"]:
        for paragraph in article["paragraphs"]:
            for question in paragraph["qas"]:
                yield str(paragraph["context"]), question


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
