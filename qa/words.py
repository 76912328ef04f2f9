"""The words of the page itself, in both languages: the style sheet shows those of the language chosen."""

from __future__ import annotations

from dataclasses import dataclass

from index.release import LANGUAGES, Language

__all__ = ["BOX_LABEL", "BOX_PLACEHOLDER", "TAGLINE", "TITLE", "Phrase", "both", "many"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word or a sentence of the page in Thai and in English."""

    th: str
    en: str

    def of(self, language: Language) -> str:
        """The phrase in one language."""
        return self.th if language == "th" else self.en

    def __str__(self) -> str:
        """Both, as HTML of which one is shown."""
        return both(self.th, self.en)


def both(thai: str, english: str) -> str:
    """Two pieces of inline HTML that say the same, of which the reader sees one."""
    return "".join(
        f'<span class="tl-{language}" lang="{language}">{text}</span>'
        for language, text in zip(LANGUAGES, (thai, english), strict=True)
    )


def many(count: int, one: str, more: str) -> str:
    """How many there are in English, which has a word for `one` and another for `more`, with the number in its `{}`."""
    return one if count == 1 else more.format(f"{count:,}")


BOX_LABEL = Phrase("คำถาม", "Question")
BOX_PLACEHOLDER = Phrase("พิมพ์คำถาม", "Type a question")

TITLE = "แถลง Thalaeng"
TAGLINE = Phrase(
    "ถามตอบจากข่าวแถลง ด้วยข้อความจริงจากข่าวพร้อมแหล่งที่มา",
    "Answers from press releases, quoted word for word, with their source",
)
