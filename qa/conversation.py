"""The messages of the chat: what was asked and answered, and what a link says was asked before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from index.language import detect_language
from qa.cards import earlier_html, is_answer, is_earlier, question_html, question_text
from qa.question import LONGEST_ASKED, MOST_EARLIER
from qa.replies import without_writing

__all__ = ["Message", "asked_before", "message_text", "question", "questions", "settled", "without_retried"]

Message = dict[str, Any]


def message_text(message: Message) -> str:
    """The text of a message: Gradio hands it back as a list of blocks."""
    content = message["content"]
    if isinstance(content, str):
        return content
    return "".join(block.get("text") or "" for block in content if isinstance(block, dict))


def question(text: str) -> Message:
    """The message of a question."""
    return {"role": "user", "content": question_html(text, detect_language(text))}


def asked_before(earlier: Any) -> list[Message]:
    """The messages of the questions that a link says were asked before; it may say anything."""
    texts = [text[:LONGEST_ASKED] for text in earlier if isinstance(text, str)] if isinstance(earlier, list) else []
    return [
        {"role": "user", "content": earlier_html(text, detect_language(text))}
        for text in texts[-MOST_EARLIER:]
        if text.strip()
    ]


def questions(messages: Sequence[Message]) -> list[str]:
    """What the next question may follow, oldest first: questions that were answered, and those that a link names."""
    return [
        question_text(message_text(message))
        for place, message in enumerate(messages)
        if message["role"] == "user" and (is_earlier(message_text(message)) or _is_answered(messages, place))
    ]


def without_retried(messages: list[Message], text: str) -> list[Message]:
    """The messages without the last question and its reply, where it was not answered and is asked again."""
    places = [place for place, message in enumerate(messages) if message["role"] == "user"]
    if not places or _is_answered(messages, places[-1]):
        return messages
    last = message_text(messages[places[-1]])
    return messages if is_earlier(last) or question_text(last) != text else messages[: places[-1]]


def settled(message: Message) -> Message:
    """The message, of which nothing is being written any more."""
    text = message_text(message)
    whole = without_writing(text)
    return message if whole == text else {"role": message["role"], "content": whole}


def _is_answered(messages: Sequence[Message], place: int) -> bool:
    """Whether an answer follows, not the word that there is none: that too many ask, that something went wrong."""
    replies = messages[place + 1 : place + 2]
    return any(reply["role"] == "assistant" and is_answer(message_text(reply)) for reply in replies)
