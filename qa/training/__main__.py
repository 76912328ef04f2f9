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
from qa.training.examples import Example, read_questions, read_releases, squad_examples
from qa.training.held_out import write_held_out

if TYPE_CHECKING:
    from qa.shift import LanguageShift
    from qa.training.adapter import Pair
    from qa.training.groups import Nearness
    from qa.training.train import Stage

_EXAMPLES = """\
example:
  git clone https://github.com/PyThaiNLP/thaigov-v2-corpus
  python -m qa.training thaigov-v2-corpus --squad iapp-wiki-qa.zip xquad.th.json+xquad.en.json --out reader/
  python -m qa.training thaigov-v2-corpus --start qa/reader.safetensors --rate 1.2e-4 --frozen 3 --halfway --out reader/
  python -m qa.training thaigov-v2-corpus --encoder --squad iapp-wiki-qa.zip --out encoder/
  python -m qa.training thaigov-v2-corpus --adapter --out adapter/
  python -m qa.training thaigov-v2-corpus --projection --out projection/
  python -m qa.training thaigov-v2-corpus --held-out --out held-out/

--squad takes question sets to learn reading in general from: JSON Lines in a zip (iApp Wiki QA), a file
in SQuAD's form, or two parallel ones joined by "+", of which questions and texts are also crossed.
"""
_SEED = 20
_GENERAL_EXAMPLES = 3600


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
    parser.add_argument("corpus", type=Path, help="a copy of the public corpus, with the releases asked about")
    parser.add_argument("--squad", nargs="*", default=[], metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--passes", type=int, default=1, help="over the questions on releases (1)")
    parser.add_argument("--rate", type=float, default=1e-4, help="highest learning rate on releases (1e-4)")
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the groups, drawn by chance, that are learned from (1)"
    )
    parser.add_argument("--frozen", type=int, default=3, help="layers from the bottom that stay as they are (3)")
    parser.add_argument("--home", type=Path, help="where the embedding model is")
    parser.add_argument("--start", type=Path, metavar="FILE", help="a reader's weights to go on from")
    parser.add_argument("--halfway", action="store_true", help="take the mean of these weights and what became of them")
    parser.add_argument("--encoder", action="store_true", help="train the embedding model's updates and the adapter")
    parser.add_argument("--steps", type=int, default=850, help="of --encoder (850: half an hour on two cores)")
    parser.add_argument("--adapter", action="store_true", help="train the query adapter in place of the reader")
    parser.add_argument("--projection", action="store_true", help="train the projection of token vectors")
    parser.add_argument("--held-out", action="store_true", help="write the questions kept for measuring, train nothing")
    args = parser.parse_args(arguments)
    if not 0 < args.share <= 1:
        parser.error("--share is a share of 1, such as 0.5")
    if args.halfway and not args.start:
        parser.error("--halfway needs --start: the weights to go halfway from")

    from qa.shift import LanguageShift
    from qa.training.adapter import gather_pairs
    from qa.training.groups import Nearness, release_groups
    from qa.training.train import Stage

    settings = load_settings(home=args.home, model=DEFAULT_MODEL)
    encoder = Encoder(settings, _say)
    splitter = Splitter(encoder.count_tokens)
    chance = random.Random(_SEED)
    general = [example for name in args.squad for example in squad_examples(_squad_rows(name), splitter)]
    chance.shuffle(general)
    questions = read_questions(Path(str(files("qa.training").joinpath("questions.jsonl"))))
    learned = [question for question in questions if not question.held_out]
    held_out = [question for question in questions if question.held_out]
    releases = read_releases(args.corpus, {question.url for question in questions})
    if args.held_out:
        count = write_held_out(held_out, releases, args.out)
        _say(f"{count} questions are in {args.out / 'questions.jsonl'}, their releases in {args.out / 'releases'}.")
        return 0
    shift = LanguageShift(encoder, settings.home / "model")
    near = Nearness(releases, splitter, encoder, shift, keep_tokens=args.adapter or args.projection)
    if args.encoder:
        if not general:
            _say("Without --squad the model forgets how other texts are found.")
        folder = default_model_folder(settings, _say)
        _train_encoder(list(gather_pairs(learned, near)), general, near, folder, args.steps, args.out)
        return 0
    if args.adapter:
        _train_adapter(list(gather_pairs(learned, near)), near, encoder.folder, args.out)
        return 0
    if args.projection:
        _train_projection(list(gather_pairs(learned, near)), near, encoder, shift, settings, args.out)
        return 0
    ours = [group for _ in range(args.passes) for group in release_groups(learned, near, chance)]
    ours = chance.sample(ours, round(args.share * len(ours)))
    theirs = list(release_groups(held_out, near, chance))
    _say(f"{len(general)} general examples, {len(ours)} groups on releases, {len(theirs)} held out")
    stages = [
        Stage("general", [[example] for example in general[:_GENERAL_EXAMPLES]], 1.5e-4),
        Stage("releases", ours, args.rate, args.frozen),
    ]
    _train(settings.home / "model" / "e5-small", [stage for stage in stages if stage.groups], theirs, args)
    return 0


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
    pairs: Sequence[Pair], near: Nearness, encoder: Encoder, shift: LanguageShift, settings: Settings, out: Path
) -> None:
    from safetensors.torch import save_file

    from index.projection import WEIGHTS
    from qa.adapter import QueryAdapter
    from qa.training.projection import train_projection

    out.mkdir(parents=True, exist_ok=True)
    adapter = QueryAdapter(settings, _say)
    save_file(train_projection(pairs, near, encoder, shift, adapter, _SEED, _say), out / WEIGHTS.name)
    _say(f"The projection is in {out / WEIGHTS.name}; the project's own is {WEIGHTS}.")


def _train(
    model: Path, stages: Sequence[Stage], held_out: Sequence[Sequence[Example]], args: argparse.Namespace
) -> None:
    """Trains, keeping the weights of each stage in `--out`, and last the reader as the project ships it."""
    from safetensors.torch import load_file, save_file

    from qa.reader_network import ReaderNetwork
    from qa.trained_network import pack_weights, unpack_weights
    from qa.training.train import train

    out: Path = args.out
    out.mkdir(parents=True, exist_ok=True)

    def keep(network: ReaderNetwork, name: str) -> None:
        save_file(pack_weights(network, model), out / f"{name}.safetensors")

    network = train(model, stages, held_out, _SEED, _say, keep, args.start)
    if args.halfway:
        before = ReaderNetwork(model)
        unpack_weights(load_file(args.start), before)
        network.load_state_dict(
            {name: (weights + network.state_dict()[name]) / 2 for name, weights in before.state_dict().items()}
        )
    save_file(pack_weights(network, model), out / WEIGHTS.name)
    _say(f"The reader is in {out / WEIGHTS.name}; the project's own is {WEIGHTS}.")


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
