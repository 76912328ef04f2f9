"""`python -m qa.training`: trains the encoder, the query adapter, the projection of token vectors or the reader anew,
on the questions that the project ships."""

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

from index.embed import Encoder, default_model_folder
from index.language import detect_language
from index.release import LANGUAGES, Language
from index.settings import DEFAULT_MODEL, Settings, load_settings
from index.split import Splitter
from qa.reader import WEIGHTS
from qa.training.examples import Example, TrainingQuestion, read_questions, read_releases, squad_groups
from qa.training.held_out import write_held_out

if TYPE_CHECKING:
    from index.projection import Array
    from qa.shift import LanguageShift
    from qa.training.adapter import Pair
    from qa.training.groups import Nearness

_EXAMPLES = """\
example:
  git clone https://github.com/PyThaiNLP/thaigov-v2-corpus
  python -m qa.training thaigov-v2-corpus --squad iapp-wiki-qa.zip xquad.th.json+xquad.en.json --rate 3e-4 --out reader/
  python -m qa.training thaigov-v2-corpus --start qa/reader.safetensors --seed 2 --out further/
  python -m qa.training --mean reader/reader.safetensors further/reader.safetensors --out mean/
  python -m qa.training thaigov-v2-corpus --encoder --squad iapp-wiki-qa.zip --out encoder/
  python -m qa.training thaigov-v2-corpus --adapter --out adapter/
  python -m qa.training thaigov-v2-corpus --projection --out projection/
  python -m qa.training thaigov-v2-corpus --codebooks --start projection/projection.safetensors --out codebooks/
  python -m qa.training thaigov-v2-corpus --held-out --out held-out/

--squad takes question sets to learn reading in general from: JSON Lines in a zip (iApp Wiki QA), a file
in SQuAD's form, or two parallel ones joined by "+", of which questions and texts are also crossed.

The reader takes minutes on a GPU and hours on two cores. Readers that learned apart from one another, by the same
questions in another order (--seed) or from other weights (--start), read better together: --mean writes one whose
weights are the mean of theirs.
"""
_SEED = 20
# As many values as a step then drops some of are drawn in advance (`_DRAWN` in qa/training/train.py).
_LARGEST_BATCH = 100
# Questions on other texts beside those of one pass over the questions on releases.
_GENERAL = 5000


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains and writes the reader; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m qa.training",
        description="Trains the reader on questions over the public corpus; or with --encoder what the embedding model "
        "has learned and the query adapter with it, with --adapter the latter alone, with --projection what the index "
        "keeps of token vectors.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("corpus", type=Path, nargs="?", help="a copy of the public corpus")
    parser.add_argument("--squad", nargs="*", default=[], metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--passes", type=float, default=2.5, help="passes over the questions on releases (2.5)")
    parser.add_argument("--rate", type=float, default=1.5e-4, help="highest learning rate (1.5e-4)")
    parser.add_argument("--batch", type=int, default=48, help="questions with passages per step (48)")
    parser.add_argument("--frozen", type=int, default=0, help="number of lowest layers that are not trained (0)")
    parser.add_argument(
        "--seed", type=int, default=_SEED, help=f"seed for what is drawn at random for the reader ({_SEED})"
    )
    parser.add_argument("--home", type=Path, help="where the embedding model is")
    parser.add_argument(
        "--start", type=Path, metavar="FILE", help="a reader's weights to start from; with --codebooks a projection's"
    )
    parser.add_argument(
        "--mean", nargs="+", type=Path, metavar="FILE", help="write the mean of these readers; train nothing"
    )
    parser.add_argument("--encoder", action="store_true", help="train the embedding model's updates and the adapter")
    parser.add_argument("--steps", type=int, default=850, help="steps of --encoder (850: half an hour on two cores)")
    parser.add_argument("--adapter", action="store_true", help="train the query adapter instead of the reader")
    parser.add_argument("--projection", action="store_true", help="train the projection of token vectors")
    parser.add_argument("--codebooks", action="store_true", help="train what codes projected token vectors")
    parser.add_argument("--held-out", action="store_true", help="write the questions kept for measuring; train nothing")
    args = parser.parse_args(arguments)
    if args.passes <= 0:
        parser.error("--passes must be a number above 0, such as 2.5")
    if not 1 <= args.batch <= _LARGEST_BATCH:
        parser.error(f"--batch must be a number from 1 to {_LARGEST_BATCH}")
    for path in [*(args.mean or []), *([args.start] if args.start else [])]:
        if not path.is_file():
            parser.error(f"there is no file {path}")
    settings = load_settings(home=args.home, model=DEFAULT_MODEL)
    if args.mean:
        try:
            _write_mean(args.mean, default_model_folder(settings, _say), args.out)
        except ValueError as error:
            parser.error(str(error))
        return 0
    if args.corpus is None:
        parser.error("name the folder of the public corpus")

    from index.projection import WEIGHTS as PROJECTION
    from index.projection import learned_matrices
    from qa.shift import LanguageShift
    from qa.training.adapter import gather_pairs
    from qa.training.groups import Nearness, release_groups

    try:
        matrices = learned_matrices(args.start or PROJECTION) if args.codebooks else None
    except ValueError as error:
        parser.error(str(error))
    encoder = Encoder(settings, _say)
    splitter = Splitter(encoder.count_tokens)
    general = [group for name in args.squad for group in squad_groups(_squad_rows(name), splitter)]
    questions = read_questions(Path(str(files("qa.training").joinpath("questions.jsonl"))))
    learned = [question for question in questions if not question.held_out]
    held_out = [question for question in questions if question.held_out]
    releases = read_releases(args.corpus, {question.url for question in questions})
    if not releases:
        parser.error(f"{args.corpus} holds none of the releases that the questions are on")
    if args.held_out:
        count = write_held_out(held_out, releases, args.out)
        _say(f"{count} questions are in {args.out / 'questions.jsonl'}, their releases in {args.out / 'releases'}.")
        return 0
    shift = LanguageShift(encoder, settings.home / "model")
    near = Nearness(releases, splitter, encoder, shift, keep_tokens=args.adapter or args.projection or args.codebooks)
    if args.encoder:
        if not general:
            _say("Without --squad the model forgets how other texts are found.")
        folder = default_model_folder(settings, _say)
        examples = [right for right, *_ in general]
        _train_encoder(list(gather_pairs(learned, near)), examples, near, folder, args.steps, args.out)
        return 0
    if args.adapter:
        _train_adapter(list(gather_pairs(learned, near)), near, encoder.folder, args.out)
        return 0
    if args.projection or args.codebooks:
        pairs = list(gather_pairs(learned, near))
        _train_projection(pairs, near, encoder, shift, settings, args.out, matrices)
        return 0
    chance = random.Random(args.seed)
    theirs = list(release_groups(held_out, near, chance))
    groups = list(_reader_groups(learned, near, general, args.passes, chance))
    _say(f"{len(groups)} groups of passages to learn from, {len(theirs)} held out")
    _train_reader(default_model_folder(settings, _say), groups, theirs, args)
    return 0


def _reader_groups(
    questions: Sequence[TrainingQuestion],
    near: Nearness,
    general: Sequence[Sequence[Example]],
    passes: float,
    chance: random.Random,
) -> Iterator[Sequence[Example]]:
    """So many passes over the questions on releases, each with other passages, and some on other texts with each."""
    from qa.training.groups import general_groups, release_groups

    while passes > 0:
        share = min(1.0, passes)
        some = chance.sample(questions, round(share * len(questions)))
        others = chance.sample(general, round(share * min(_GENERAL, len(general))))
        yield from release_groups(some, near, chance)
        yield from general_groups(others, chance)
        passes -= share


def _train_encoder(
    pairs: Sequence[Pair], general: Sequence[Example], near: Nearness, model: Path, steps: int, out: Path
) -> None:
    from safetensors.numpy import save_file as save_arrays
    from safetensors.torch import save_file

    from index.fine_tuned import WEIGHTS as UPDATES
    from index.fine_tuned import pack_updates
    from qa.adapter import WEIGHTS
    from qa.trained_network import pack_weights
    from qa.training.encoder import contests_on_releases, general_contests, train_encoder

    out.mkdir(parents=True, exist_ok=True)
    on_releases = list(contests_on_releases(pairs, near))
    others = [one for language in LANGUAGES for one in general_contests(_written_in(general, language), language)]
    updates, adapter = train_encoder(on_releases, others, steps, model, _SEED, _say)
    save_arrays(pack_updates(updates), out / UPDATES.name)
    save_file(pack_weights(adapter, model), out / WEIGHTS.name)
    _say(f"The encoder's updates and the adapter are in {out}; the project's own are {UPDATES} and {WEIGHTS}.")
    _say("An index made with others has to be made anew: python -m index rebuild")


def _written_in(examples: Sequence[Example], language: Language) -> list[Example]:
    """The examples whose question and passage are both in a language."""
    return [one for one in examples if {detect_language(one.question), detect_language(one.passage)} == {language}]


def _train_adapter(pairs: Sequence[Pair], near: Nearness, model: Path, out: Path) -> None:
    from safetensors.torch import save_file

    from qa.adapter import WEIGHTS
    from qa.trained_network import pack_weights
    from qa.training.adapter import train_adapter

    out.mkdir(parents=True, exist_ok=True)
    save_file(pack_weights(train_adapter(pairs, near, model, _SEED, _say), model), out / WEIGHTS.name)
    _say(f"The adapter is in {out / WEIGHTS.name}; the project's own is {WEIGHTS}.")


def _train_projection(
    pairs: Sequence[Pair],
    near: Nearness,
    encoder: Encoder,
    shift: LanguageShift,
    settings: Settings,
    out: Path,
    matrices: tuple[Array, Array] | None,
) -> None:
    """Trains the projection's matrices, or the codebooks behind those that are given."""
    from safetensors.torch import save_file

    from index.projection import WEIGHTS
    from qa.adapter import QueryAdapter
    from qa.training.codebooks import train_codebooks
    from qa.training.projection import train_projection

    out.mkdir(parents=True, exist_ok=True)
    adapter = QueryAdapter(settings, _say)
    if matrices is None:
        save_file(train_projection(pairs, near, encoder, shift, adapter, _SEED, _say), out / WEIGHTS.name)
        _say(f"The projection is in {out / WEIGHTS.name}. Its codebooks come next: --codebooks --start that file.")
        return
    weights = train_codebooks(matrices, pairs, near, encoder, shift, adapter, _SEED, _say)
    save_file(weights, out / WEIGHTS.name)
    _say(f"The projection with its codebooks is in {out / WEIGHTS.name}; the project's own is {WEIGHTS}.")
    _say("An index made with another has to be made anew: python -m index rebuild")


def _train_reader(
    model: Path, groups: Sequence[Sequence[Example]], held_out: Sequence[Sequence[Example]], args: argparse.Namespace
) -> None:
    """Trains; what has been learned so far is in `--out` now and then, for a run that is broken off."""
    from safetensors.torch import save_file

    from qa.reader_network import ReaderNetwork
    from qa.trained_network import pack_weights
    from qa.training.train import train

    out: Path = args.out
    out.mkdir(parents=True, exist_ok=True)

    def keep(network: ReaderNetwork) -> None:
        save_file(pack_weights(network, model), out / WEIGHTS.name)

    network = train(
        model, groups, held_out, args.seed, _say, keep,
        start=args.start, rate=args.rate, frozen=args.frozen, batch=args.batch,
    )  # fmt: skip
    keep(network)
    _say(f"The reader is in {out / WEIGHTS.name}; the project's own is {WEIGHTS}.")


def _write_mean(readers: Sequence[Path], model: Path, out: Path) -> None:
    """The mean of readers' weights: better than each of them, where they learned from the same model (Wortsman et al.
    2022, "Model soups"). Raises `ValueError` where a file does not hold a reader's weights."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file, save_file

    from qa.reader_network import ReaderNetwork
    from qa.trained_network import mean_of, pack_weights

    weights = []
    for reader in readers:
        try:
            weights.append(load_file(reader))
        except SafetensorError as error:
            raise ValueError(f"{reader} does not hold weights: {error}") from error
    network = mean_of(weights, lambda: ReaderNetwork(model))
    out.mkdir(parents=True, exist_ok=True)
    save_file(pack_weights(network, model), out / WEIGHTS.name)
    _say(f"The mean of {len(readers)} readers is in {out / WEIGHTS.name}; the project's own is {WEIGHTS}.")


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
