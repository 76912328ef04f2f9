"""What a person is told of an error: in both languages, without the machine's folders."""

from __future__ import annotations

import re

import pytest

from index import errors
from index.errors import ThalaengError
from qa.adding_view import TO_ADDING
from qa.desk import TurnedAway
from qa.faults import fault_phrase
from qa.filters import BadFilter, read_filters
from qa.shelf import TO_SHELF
from qa.words import Phrase


@pytest.mark.parametrize("name", sorted(set(errors.__all__) - {"BadSetting", "UnreadableFile", "EmptyFile"}))
def test_every_error_has_words_in_both_languages(name: str) -> None:
    phrase = fault_phrase(getattr(errors, name)("The thing in /home/somebody/news is so. Do this."))
    assert re.search("[ก-๙]", phrase.th)
    assert re.search("[A-Za-z]", phrase.en)
    assert "somebody" not in phrase.th + phrase.en


def test_an_error_with_words_of_its_own_keeps_them() -> None:
    own = Phrase("ก", "a")
    assert fault_phrase(TurnedAway(own)) == own
    with pytest.raises(BadFilter, match="date_from must be a date such as 2025-02-28, not 'x'") as error:
        read_filters({"date_from": "x"})
    assert fault_phrase(error.value).th == "วันที่เริ่มต้นต้องเป็นวันที่ เช่น 28 ก.พ. 2568 ไม่ใช่ 'x'"
    assert "date_from" not in fault_phrase(error.value).en


def test_an_empty_index_leads_to_the_page_where_releases_can_be_added_on_it() -> None:
    empty = errors.IndexEmpty("There are no releases in /home/x yet. Add some with: python -m index add FOLDER")
    command, on_page = fault_phrase(empty), fault_phrase(empty, may_add=True)
    assert "python -m index add" in command.th and "python -m index add" in command.en
    assert "python" not in on_page.th + on_page.en
    # By the names that the buttons have.
    for of in ("th", "en"):
        assert f">{getattr(on_page, of).split('“')[1].split('”')[0]}<" in TO_SHELF
        assert f">{getattr(on_page, of).split('“')[2].split('”')[0]}<" in TO_ADDING
    damaged = errors.IndexDamaged("It is damaged. Run: python -m index verify")
    assert fault_phrase(damaged, may_add=True) == fault_phrase(damaged)


def test_what_is_not_known_says_at_least_what_to_do() -> None:
    assert "ลองอีกครั้ง" in fault_phrase(ThalaengError("?")).th
