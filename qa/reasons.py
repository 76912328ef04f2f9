"""Why a file or a row gave no release, in the asker's language: readers say it in English, for any caller."""

from __future__ import annotations

import re

from qa.words import Phrase

__all__ = ["reason_phrase"]

# What a reader says, as a pattern, and the same in Thai with what the pattern caught in its place.
_SAID: tuple[tuple[str, str], ...] = (
    (r"is empty", "ไฟล์ว่างเปล่า"),
    (r"is a PDF, not (\S+); give it the right extension, or leave it out", "เป็น PDF ไม่ใช่ {0} โปรดเปลี่ยนนามสกุลไฟล์ให้ตรง"),
    (
        r"is an old or a password-protected Office document(?:, not .+|; save it .+)",
        "เป็นเอกสาร Office รุ่นเก่าหรือมีรหัสผ่าน โปรดบันทึกเป็น .docx ที่ไม่มีรหัสผ่าน",
    ),
    (r"is an RTF document, not .+", "เป็นเอกสาร RTF ซึ่งอ่านไม่ได้ โปรดบันทึกเป็น .docx"),
    (r"is a web page, not .+", "เป็นหน้าเว็บ ไม่ใช่ตาราง โปรดดาวน์โหลดใหม่"),
    (r"is a web archive, not .+", "เป็นไฟล์เว็บอาร์ไคฟ์ ซึ่งอ่านไม่ได้ โปรดบันทึกหน้าเว็บเป็น .html"),
    (r"is a Git LFS pointer, not .+", "เป็นตัวชี้ของ Git LFS ไม่ใช่ตัวไฟล์ โปรดดึงไฟล์จริงด้วย git lfs pull"),
    (r"is a picture, not .+", "เป็นรูปภาพ ไม่ใช่เอกสารที่อ่านได้"),
    (r"is a compressed file, not .+", "เป็นไฟล์บีบอัด ไม่ใช่เอกสารที่อ่านได้"),
    (r"is a program, not .+", "เป็นโปรแกรม ไม่ใช่เอกสารที่อ่านได้"),
    (r"is a database, not .+", "เป็นฐานข้อมูล ไม่ใช่เอกสารที่อ่านได้"),
    (r"is a zip archive or .+", "เป็นไฟล์ zip หรือเอกสาร Office ชนิดอื่น ไม่ใช่เอกสาร Word"),
    (r"is not a (\S+) file, though its name says so; save it again", "ไม่ใช่ไฟล์ {0} อย่างที่ชื่อบอก โปรดบันทึกใหม่"),
    (r"is a (\S+) file, which cannot be read; save it as (\S+)", "เป็นไฟล์ {0} ซึ่งอ่านไม่ได้ โปรดบันทึกเป็น {1}"),
    (
        r"is a (\S+) file, which cannot be read; supported types are (.+)",
        "เป็นไฟล์ {0} ซึ่งอ่านไม่ได้ ชนิดที่อ่านได้คือ {1}",
    ),
    (
        r"is a file without an extension, which cannot be read; supported types are (.+)",
        "ไม่มีนามสกุลไฟล์ จึงอ่านไม่ได้ ชนิดที่อ่านได้คือ {0}",
    ),
    (r"is not a regular file", "ไม่ใช่ไฟล์ธรรมดา"),
    (
        r"is too large: (\S+) MB, and (\S+) MB are allowed; split it or raise THALAENG_MAX_FILE_MB",
        "ใหญ่เกินไป ({0} MB จากที่รับได้ {1} MB) โปรดแบ่งไฟล์",
    ),
    (r"is larger than (\S+) MB; split it", "ไฟล์ใหญ่เกิน {0} MB โปรดแบ่งไฟล์"),
    (r"changed while it was read; add it again", "ไฟล์เปลี่ยนไประหว่างอ่าน โปรดเพิ่มอีกครั้ง"),
    (r"may not be read; change its permissions", "ไม่มีสิทธิ์อ่านไฟล์"),
    (r"does not exist|is a broken link|is a link to .+", "ไม่พบไฟล์"),
    (r"cannot be read: (.+)", "อ่านไม่ได้ ({0})"),
    (r"takes longer than (\d+) seconds to read; .+", "ใช้เวลาอ่านเกิน {0} วินาที โปรดแบ่งไฟล์หรือบันทึกใหม่"),
    (r"needs more memory to read than there is; .+", "ใช้หน่วยความจำเกินกว่าที่มี โปรดแบ่งไฟล์หรือบันทึกใหม่"),
    (r"is locked with a password; save a copy without one", "มีรหัสผ่าน โปรดบันทึกสำเนาที่ไม่มีรหัสผ่าน"),
    (r"is encrypted; save a copy that is not", "ถูกเข้ารหัสไว้ โปรดบันทึกสำเนาที่ไม่เข้ารหัส"),
    (r"is a broken PDF \((.+)\); download it again", "เป็น PDF ที่เสียหาย ({0}) โปรดดาวน์โหลดใหม่"),
    (
        r"is a PDF of pictures without a text layer; .+",
        "เป็น PDF ที่เป็นภาพ ไม่มีตัวอักษร โปรดแปลงภาพเป็นข้อความ (OCR) ก่อน",
    ),
    (
        r"is a PDF whose letters cannot be told apart; .+",
        "เป็น PDF ที่อ่านตัวอักษรไม่ออก โปรดแปลงภาพเป็นข้อความ (OCR) ก่อน",
    ),
    (r"is a broken Word document \((.+)\); save it again", "เป็นเอกสาร Word ที่เสียหาย ({0}) โปรดบันทึกใหม่"),
    (r"is a broken or cut off Word document; .+", "เป็นเอกสาร Word ที่เสียหายหรือไม่ครบ โปรดคัดลอกหรือดาวน์โหลดใหม่"),
    (r"is a Word document without text", "เป็นเอกสาร Word ที่ไม่มีข้อความ"),
    (r"has (\S+) pages, more than (\S+); split it", "มี {0} หน้า เกิน {1} หน้า โปรดแบ่งไฟล์"),
    (r"has (\S+) parts, more than (\S+); save it again", "มี {0} ส่วน เกิน {1} ส่วน โปรดบันทึกใหม่"),
    (r"unpacks to (\S+) MB, more than (\S+) MB", "เมื่อคลายแล้วมีขนาด {0} MB เกิน {1} MB"),
    (r"holds no text besides its headline", "ไม่มีข้อความนอกจากพาดหัว"),
    (r"holds no text|has no text", "ไม่มีข้อความ"),
    (r"holds no rows", "ไม่มีแถวข้อมูล"),
    (r"is a page without visible text; .+", "เป็นหน้าเว็บที่ไม่มีข้อความ โปรดบันทึกเมื่อหน้าโหลดเสร็จแล้ว"),
    (r"cannot be read as a web page \((.+)\); save it again", "อ่านเป็นหน้าเว็บไม่ได้ ({0}) โปรดบันทึกใหม่"),
    (r"has front matter of more than (\S+) characters; shorten it", "ส่วนหัวของไฟล์ยาวเกิน {0} ตัวอักษร โปรดย่อให้สั้นลง"),
    (
        r"has damaged front matter \((.+)\); correct it(?:, .+)?",
        "ส่วนหัวของไฟล์ไม่ถูกต้อง ({0}) โปรดแก้ไข หรือใส่เครื่องหมายคำพูดคร่อมข้อความหลังเครื่องหมาย :",
    ),
    (r"has no (?:column|key|field) (.+) for the (\w+); its \w+s are: (.+)", "ไม่มีคอลัมน์ {0} สำหรับ {1} คอลัมน์ที่มีคือ {2}"),
    (
        r"has no (?:column|key|field) for the text; its \w+s are: (.+?)\. Name the right one, .+",
        "ไม่มีคอลัมน์สำหรับข้อความ คอลัมน์ที่มีคือ {0} โปรดตั้งชื่อคอลัมน์ข้อความว่า text",
    ),
    (r"(has no row .+); each line must hold a whole JSON object", "{0} แต่ละบรรทัดต้องเป็นออบเจกต์ JSON ทั้งก้อน"),
    (r"has no row that can be read; line (\d+) (.+)", "ไม่มีแถวที่อ่านได้ บรรทัด {0}: {1}"),
    (r"is not text, though its name says so; .+", "ไม่ใช่ข้อความอย่างที่ชื่อไฟล์บอก โปรดบันทึกเป็นข้อความ UTF-8"),
    (r"is cut off in the middle of a character; .+", "ไฟล์ขาดตอนกลางตัวอักษร โปรดคัดลอกหรือดาวน์โหลดใหม่"),
    (r"is in an unknown encoding; .+", "ไม่ทราบรหัสตัวอักษร โปรดบันทึกเป็นข้อความ UTF-8"),
    (r"is not valid JSON(?: at character (\d+))?", "ไม่ใช่ JSON ที่ถูกต้อง"),
    (r"is not a JSON object .+", "ไม่ใช่ออบเจกต์ JSON"),
    (
        r"has the address of line (\d+), which says something else and replaces it",
        "มีที่อยู่เว็บเดียวกับบรรทัด {0} ซึ่งมีเนื้อหาต่างกันและใช้แทนแถวนี้",
    ),
    (r"has (\d+) fields, the header (\d+)", "มี {0} ช่อง แต่หัวตารางมี {1} ช่อง"),
    (r"is damaged \((.+)\); nothing after it was read", "แถวเสียหาย ({0}) ข้อมูลหลังจากนี้ไม่ได้อ่าน"),
)
_UNFORESEEN = "อ่านไม่ได้ ระบบแจ้งเป็นภาษาอังกฤษว่า {}"
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), thai) for pattern, thai in _SAID)


def reason_phrase(reason: str) -> Phrase:
    """The reason in both languages; of one that nobody foresaw Thai says that it could not be read, and quotes it."""
    return Phrase(_thai(reason) or _UNFORESEEN.format(reason), reason)


def _thai(reason: str) -> str:
    """The reason in Thai; empty where nobody foresaw it."""
    for pattern, thai in _PATTERNS:
        if match := pattern.fullmatch(reason):
            # What was caught may be a reason again, or a number or a name, which stands as it is.
            return thai.format(*(_thai(group) or group if group else "" for group in match.groups()))
    return ""
