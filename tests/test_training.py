"""What the reader is trained on, and how its weights are kept."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.embed import Encoder, default_model_folder
from index.readers import read_file
from index.release import Release, canonical_url
from index.settings import Settings
from index.split import Splitter
from qa.shift import LanguageShift
from qa.training.examples import (
    Example,
    TrainingQuestion,
    read_questions,
    read_releases,
    squad_groups,
)
from qa.training.groups import (
    Nearness,
    general_groups,
    release_groups,
    without_another_clause,
    without_the_answer,
)
from qa.training.held_out import write_held_out

if TYPE_CHECKING:
    from qa.adapter import QueryAdapter
    from qa.training.adapter import Pair

QUESTIONS = Path(str(files("qa.training").joinpath("questions.jsonl")))
RELEASES = Path(__file__).parent / "releases"
MARKET = "https://www.example.go.th/news/contents/details/1001"


@pytest.fixture(scope="module")
def splitter(encoder: Encoder) -> Splitter:
    return Splitter(encoder.count_tokens)


@pytest.fixture(scope="module")
def market() -> Release:
    return read_releases(RELEASES, [MARKET])[canonical_url(MARKET)]


def test_the_shipped_questions_are_asked_in_both_languages() -> None:
    questions = read_questions(QUESTIONS)
    answered = [question for question in questions if question.start is not None]
    assert len(answered) > 5000
    assert len(questions) - len(answered) > 2000
    held_out = {question.url for question in questions if question.held_out}
    assert len(held_out) > 100
    assert not held_out & {question.url for question in questions if not question.held_out}
    for question in questions:
        assert set(question.questions) == {"th", "en"}
        assert all(question.questions.values())
        assert question.url.startswith("https://")
        if question.start is not None and question.end is not None:
            assert 0 <= question.start < question.end


def test_held_out_questions_are_written_with_their_answers_and_releases(market: Release, tmp_path: Path) -> None:
    answer = "37.5 ล้านบาท"
    start = market.text.index(answer)
    asked = {"th": "ใช้งบเท่าไร", "en": "How much was spent?"}
    questions = [
        TrainingQuestion("1", MARKET, market.content_hash, asked, start, start + len(answer)),
        TrainingQuestion("2", MARKET, market.content_hash, asked, None, None),
        TrainingQuestion("3", MARKET, "another text", asked, 0, 1),
    ]
    assert write_held_out(questions, {canonical_url(MARKET): market}, tmp_path) == 2
    rows = [json.loads(line) for line in (tmp_path / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["1", "2"]
    assert (rows[0]["answer"], rows[0]["lang"], rows[0]["question_en"]) == (answer, "th", "How much was spent?")
    assert rows[1]["unanswerable"]
    assert read_releases(tmp_path / "releases", [MARKET])[canonical_url(MARKET)].text == market.text


@pytest.fixture(scope="module")
def near(splitter: Splitter, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Nearness:
    files = [read_file(path).releases for path in sorted(RELEASES.rglob("*.txt"))]
    releases = {canonical_url(release.url): release for found in files for release in found if release.url}
    shift = LanguageShift(encoder, tmp_path_factory.mktemp("means"))
    return Nearness(releases, splitter, encoder, shift, keep_tokens=True)


def test_a_group_is_the_passage_with_the_answer_and_wrong_ones(near: Nearness, market: Release) -> None:
    answer = "37.5 ล้านบาท"
    start = market.text.index(answer)
    asked = {"th": "ใช้งบเท่าไร", "en": "How much was spent?"}
    question = TrainingQuestion("1", MARKET, market.content_hash, asked, start, start + len(answer))
    groups = [group for seed in range(8) for group in release_groups([question], near, random.Random(seed))]
    assert [group[0].question for group in groups[:2]] == list(asked.values())
    for first, *wrong in groups:
        assert first.passage[first.start : first.end] == answer
        assert 1 <= len(wrong) <= 3
        assert all(answer not in example.passage and example.end == 0 for example in wrong)
        assert {example.question for example in wrong} == {first.question}
    assert {example.title for group in groups for example in group} > {market.title}, "some are of other releases"
    pieces = {piece.text for _, piece in near.pieces}
    assert any(example.passage not in pieces for _, *wrong in groups for example in wrong), "some lack the answer only"
    assert any(right.passage not in pieces for right, *_ in groups), "some right ones lack another clause"


def test_offsets_into_another_text_are_not_used(near: Nearness) -> None:
    question = TrainingQuestion("1", MARKET, "another", {"th": "ก", "en": "a"}, 0, 3)
    assert not list(release_groups([question], near, random.Random(0)))


FERRY = "The ferry cost 12 crowns. It leaves at eight. The mayor opened it on Monday. Ada Moss built the pier."


def test_the_passage_without_its_answer_does_not_answer() -> None:
    text = FERRY + " " + "A second ferry follows in spring, and the old one is kept for visitors. " * 3
    start = text.index("12 crowns")
    cut = without_the_answer(Example("What did it cost?", "Ferry", text, start, start + 9), "en")
    assert cut
    assert "12 crowns" not in cut.passage
    assert cut.passage
    assert text.endswith(cut.passage), "what else it says stands as it did"
    assert (cut.question, cut.title, cut.start, cut.end) == ("What did it cost?", "Ferry", 0, 0)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Ferry for 12 crowns", FERRY + " Nothing else is known of it, and nobody has asked." * 4),
        ("Ferry", FERRY + " Nothing else is known of it, and nobody has asked." * 4 + " So it cost 12 crowns."),
        ("Ferry", "The ferry cost 12 crowns."),
    ],
)
def test_an_answer_that_stands_twice_or_alone_is_not_left_out(title: str, text: str) -> None:
    start = text.index("12 crowns")
    assert without_the_answer(Example("What did it cost?", title, text, start, start + 9), "en") is None


def test_without_another_clause_the_answer_is_where_it_was() -> None:
    text = ("A second ferry follows in spring, and the old one is kept for visitors. " * 4) + FERRY
    start = text.index("12 crowns")
    right = Example("What did it cost?", "Ferry", text, start, start + 9)
    for seed in range(10):
        shorter = without_another_clause(right, "en", random.Random(seed))
        assert len(shorter.passage) < len(text)
        assert shorter.passage[shorter.start : shorter.end] == "12 crowns"
    alone = Example("What did it cost?", "Ferry", "It cost 12 crowns.", 8, 17)
    assert without_another_clause(alone, "en", random.Random(0)) == alone


def test_a_near_miss_comes_with_passages_of_its_release(near: Nearness, market: Release) -> None:
    asked = {"th": "ท่าเรือของตลาดน้ำคลองหงส์ใครเป็นคนสร้าง", "en": "Who built the pier?"}
    question = TrainingQuestion("1", MARKET, market.content_hash, asked, None, None)
    groups = list(release_groups([question], near, random.Random(0)))
    assert len(groups) == 2
    for group in groups:
        assert group
        assert all(example.end == 0 and example.passage in market.text for example in group)


def test_the_adapter_learns_which_passage_answers(near: Nearness, market: Release, model_home: Path) -> None:
    import torch

    from qa.trained_network import pack_weights
    from qa.training.adapter import gather_pairs, train_adapter

    answer = "37.5 ล้านบาท"
    start = market.text.index(answer)
    asked = {"th": "ใช้งบเท่าไร", "en": "How much was spent?"}
    question = TrainingQuestion("1", MARKET, market.content_hash, asked, start, start + len(answer))
    pairs = list(gather_pairs([question], near))
    assert [pair.question for pair in pairs] == list(asked.values())
    for pair in pairs:
        assert answer in near.pieces[pair.right][1].text
        assert not any(answer in near.pieces[place][1].text for place in [*pair.wrong, *pair.others])
        assert {near.pieces[place][0] for place in pair.wrong} <= {pair.release}
        assert pair.release not in {near.pieces[place][0] for place in pair.others}
    folder = default_model_folder(Settings(home=model_home))
    first, second = (pack_weights(train_adapter(pairs, near, folder, 3, lambda line: None), folder) for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first), "the same seed gives the same weights"
    assert {name.split(".")[3] for name in first if name.startswith("encoder")} == {"8", "9", "10", "11"}
    assert first["weigh"].any()


def test_the_encoder_learns_which_release_and_which_passage_answers(
    near: Nearness, market: Release, model_home: Path
) -> None:
    import numpy as np
    import torch
    from safetensors.torch import load_file

    from qa.adapter import WEIGHTS as ADAPTER
    from qa.trained_network import pack_weights
    from qa.training.adapter import gather_pairs
    from qa.training.encoder import contests_on_releases, general_contests, train_encoder

    start = market.text.index("37.5 ล้านบาท")
    asked = {"th": "ใช้งบเท่าไร", "en": "How much was spent?"}
    question = TrainingQuestion("1", MARKET, market.content_hash, asked, start, start + 12)
    contests = list(contests_on_releases(gather_pairs([question], near), near))
    assert [contest.language for contest in contests] == ["th", "en"]
    for contest in contests:
        assert market.title in contest.right.text
        assert {one.source for one in contest.wrong} <= {contest.right.source}
        assert contest.others
        assert contest.right.source not in {one.source for one in contest.others}
    general = list(general_contests([Example("Who built it?", "Bridge", "Ada Moss built the bridge.", 0, 8)], "en"))
    folder = default_model_folder(Settings(home=model_home))
    said: list[str] = []
    (first, adapter), (second, _) = (train_encoder(contests, general, 3, folder, 3, said.append) for _ in range(2))
    assert said[-1].startswith("encoder: 3 of 3")
    shipped = load_file(ADAPTER)
    assert not torch.equal(pack_weights(adapter, folder)["weigh"].float(), shipped["weigh"].float())
    assert {name.split(".")[2] for name in first} == {"6", "7", "8", "9", "10", "11"}
    for name, (left, right) in first.items():
        assert np.array_equal(left, second[name][0]), "the same seed gives the same weights"
        assert left.shape[1] == right.shape[0] == 32
        assert left.any()
    with pytest.raises(ValueError, match="no question"):
        train_encoder([], general, 3, folder, 3, said.append)


@dataclass(frozen=True)
class Lesson:
    """A question, asked in both languages, and what is needed to learn from it."""

    asked: dict[str, str]
    pairs: list[Pair]
    shift: LanguageShift
    adapter: QueryAdapter


@pytest.fixture
def lesson(near: Nearness, market: Release, encoder: Encoder, model_home: Path, tmp_path: Path) -> Lesson:
    from qa.adapter import QueryAdapter
    from qa.training.adapter import gather_pairs

    start = market.text.index("37.5 ล้านบาท")
    asked: dict[str, str] = {"th": "ใช้งบเท่าไร", "en": "How much was spent?"}
    question = TrainingQuestion("1", MARKET, market.content_hash, asked, start, start + 12)
    pairs = list(gather_pairs([question], near))
    return Lesson(asked, pairs, LanguageShift(encoder, tmp_path), QueryAdapter(Settings(home=model_home)))


def test_the_projection_learns_to_score_as_whole_vectors_do(near: Nearness, encoder: Encoder, lesson: Lesson) -> None:
    import numpy as np
    import torch

    from index.codes import TwoBits
    from index.packed_vector import pack_vector
    from index.projection import Projection
    from index.token_vectors import late_interaction, pack_tokens
    from qa.training.projection import train_projection

    def learned(count: int) -> dict[str, torch.Tensor]:
        return train_projection(
            lesson.pairs[:1] * count, near, encoder, lesson.shift, lesson.adapter, 3, lambda line: None
        )

    def wrong_by(count: int) -> float:
        """How far scores by a projection that learned from so many questions are from those by whole vectors."""
        weights = learned(count)
        passages, questions = (weights[side].float().numpy() for side in ("passages", "questions"))
        projection = Projection(passages, questions, TwoBits())
        tokens = [near.tokens(place).astype(np.float32) for place in range(len(near.pieces))]
        stored = [
            StoredVectors(pack_vector(vector), pack_tokens(part, vector, projection))
            for part, vector in zip(tokens, near.vectors, strict=True)
        ]
        seen = encoder.encode_question(lesson.asked["th"]).tokens
        exact = np.array([(seen @ part.T).max(axis=1).mean() for part in tokens])
        return float(np.abs(late_interaction(stored, projection.ask(seen)) - exact).mean())

    assert wrong_by(320) < 0.9 * wrong_by(1)  # 60 steps and none; the first 30 are small
    first, second = learned(16), learned(16)  # 3 steps
    assert all(torch.equal(first[name], second[name]) for name in first), "the same seed gives the same weights"


def test_codebooks_code_in_eight_bytes_and_alike_by_the_same_seed(
    near: Nearness, encoder: Encoder, lesson: Lesson
) -> None:
    import numpy as np
    import torch

    from index.codes import Codebooks
    from index.packed_vector import pack_vector
    from index.projection import Directions, Projection, learned_matrices
    from index.token_vectors import late_interaction, pack_tokens
    from qa.training.codebooks import train_codebooks

    said: list[str] = []

    def learned() -> dict[str, torch.Tensor]:
        return train_codebooks(
            learned_matrices(), lesson.pairs[:1] * 16, near, encoder, lesson.shift, lesson.adapter, 3, said.append
        )

    first, second = learned(), learned()
    assert all(torch.equal(first[name], second[name]) for name in first), "the same seed gives the same weights"
    assert any("coding" in line for line in said)
    kept = {name: weights.float().numpy() for name, weights in first.items()}
    projection = Projection(kept["passages"], kept["questions"], Codebooks(kept["codebooks"], kept["decoded"]))
    tokens = [near.tokens(place).astype(np.float32) for place in range(len(near.pieces))]
    stored = [
        StoredVectors(pack_vector(vector), pack_tokens(part, vector, projection))
        for part, vector in zip(tokens, near.vectors, strict=True)
    ]
    assert all(len(one.tokens) == 8 + 8 * len(part) for one, part in zip(stored, tokens, strict=True))
    seen = encoder.encode_question(lesson.asked["th"])
    # From the words of one question next to nothing is learned, but what was coded can be asked.
    assert late_interaction(stored, projection.ask(seen.tokens)).shape == (len(stored),)
    rest = (tokens[0] - (tokens[0] @ near.vectors[0]).mean() * near.vectors[0]) @ kept["passages"]
    coded = projection.code.encode(rest)
    chosen = np.stack([book[byte] for book, byte in zip(kept["codebooks"], coded.T, strict=True)]).sum(axis=0)
    assert np.square(rest - chosen).sum() < 0.1 * np.square(rest).sum()
    directions = Directions(kept["near_passages"], kept["near_questions"])
    assert np.allclose(directions.passages.T @ directions.passages, np.eye(127), atol=0.01)
    about = directions.store(near.vectors) @ directions.ask(seen.vector)
    assert np.abs(about - near.vectors @ seen.vector).max() < 0.1


@dataclass(frozen=True)
class StoredVectors:
    vector: bytes
    tokens: bytes


def test_rows_of_other_sets_become_groups(splitter: Splitter) -> None:
    context = "Ann came. " * 120 + "Then Bea left."
    row = {"question": "Who?", "context": context, "answer": "Bea", "answer_start": context.index("Bea")}
    ((right, *wrong),) = squad_groups([row], splitter)
    assert right.passage[right.start : right.end] == "Bea"
    assert wrong
    assert all("Bea" not in example.passage and example.end == 0 for example in wrong)
    drawn = [group for seed in range(8) for group in general_groups([[right, *wrong]], random.Random(seed))]
    assert all(group[0] is right for group in drawn)
    assert {len(group) for group in drawn} == {1, 2}
    assert not list(squad_groups([{**row, "answer_start": 3}], splitter))


def test_weights_survive_packing(model_home: Path) -> None:
    import torch

    from qa.reader_network import ReaderNetwork
    from qa.trained_network import pack_weights, unpack_weights

    folder = default_model_folder(Settings(home=model_home))
    network = ReaderNetwork(folder)
    with torch.no_grad():
        changed = network.encoder.encoder.layer[11].output.dense.weight
        changed += 0.01 * torch.randn(changed.shape, generator=torch.Generator().manual_seed(1))
        network.encoder.encoder.layer[10].output.dense.bias[0] += 1
    packed = pack_weights(network, folder)
    assert len([name for name in packed if name.startswith("encoder")]) == 3, "only what differs is kept"
    kept = sum(tensor.nbytes for name, tensor in packed.items() if ".layer.11." in name)
    assert kept <= 0.54 * changed.numel(), "half a byte a weight, and the lengths of steps"
    again = ReaderNetwork(folder)
    unpack_weights(packed, again)
    for (name, before), after in zip(network.state_dict().items(), again.state_dict().values(), strict=True):
        # Half a step: a 7.5th of the largest of 64 numbers that lie .01 from nothing, some five hundredths at most.
        assert torch.allclose(before, after, atol=0.004), name
    with pytest.raises(ValueError, match="another network"):
        unpack_weights({"no.such.layer": torch.zeros(1)}, again)


def test_training_learns_and_is_repeatable(model_home: Path) -> None:
    """Two steps on one group: the same seed gives the same weights."""
    import torch

    from qa.training.train import train

    folder = default_model_folder(Settings(home=model_home))
    example = Example("How much is a ride?", "Ferry", "A ride costs 12 crowns.", 13, 22)
    group = [example, Example("How much is a ride?", "Ferry", "It leaves at eight.")]
    said: list[str] = []
    networks = [train(folder, [group, group], [group], 3, said.append, batch=2, frozen=10) for _ in range(2)]
    assert "reader: 2 of 2" in said[0]
    first, second = (network.state_dict() for network in networks)
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not torch.equal(first["head.weight"], torch.zeros_like(first["head.weight"]))


def test_the_mean_of_readers_lies_between_them(model_home: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    from qa.reader import WEIGHTS
    from qa.reader_network import ReaderNetwork
    from qa.trained_network import pack_weights, unpack_weights
    from qa.training.__main__ import main

    folder = default_model_folder(Settings(home=model_home))
    shipped, untrained = ReaderNetwork(folder), ReaderNetwork(folder)
    unpack_weights(load_file(WEIGHTS), shipped)
    save_file(pack_weights(untrained, folder), tmp_path / "untrained.safetensors")
    readers = [str(WEIGHTS), str(tmp_path / "untrained.safetensors")]
    assert main(["--mean", *readers, "--out", str(tmp_path / "mean"), "--home", str(model_home)]) == 0
    mean = ReaderNetwork(folder)
    unpack_weights(load_file(tmp_path / "mean" / WEIGHTS.name), mean)
    name = "encoder.encoder.layer.11.output.dense.weight"
    states = [network.state_dict()[name] for network in (shipped, untrained, mean)]
    between = (states[0] + states[1]) / 2
    assert not torch.equal(states[0], states[1])
    assert (states[2] - between).abs().mean() < 0.1 * (states[0] - states[1]).abs().mean()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--mean", "no/such.safetensors"], "there is no file no/such.safetensors"),
        (["--mean", str(QUESTIONS)], "does not hold weights"),
        (["--mean", str(QUESTIONS.parents[1] / "adapter.safetensors")], "weights of another network"),
        (["CORPUS", "--start", "no/such.safetensors"], "there is no file no/such.safetensors"),
        (["CORPUS", "--passes", "0"], "--passes must be a number above 0"),
        (["CORPUS", "--batch", "0"], "--batch must be a number from 1 to"),
        ([], "name the folder of the public corpus"),
        ([str(RELEASES)], "holds none of the releases that the questions are on"),
    ],
)
def test_training_says_what_it_cannot_do(
    arguments: list[str], said: str, model_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from qa.training.__main__ import main

    with pytest.raises(SystemExit):
        main([*arguments, "--out", str(tmp_path / "out"), "--home", str(model_home)])
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
