"""How many of the releases that a list names are on what it was asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.settings import Settings
from qa.ask import Answerer

__all__ = ["measure_lists"]


@dataclass(frozen=True, slots=True)
class _Topic:
    """What releases can be about, in both languages, and what one of them has in its headline or its beginning."""

    thai: str
    english: str
    said: str


_TOPICS = (
    _Topic("กระทรวงสาธารณสุข", "the Ministry of Public Health", r"สาธารณสุข|สธ\.|public health"),
    _Topic("กระทรวงแรงงาน", "the Ministry of Labour", r"กระทรวงแรงงาน|ก\.แรงงาน|รมว\.แรงงาน|labou?r"),
    _Topic("กระทรวงวัฒนธรรม", "the Ministry of Culture", r"วัฒนธรรม|วธ\.|culture"),
    _Topic("กระทรวงยุติธรรม", "the Ministry of Justice", r"ยุติธรรม|justice"),
    _Topic("น้ำท่วม", "floods", r"น้ำท่วม|อุทกภัย|flood"),
    _Topic("วัคซีนโควิด", "Covid vaccines", r"วัคซีน|vaccin"),
    _Topic("ยางพารา", "rubber prices", r"ยางพารา|ราคายาง|rubber"),
    _Topic("PM2.5", "PM2.5", r"pm ?2\.5|ฝุ่น|haze"),
)
# Months as they are said in Thai and in English, and no month at all.
_MONTHS = (("มีนา 67", "March 2024"), ("ตุลาคม 2565", "October 2022"), ("ส.ค. 64", "August 2021"), ("", ""))
# Characters of a release that are its beginning.
_BEGINNING = 1_500


def measure_lists(settings: Settings) -> None:
    """Prints, for each way to ask, how many releases were listed and how many of them are on what was asked for."""
    answerer = Answerer(settings, print)
    answerer.warm_up()
    for way in _ways(_TOPICS[0], *_MONTHS[0]):
        asked = listed = on_it = none = 0
        for topic in _TOPICS:
            for months in _MONTHS:
                citations = answerer.ask(_ways(topic, *months)[way]).citations
                asked, listed, none = asked + 1, listed + len(citations), none + (not citations)
                on_it += sum(_is_on(answerer, citation.release_id, topic) for citation in citations)
        print(f"{way:8} asked {asked}  listed {listed}  on it {on_it / max(1, listed):.2f}  none {none}")


def _ways(topic: _Topic, thai_month: str, english_month: str) -> dict[str, str]:
    """The question in the ways that it is asked in, by their names."""
    during = f"เดือน{thai_month}" if thai_month else ""
    return {
        "summary": f"สรุปข่าวของ{topic.thai}{during}",
        "mention": f"ข่าวไหนพูดถึง{topic.thai}บ้าง {during}",
        "is there": f"{during} มีข่าวเกี่ยวกับ{topic.thai}อะไรบ้าง",
        "English": f"Which releases mention {topic.english}{f' in {english_month}' if english_month else ''}?",
    }


def _is_on(answerer: Answerer, release_id: str, topic: _Topic) -> bool:
    stored = answerer.release(release_id)
    if stored is None:
        return False
    beginning = f"{stored.release.title}\n{stored.release.text[:_BEGINNING]}"
    return bool(re.search(topic.said, beginning, re.IGNORECASE))
