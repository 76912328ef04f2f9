"""Which of the two languages a text or a question is in."""

from __future__ import annotations

import re

from index.release import Language

__all__ = ["detect_language"]

_THAI = re.compile(r"[ก-ฺเ-๎]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
# The share of Thai among the letters from which a text is Thai. It lies far below one half because Thai
# releases are full of Latin names and terms, while English ones hold hardly a Thai letter.
_THAI_SHARE = 0.15
# Letters up to which a text is taken for a question or a headline, where a single name can outweigh the rest.
_SHORT = 300
# An English question may consist mostly of a Thai name: "Who runs โครงการ...?". Written with a capital
# at most, so that the World Health Organization (WHO) is no question word.
_ENGLISH_QUESTION = re.compile(
    r"\W{0,3}(?:[Ww](?:hat|ho|hose|hom|hen|here|hy|hich|as|ere|ill)|[Hh](?:ow|as|ave|ad)|[Ii]s|[Aa]re|[Dd](?:o|oes|id)"
    r"|[Cc](?:an|ould)|[Ss]hould|[Tt]ell|[Gg]ive|[Ll]ist|[Ii]n what|[Aa]ccording|[Ss]how(?=\s+(?:me|all|the)\b)|[Ff]ind"
    r"(?=\s+(?:me|all|the)\b)|[Ss]ummari[sz]e|[Pp]lease)(?:\s+[A-Za-z]|['’](?:s|re|d|ll)\b)"
)
_THAI_QUESTION = re.compile(r"อะไร|ใคร|เมื่อไ|เมื่อใด|เท่าไ|เท่าใด|กี่|ไหน|อย่างไร|ยังไง|ทำไม|ไหม|หรือไม่|หรือเปล่า|ใด")


def detect_language(text: str) -> Language:
    """The language of a release, a headline or a question: "th" or "en".

    Decided by the share of Thai letters, which need not be a majority. In a short text that mixes
    both scripts the question words decide first. A text without Thai letters is "en".
    """
    thai = len(_THAI.findall(text))
    if not thai:
        return "en"
    latin = len(_LATIN.findall(text))
    if latin and thai + latin <= _SHORT:
        if _ENGLISH_QUESTION.match(text):
            return "en"
        if _THAI_QUESTION.search(text):
            return "th"
    return "th" if thai >= _THAI_SHARE * (thai + latin) else "en"
