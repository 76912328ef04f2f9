"""What the proof of written sentences lets through and what it catches, without any model that writes.

Right sentences are quotes, as the product cuts them, and sentences of `sentences.tsv`: what a good writer
might make of the briefs in `corpus/`, most of them in the other language. Each is then spoilt in one point at a time.
"""

from __future__ import annotations

import csv
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.dates import ENGLISH_MONTHS, THAI_MONTHS
from index.embed import Encoder
from index.language import detect_language
from index.readers import read_file
from index.release import Release
from index.settings import Settings
from qa.answer import Citation
from qa.clause import clause_around
from qa.glossary import read_entries
from qa.prove import Prover
from qa.sentences import Draft
from qa.shift import LanguageShift

__all__ = ["CORRUPTIONS", "measure_corruptions"]

_SENTENCES = Path(__file__).parent / "sentences.tsv"
# Characters of a release on either side of a quote, as answers show it.
_AROUND = 220
# Quotes taken of each release.
_QUOTES = 3
_SEED = 1


@dataclass(frozen=True, slots=True)
class _Right:
    """A right sentence, the passage it cites, and how it came about: "verbatim" or the languages, "en>th"."""

    text: str
    citation: Citation
    kind: str


def measure_corruptions(settings: Settings, corpus: Path, misses: Path | None) -> None:
    """Prints the share of right sentences that pass, of spoilt ones that are caught, and by which check."""
    encoder = Encoder(settings)
    shift = LanguageShift(encoder, settings.home / "model")
    releases = {path.stem: read_file(path).releases[0] for path in sorted(corpus.glob("*.md"))}
    draw = random.Random(_SEED)
    passed: dict[str, list[bool]] = defaultdict(list)
    caught: dict[tuple[str, str], list[bool]] = defaultdict(list)
    why: dict[str, Counter[str]] = defaultdict(Counter)
    missed: list[str] = []

    def verdict(text: str, right: _Right) -> tuple[str | None, str]:
        prover = Prover(encoder, shift, [right.citation], detect_language(text))
        sentence = prover.prove(Draft(text, (right.citation.n,)))
        return sentence.struck, sentence.lacking

    rights = [*_quotes(releases.values()), *_written(releases, encoder, shift)]
    for right in rights:
        struck, lacking = verdict(right.text, right)
        passed[right.kind].append(struck is None)
        if struck:
            why["right"][struck] += 1
            missed.append(f"struck\t{right.kind}\t{struck}\t{lacking}\t{right.text}")
        for name, spoil in CORRUPTIONS.items():
            spoilt = spoil(right.text, draw)
            if spoilt is None or spoilt in right.citation.passage:
                continue
            struck, _ = verdict(spoilt, right)
            caught[name, right.kind].append(struck is not None)
            why[name][struck or "passed"] += 1
            if not struck:
                missed.append(f"passed\t{right.kind}\t{name}\t{spoilt}")
        others = [
            one
            for one in rights
            if one.citation.url != right.citation.url and one.citation.language == right.citation.language
        ]
        struck, _ = verdict(right.text, draw.choice(others))
        caught["other release cited", right.kind].append(struck is not None)
        why["other release cited"][struck or "passed"] += 1
    for kind, outcomes in passed.items():
        print(f"right, {kind}: n {len(outcomes)}  passed {sum(outcomes) / len(outcomes):.3f}")
    for (name, kind), outcomes in sorted(caught.items()):
        print(f"{name}, {kind}: n {len(outcomes)}  caught {sum(outcomes) / len(outcomes):.3f}")
    for name, reasons in why.items():
        print(f"{name}: {'  '.join(f'{reason} {number}' for reason, number in reasons.most_common())}")
    if misses:
        misses.write_text("".join(f"{line}\n" for line in missed), encoding="utf-8")


def _quotes(releases: Iterable[Release]) -> Iterator[_Right]:
    """Quotes from the beginning, the middle and the end of each release, with the stretch around each."""
    for release in releases:
        places = {
            clause_around(release.text, at, at + 1, release.language)
            for at in (len(release.text) * part // (_QUOTES + 1) for part in range(1, _QUOTES + 1))
        }
        for start, end in sorted(places):
            text = release.text[start:end]
            yield _Right(" ".join(text.split()), _citation(release, start, end), "verbatim")


def _written(releases: dict[str, Release], encoder: Encoder, shift: LanguageShift) -> Iterator[_Right]:
    """The sentences of the table, each with the stretch of its brief that is nearest to it."""
    with _SENTENCES.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            release, text = releases[row["brief"]], row["sentence"]
            language = detect_language(text)
            places = sorted(
                {clause_around(release.text, at, at + 1, release.language) for at in range(0, len(release.text), 80)}
            )
            cited = [_citation(release, *place) for place in places]
            nearest = max(cited, key=lambda one: Prover(encoder, shift, [one], language).nearness(text, one.n))
            yield _Right(text, nearest, f"{language}>{release.language}")


def _citation(release: Release, start: int, end: int) -> Citation:
    first, last = max(0, start - _AROUND), min(len(release.text), end + _AROUND)
    return Citation(
        n=1, release_id="0" * 16, url=release.url, title=release.title, date=release.date, category="",
        quote=release.text[start:end], start=start, end=end, score=1.0, language=release.language,
        passage=release.text[first:last], passage_offset=start - first,
    )  # fmt: skip


def _other_number(text: str, draw: random.Random) -> str | None:
    """One number that is no part of a date made another; None where there is none."""
    month = "|".join((*THAI_MONTHS, *ENGLISH_MONTHS))
    numbers = [
        match
        for match in re.finditer(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w])", text)
        if not re.match(rf" ?(?:{month})", text[match.end() :])
        and not re.search(rf"(?:{month}) ?$|[-–]$|พ\.ศ\. ?$|ปี ?$", text[: match.start()])
    ]
    if not numbers:
        return None
    match = draw.choice(numbers)
    digit = next(at for at, letter in enumerate(match[0]) if letter.isdigit())
    changed = str((int(match[0][digit]) + draw.randint(1, 8)) % 9 + 1)
    if changed == match[0][digit]:
        changed = str(int(changed) % 9 + 1)
    return text[: match.start() + digit] + changed + text[match.start() + digit + 1 :]


def _other_date(text: str, draw: random.Random) -> str | None:
    """The month of a date, or its day, made another; None where there is no date."""
    for months in (THAI_MONTHS, ENGLISH_MONTHS):
        for match in re.finditer(rf"(\d{{1,2}} )?(?<![A-Za-z])({'|'.join(months)})", text):
            if match[1] and draw.random() < 0.5:
                day = int(match[1]) % 28 + 1
                return f"{text[: match.start()]}{day} {match[2]}{text[match.end() :]}"
            month = months[(months.index(match[2]) + draw.randint(1, 11)) % 12]
            return f"{text[: match.start()]}{match[1] or ''}{month}{text[match.end() :]}"
    return None


def _other_name(text: str, draw: random.Random) -> str | None:
    """A name of the glossary made another of its kind; None where the text has none."""
    language = detect_language(text)
    kinds = ("ministry", "agency", "person", "province", "country")
    entries = [entry for entry in read_entries() if entry.kind in kinds]
    found = [(entry, name) for entry in entries for name in entry.spellings(language) if len(name) > 5 and name in text]
    if not found:
        return None
    entry, name = max(found, key=lambda pair: len(pair[1]))
    others = [other for other in entries if other.kind == entry.kind and other != entry]
    return text.replace(name, draw.choice(others).spellings(language)[0], 1)


def _denied(text: str, draw: random.Random) -> str | None:
    """The text with a "not" in it; None where no place for one is seen."""
    if detect_language(text) == "th":
        places = [(word, denial) for word, denial in _THAI_DENIALS.items() if word in text]
        if "ไม่" in text or not places:
            return None
        word, denial = places[0]
        return text.replace(word, denial, 1)
    if re.search(r"\b(?:not|no|never|without|cancel)", text):
        return None
    denied = re.sub(r"\b(is|are|was|were|will|has|have|can|must|had)\b", r"\1 not", text, count=1)
    if denied == text:
        denied = re.sub(rf"\b({_ENGLISH_VERBS})\b", r"never \1", text, count=1)
    return denied if denied != text else None


_ENGLISH_VERBS = "received|took|met|signed|gave|attended|announced|agreed|approved"
_THAI_DENIALS = {
    "จะ": "จะไม่", "เห็นชอบ": "ไม่เห็นชอบ", "เปิด": "ไม่เปิด", "ได้รับ": "ไม่ได้รับ", "มี": "ไม่มี", "เป็น": "ไม่เป็น", "ลด": "ไม่ลด",
}  # fmt: skip


def _turned_round(text: str, draw: random.Random) -> str | None:
    """The text with one word made its opposite; None where it has none of those looked for."""
    language = detect_language(text)
    pairs = _OPPOSITES[language]
    words = [word for word in pairs if re.search(word if language == "th" else rf"\b{word}\b", text)]
    if not words:
        return None
    word = draw.choice(words)
    return re.sub(word if language == "th" else rf"\b{word}\b", pairs[word], text, count=1)


def _both_ways(pairs: dict[str, str]) -> dict[str, str]:
    return {**pairs, **{opposite: word for word, opposite in pairs.items()}}


_OPPOSITES = {
    "en": _both_ways(
        {
            "increased": "decreased", "increase": "decrease", "rose": "fell", "raise": "cut", "high": "low",
            "more than": "less than", "at least": "at most", "before": "after", "begins": "ends", "start": "finish",
            "opened": "closed", "bought": "sold", "imports": "exports", "profit": "loss", "a day": "a month",
            "a year": "a week", "women": "men", "minimum": "maximum",
        }
    ),
    "th": _both_ways(
        {
            "เพิ่มขึ้น": "ลดลง", "สูงขึ้น": "ต่ำลง", "มากกว่า": "น้อยกว่า", "ไม่น้อยกว่า": "ไม่เกิน", "ก่อนที่": "หลังจากที่", "เริ่ม": "สิ้นสุด",
            "ซื้อ": "ขาย", "นำเข้า": "ส่งออก", "กำไร": "ขาดทุน", "ต่อวัน": "ต่อเดือน", "สูงสุด": "ต่ำสุด",
        }
    ),
}  # fmt: skip

# What each kind of spoiling makes of a text; None where it cannot be done.
CORRUPTIONS: dict[str, Callable[[str, random.Random], str | None]] = {
    "number changed": _other_number,
    "date shifted": _other_date,
    "name swapped": _other_name,
    "negated": _denied,
    "turned round": _turned_round,
}
