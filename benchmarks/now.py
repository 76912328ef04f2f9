"""How new the release is that is quoted first where what holds now is asked for."""

from __future__ import annotations

import datetime as dt
import statistics

from index.selection import EVERY_RELEASE
from index.settings import Settings
from qa.ask import Answerer
from qa.recent import newest_date

__all__ = ["measure_now"]

_QUESTIONS = (
    "ค่าแรงขั้นต่ำตอนนี้เท่าไร",
    "ล่าสุดดีเซลลิตรละเท่าไร",
    "ใครเป็นรัฐมนตรีว่าการกระทรวงสาธารณสุขคนปัจจุบัน",
    "รัฐมนตรีว่าการกระทรวงการคลังคือใคร",
    "นายกรัฐมนตรีคนปัจจุบันคือใคร",
    "ดอกเบี้ยนโยบายล่าสุดกี่เปอร์เซ็นต์",
    "เงินเฟ้อล่าสุดเท่าไร",
    "ค่าไฟงวดล่าสุดหน่วยละเท่าไร",
    "น้ำท่วมล่าสุดจังหวัดไหนบ้าง",
    "หนี้ครัวเรือนปัจจุบันเท่าไร",
    "ราคายางพาราล่าสุดกิโลละเท่าไร",
    "การส่งออกล่าสุดขยายตัวกี่เปอร์เซ็นต์",
    "เบี้ยผู้สูงอายุตอนนี้ได้เดือนละเท่าไร",
    "ปลัดกระทรวงมหาดไทยคือใคร",
    "สถานการณ์ชายแดนไทยกัมพูชาล่าสุดเป็นอย่างไร",
    "ภาษี VAT ตอนนี้กี่เปอร์เซ็นต์",
    "What is Thailand's minimum wage now?",
    "Who is the current Minister of Finance?",
    "Who is the prime minister of Thailand?",
    "What is the latest electricity tariff?",
    "What is the latest inflation rate in Thailand?",
    "What is the current policy interest rate?",
    "Who is the current government spokesperson?",
    "Who is Thailand's foreign minister?",
    "What is the price of diesel now?",
    "How many tourists have visited Thailand so far?",
)
_A_YEAR = 365


def measure_now(settings: Settings) -> None:
    """Prints, for each question, the first quote and how many days older than the newest release it is.

    Whether it answers is for a person to read: what held when is in no file.
    """
    answerer = Answerer(settings, print)
    answerer.warm_up()
    newest = newest_date(answerer.library.store, EVERY_RELEASE, dt.date.today())
    behind = []
    for question in _QUESTIONS:
        answer = answerer.ask(question)
        first = answer.citations[0] if answer.citations else None
        if first is None or first.date is None or newest is None:
            print(f"{question}: refused" if first is None else f"{question}: undated")
            continue
        behind.append((newest - first.date).days)
        print(f"{question}: {first.date} {' '.join(first.quote.split())}")
    if behind:
        within = sum(days <= _A_YEAR for days in behind)
        print(f"asked {len(_QUESTIONS)}  answered {len(behind)}  of the last year {within}", end="  ")
        print(f"median days behind {statistics.median(behind):.0f}")
