"""Who holds an office: whether that is asked, and which office of a ministry it is.

A passage on the deputy minister answers "Who is the minister of finance?" as far as a reader can tell, and so does one
on the minister's secretary. What tells is the office that stands beside the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from index.release import Language
from qa.glossary import read_entries
from qa.whole_words import ENDS_POLITELY
from qa.words import Phrase

__all__ = ["Office", "asks_who_holds", "offices_asked", "with_offices_in_full"]

# Who holds an office, and nothing else that would say when or where: whoever asks that means now.
_OFFICE_TH = (
    r"(?:รอง|ผู้ช่วย)?(?:นายกรัฐมนตรี|นายกฯ?|รัฐมนตรี|รมว\.|รมช\.|รมต\.|ปลัด|อธิบดี|ผู้ว่า|โฆษก|ผบ\.|ผู้บัญชาการ|เลขา(?:ธิการ|ฯ)?"
    r"|ผู้อำนวยการ|ผอ\.|ประธาน|เอกอัครราชทูต|ทูต)(?:(?!(?<!เ)ที่(?!ปรึกษา)|ซึ่ง|ตอน|สมัย|เมื่อ|คนแรก|ใคร|ไหน)[^?\d]){0,60}?"
)
_OFFICE_EN = (
    r"(?:the |Thailand's |Thai )*(?:[\w'-]+ ){0,4}?"
    r"(?:minister|PM|secretary|governor|commander|chief|spokes\w+|director|head|ambassador|chair\w*|president)"
    r"(?:[ -]general)?(?: (?:of|for|to) (?:the )?[\w' -]{2,60})?"
)
_WHO_HOLDS = re.compile(
    rf"^(?:ใคร(?:คือ|เป็น|ดำรงตำแหน่ง) ?{_OFFICE_TH}|{_OFFICE_TH} ?(?:คือใคร|เป็นใคร|ชื่ออะไร)"
    rf"|Who(?: is|'s) {_OFFICE_EN}){ENDS_POLITELY}",
    re.IGNORECASE,
)

# What is written of a ministry of the glossary behind or before an office: "คลัง" is enough, and so is "กค.".
_SHORT = {
    "กระทรวงกลาโหม": (r"กลาโหม|กห\.", r"Defen[cs]e"),
    "กระทรวงการคลัง": (r"คลัง|กค\.", r"Finance"),
    "กระทรวงการต่างประเทศ": (r"ต่างประเทศ|กต\.", r"Foreign(?: Affairs)?"),
    "กระทรวงการท่องเที่ยวและกีฬา": (r"ท่องเที่ยว|กก\.", r"Tourism(?: (?:and|&) Sports?)?"),
    "กระทรวงการพัฒนาสังคมและความมั่นคงของมนุษย์": (r"พัฒนาสังคม|พม\.", r"Social Development(?: and Human Security)?"),
    "กระทรวงการอุดมศึกษา วิทยาศาสตร์ วิจัยและนวัตกรรม": (
        r"อุดมศึกษา|อว\.",
        r"Higher Education(?:,? Sciences?,? Research,? and Innovation)?",
    ),
    "กระทรวงเกษตรและสหกรณ์": (r"เกษตร|กษ\.", r"Agriculture(?: (?:and|&) Cooperatives?)?"),
    "กระทรวงคมนาคม": (r"คมนาคม|คค\.", r"Transport(?:ation)?"),
    "กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม": (r"ดิจิทัล|ดีอี|ดศ\.", r"Digital(?: Economy(?: (?:and|&) Society)?)?"),
    "กระทรวงทรัพยากรธรรมชาติและสิ่งแวดล้อม": (
        r"ทรัพยากรธรรมชาติ|ทส\.",
        r"(?:Natural Resources(?: and (?:the )?Environment)?|Environment)",
    ),
    "กระทรวงพลังงาน": (r"พลังงาน|พน\.", r"Energy"),
    "กระทรวงพาณิชย์": (r"พาณิชย์|พณ\.", r"Commerce"),
    "กระทรวงมหาดไทย": (r"มหาดไทย|มท\.", r"Interior"),
    "กระทรวงยุติธรรม": (r"ยุติธรรม|ยธ\.", r"Justice"),
    "กระทรวงแรงงาน": (r"แรงงาน|รง\.", r"Labou?r"),
    "กระทรวงวัฒนธรรม": (r"วัฒนธรรม|วธ\.", r"Culture"),
    "กระทรวงศึกษาธิการ": (r"ศึกษา|ศธ\.", r"(?<!Higher )Education"),
    "กระทรวงสาธารณสุข": (r"สาธารณสุข|สธ\.", r"(?:Public )?Health"),
    "กระทรวงอุตสาหกรรม": (r"อุตสาหกรรม|อก\.", r"Industry"),
}
# Behind these the office is somebody else's, or is no more.
_ANOTHERS = re.compile(
    r"(?:เลขานุการ|เลขาฯ|เลขา|ที่ปรึกษา|ผู้ช่วย|ผู้แทน|โฆษก|สำนักงาน|คณะทำงาน|ประจำ|แทน|รอง|อดีต|ของ)(?:ท่าน)? ?$"
    r"|\b(?:deputy|vice|assistant|former|office of the|(?:secretary|advis[eo]r|assistant|attached) to(?: the)?) $",
    re.IGNORECASE,
)
_LONGEST_BEFORE = 20
# Characters between a name and the office behind it, among which another office may stand; and between an office and
# the name behind that.
_BEHIND_NAME, _BEFORE_NAME = 45, 3
# Fewer letters of a ministry's name behind its first word are no rest of it.
_SHORTEST_REST = 4


@dataclass(frozen=True, slots=True)
class Office:
    """The minister of a ministry, the deputy minister or the permanent secretary: `title` stands before `ministry`."""

    title: Phrase
    ministry: Phrase
    in_thai: re.Pattern[str]
    in_english: re.Pattern[str]

    def names(self, language: Language) -> tuple[str, ...]:
        """How the office is called in a language."""
        return (self.title.of(language) + self.ministry.of(language),)

    def is_named(self, text: str) -> bool:
        """Whether a text in either language speaks of the one who holds it: of no secretary and no deputy of his."""
        return any(any(self.places(text, pattern)) for pattern in (self.in_thai, self.in_english))

    def is_beside(self, text: str, start: int, end: int) -> bool:
        """Whether a text names the one who holds it beside `text[start:end]`, as it does beside a name.

        "นายบุญมี ใจดี รองนายกรัฐมนตรีและรัฐมนตรีว่าการกระทรวงการคลัง", "Minister of Finance Boonmee Jaidee".
        """
        return any(
            place.start() - end <= _BEHIND_NAME and start - place.end() <= _BEFORE_NAME
            for pattern in (self.in_thai, self.in_english)
            for place in self.places(text, pattern)
        )

    def places(self, text: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Where a text does so in one of the languages."""
        for match in pattern.finditer(text):
            if not _ANOTHERS.search(text, max(0, match.start() - _LONGEST_BEFORE), match.start()):
                yield match


def asks_who_holds(text: str) -> bool:
    """Whether a question asks who holds an office and nothing else that would say when or where."""
    return bool(_WHO_HOLDS.search(text))


def offices_asked(text: str) -> tuple[Office, ...]:
    """The offices of ministries whose holder a question asks for; none where it asks anything else."""
    return tuple(office for office in _offices() if office.is_named(text)) if asks_who_holds(text) else ()


def with_offices_in_full(text: str) -> str:
    """A question for who holds an office with that as releases write it: "รมว.คลังคือใคร"; others as they are."""
    for office in offices_asked(text):
        if match := next(office.places(text, office.in_thai), None):
            behind = _without_rest(text[match.end() :], office.ministry.th)
            text = text[: match.start()] + office.names("th")[0] + behind
    return text


def _without_rest(behind: str, ministry: str) -> str:
    """What a question says behind the first word of a ministry, without the rest of the ministry's name."""
    for start in range(len(ministry) - _SHORTEST_REST + 1):
        if behind.startswith(ministry[start:]):
            return behind[len(ministry) - start :]
    return behind.removeprefix("ฯ")


@cache
def _offices() -> tuple[Office, ...]:
    ministries = (
        (Phrase(entry.thai[0], entry.english[0].removeprefix("Ministry of ")), *_SHORT[entry.thai[0]])
        for entry in read_entries()
        if entry.thai[0] in _SHORT
    )
    return tuple(office for ministry in ministries for office in _of_ministry(*ministry))


def _of_ministry(ministry: Phrase, in_thai: str, in_english: str) -> Iterator[Office]:
    yield Office(
        Phrase("รัฐมนตรีว่าการ", "Minister of "),
        ministry,
        re.compile(rf"(?:รัฐมนตรี(?:ว่าการ)?(?:กระทรวง)?|รม[วต]\. ?(?:กระทรวง)?|เจ้ากระทรวง)(?:การ)?(?:{in_thai})"),
        re.compile(rf"\bMinister (?:of|for) (?:the )?{in_english}\b|\b{in_english} Minister\b", re.IGNORECASE),
    )
    yield Office(
        Phrase("รัฐมนตรีช่วยว่าการ", "Deputy Minister of "),
        ministry,
        re.compile(rf"(?:รัฐมนตรีช่วย(?:ว่าการ)?(?:กระทรวง)?|รมช\. ?(?:กระทรวง)?)(?:การ)?(?:{in_thai})"),
        re.compile(rf"\bDeputy (?:Minister (?:of|for) (?:the )?{in_english}|{in_english} Minister)\b", re.IGNORECASE),
    )
    yield Office(
        Phrase("ปลัด", "Permanent Secretary for "),
        ministry,
        re.compile(rf"ปลัด(?:กระทรวง)?(?:การ)?(?:{in_thai})"),
        re.compile(
            rf"\bPermanent Secretary (?:of|for) (?:the )?(?:Ministry of (?:the )?)?{in_english}\b"
            rf"|\b{in_english} Permanent Secretary\b",
            re.IGNORECASE,
        ),
    )
