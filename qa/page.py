"""The chat in the browser: a question goes in, an answer with its cards of sources comes out.

Nothing on the page comes from outside: the fonts travel in the style sheet. A message is kept as it
was shown, its sources with it; the questions asked so far are read back from the messages.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import ThalaengError
from index.release import LANGUAGES, Language
from qa.adding_view import add_adding
from qa.asker import Asker
from qa.cards import is_answer, notice_html, question_text
from qa.conversation import Message, asked_before, message_text, questions, settled, without_retried
from qa.conversation import question as question_message
from qa.desk import Desk, TurnedAway
from qa.endpoints import add_endpoints
from qa.event_log import milliseconds, note
from qa.feedback import FeedbackBook, read_feedback
from qa.filter_bar import FILTERS_IN_BROWSER, add_filter_bar
from qa.header import SCRIPT_WORDS, TOOLS, count_html, state_html
from qa.levels import AnswerWriter
from qa.question import LONGEST_ASKED
from qa.readiness import GETTING_READY, Readiness
from qa.related import follow_ups_html
from qa.replies import Replies
from qa.shelf import TO_SHELF, add_shelf
from qa.source_view import PANEL, open_release
from qa.start import start_html
from qa.words import BOX_LABEL, BOX_PLACEHOLDER, TAGLINE, TITLE, Phrase, both
from qa.writing_desk import WritingDesk

if TYPE_CHECKING:
    import gradio as gr

__all__ = ["Asker", "build_page"]

# Questions answered at the same time where nothing else is said.
_PLACES = 4
# Seconds between two looks at what is new, while something is to come.
_LOOK = 0.5

_EMPTY_QUESTION = str(Phrase("โปรดพิมพ์คำถามก่อน", "Please type a question first."))
# What stands in the place of an answer that is to come.
_SEARCHING, _NOT_YET = _TO_COME = tuple(
    f'<div class="tl-to-come">{notice_html(thai, english)}</div>'
    for thai, english in (
        ("กำลังค้นหา…", "Searching…"),
        (
            f"{GETTING_READY.th} จะตอบคำถามนี้ทันทีที่พร้อม",
            f"{GETTING_READY.en} Your question will be answered as soon as that is done.",
        ),
    )
)
# And in the place of one that does not come any more.
_BROKEN_OFF = notice_html(
    "ขาดการเชื่อมต่อก่อนได้คำตอบ โปรดถามอีกครั้งเมื่อติดต่อเซิร์ฟเวอร์ได้",
    "The connection was lost before the answer arrived. Please ask again once the server is back.",
)
_ANEW = Phrase("เริ่มใหม่", "New conversation")

# What the page does in the browser, one after the other as one script; it is kept under the name `thalaeng`.
_SCRIPTS = ("asking.js", "answer.js", "lost.js", "page.js", "unfold.js", "history.js")
_ASKED = (
    "(question, shown) => "
    f"[question, shown, {{filters: {FILTERS_IN_BROWSER}, ...window.thalaeng?.asking(question, shown)}}]"
)
_CLEARED = "() => [[], '', '']"
_FOCUS = "() => window.thalaeng?.focusBox()"
_ANSWERED = "(messages) => window.thalaeng?.answered(messages)"
_BROKE_OFF = "(messages) => [window.thalaeng?.brokenOff(messages) ?? messages]"
_REOPENED = "() => [window.thalaeng?.reopened() ?? [], '']"
_SHOW_ANSWER = "() => window.thalaeng?.showAnswer()"
_GONE_ON = "(question, further) => [question.trim() ? '' : further]"

# The page's own events are no endpoints for others.
_HIDDEN: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

_log = logging.getLogger(__name__)

Examples = Callable[[], Mapping[Language, Sequence[str]]]


def build_page(
    answerer: Asker,
    *,
    examples: Examples = dict,
    desk: Desk | None = None,
    suggester: Asker | None = None,
    feedback: FeedbackBook | None = None,
    may_add: bool = False,
    writer: AnswerWriter | None = None,
    readiness: Readiness | None = None,
) -> gr.Blocks:
    """The page over an answerer; questions go over the desk, which answers four at a time where none is given.

    `examples` gives questions to begin with for each language, and is asked again for every visit;
    `suggester` tries the questions to go on with, without it there are none. With a `writer` a model writes
    answers from the quotes, or translates them: on the page always, for programs where they ask for it. While
    `readiness` is not settled the page says how far it is, and shows what is new.

    The page of the releases saves its list over the route of `qa.shelf_csv`. With `may_add` there is a page for adding
    releases, which needs the routes of `qa.adding_routes`.
    Opinions on answers go to `feedback`; without it the page does not ask for them. What is public of
    the page for programs is in `qa.endpoints`.
    """
    import gradio as gr

    desk = desk or Desk(_PLACES)
    writing = WritingDesk(writer) if writer else None
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_height=True) as page:
        header = gr.HTML(_header(answerer), elem_id="tl-header", padding=False)
        # By itself, so that a header in which somebody is pressing a button stays as it is.
        state = gr.HTML("", elem_id="tl-state", padding=False)
        start = gr.HTML(start_html(examples()), elem_id="tl-start", padding=False)

        def look() -> tuple[str, ...]:
            return _header(answerer), state_html(readiness.phrase if readiness else None), start_html(examples())

        async def news() -> AsyncIterator[tuple[str, ...]]:
            async for seen in _news(look, readiness):
                yield seen

        # What there is now, not at the start: the index can grow under a running chat.
        page.load(news, None, [header, state, start], concurrency_limit=None, **_HIDDEN)
        add_shelf(answerer, desk, may_add=may_add)
        if may_add:
            add_adding()
        replies = Replies(answerer, desk, writing, may_add=may_add)
        _connect(answerer, desk, suggester, replies, readiness, *_lay_out(answerer, desk))
        _add_panel(answerer, desk, feedback)
        add_endpoints(answerer, desk, writing)
    return page


def _add_panel(answerer: Asker, desk: Desk, feedback: FeedbackBook | None) -> None:
    """The source beside the chat, and with it what the page does in the browser."""
    import gradio as gr

    def source(wanted: Any, request: gr.Request) -> str:
        started = time.perf_counter()
        try:
            desk.look(request)
        except TurnedAway as away:
            return notice_html(away.phrase.th, away.phrase.en)
        html = open_release(answerer, wanted)
        note(_log, "release_opened", on="page", ms=milliseconds(started))
        return html

    def judge(sent: Any, request: gr.Request) -> bool | dict[str, str]:
        """Whether the opinion is kept; where it is not taken now, why, in each language."""
        opinion = read_feedback(sent)
        if feedback is None or opinion is None:
            return False
        try:
            desk.hear(request)
        except TurnedAway as away:
            return {"th": away.phrase.th, "en": away.phrase.en}
        feedback.keep(opinion)
        return True

    source.__annotations__["request"] = judge.__annotations__["request"] = gr.Request

    words = {
        **{name: {"th": phrase.th, "en": phrase.en} for name, phrase in SCRIPT_WORDS.items()},
        "anew": {"th": _ANEW.th, "en": _ANEW.en},
    }
    script = "\n".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    constants = "".join(
        f"const {name} = {json.dumps(value)};\n"
        for name, value in (("WORDS", words), ("JUDGED", feedback is not None), ("BROKEN_OFF", _BROKEN_OFF))
    )
    gr.HTML(
        PANEL,
        elem_id="tl-source",
        padding=False,
        js_on_load=f"{constants}{script}",
        server_functions=[source, judge],
    )


def _lay_out(answerer: Asker, desk: Desk) -> tuple[gr.Chatbot, gr.HTML, gr.Textbox, gr.Button]:
    """What stands below the header: the conversation, questions to go on with, the box, the button to begin anew."""
    import gradio as gr

    chat = gr.Chatbot(
        elem_id="tl-chat",
        show_label=False,
        container=False,
        scale=1,
        height=None,
        min_height=240,
        autoscroll=False,
        buttons=[],
        latex_delimiters=[],
        allow_tags=False,
    )
    further = gr.HTML("", elem_id="tl-further", padding=False)
    with gr.Row(elem_id="tl-ask", equal_height=True):
        add_filter_bar(answerer, desk)
        box = gr.Textbox(
            elem_id="tl-box",
            label=BOX_LABEL.en,
            show_label=False,
            container=False,
            max_lines=6,
            max_length=LONGEST_ASKED,
            placeholder=BOX_PLACEHOLDER.en,
            submit_btn=True,
            scale=1,
        )
        anew = gr.Button(_ANEW.en, elem_id="tl-new", scale=0)
    return chat, further, box, anew


def _connect(
    answerer: Asker,
    desk: Desk,
    suggester: Asker | None,
    replies: Replies,
    readiness: Readiness | None,
    chat: gr.Chatbot,
    further: gr.HTML,
    box: gr.Textbox,
    anew: gr.Button,
) -> None:
    """What happens on asking and on beginning anew."""
    import gradio as gr

    # Filled by the browser with every question. So it is where an answer is wanted again: then it presses the button.
    chosen = gr.JSON(visible=False)
    again = gr.Button("", elem_id="tl-again")

    async def submitted(
        question: str, shown: list[Message], sent: Any, request: gr.Request
    ) -> AsyncIterator[tuple[Any, Any]]:
        wanted = sent.get("again") if isinstance(sent, dict) else None
        if wanted is not None:
            async for messages in _answer_again(replies, request, wanted, shown):
                yield gr.skip(), messages
        elif question.strip():
            to_come = _NOT_YET if readiness and not readiness.has_tried else _SEARCHING
            async for messages in _converse(replies, request, question, shown, sent, to_come):
                yield "" if messages[-1]["content"] == to_come else gr.skip(), messages
        else:
            gr.Info(_EMPTY_QUESTION, title="", duration=4)
            yield gr.skip(), gr.skip()

    # Gradio looks for this type, and cannot resolve the name of a module imported in a function.
    submitted.__annotations__["request"] = gr.Request

    def go_on(shown: list[Message], request: gr.Request) -> str:
        # They are worth the machine's time only where nobody waits for it.
        if suggester is None or not desk.is_idle or len(shown) < 2:
            return ""
        try:
            desk.go_on(request)
        except TurnedAway:
            return ""
        return follow_ups_html(suggester, question_text(message_text(shown[-2])), message_text(shown[-1]))

    go_on.__annotations__["request"] = gr.Request
    # Gradio goes on after a question that was given up too; `history.js` presses the button after an answer alone.
    going_on = gr.Button("", elem_id="tl-go-on").click(go_on, chat, further, concurrency_limit=1, **_HIDDEN)
    # Gradio takes the events of a press one after the other: before the question, for with its answer others come.
    box.submit(None, [box, further], further, js=_GONE_ON, cancels=going_on, queue=False, **_HIDDEN)
    # Who waits does so at the desk, which says so, and not in Gradio's queue. Asking and answering again are one event,
    # of which there is one at a time: each gives all messages, and would take away what came of the other.
    asked = gr.on(
        [box.submit, again.click], submitted, [box, chat, chosen], [box, chat],
        js=_ASKED, concurrency_limit=None, **_HIDDEN,
    )  # fmt: skip
    asked.then(None, chat, None, js=_ANSWERED, **_HIDDEN)
    asked.failure(None, chat, chat, js=_BROKE_OFF, **_HIDDEN)

    # A conversation kept in the browser goes from there into the chat; `history.js` presses the button.
    reopen = gr.Button("", elem_id="tl-reopen")
    reopen.click(None, None, [chat, further], js=_REOPENED, cancels=[asked, going_on], queue=False, **_HIDDEN).then(
        None, js=_SHOW_ANSWER, **_HIDDEN
    )
    # The browser clears what is there by itself: a reply that came late would clear what was typed since.
    anew.click(None, None, [chat, box, further], js=_CLEARED, cancels=[asked, going_on], queue=False, **_HIDDEN).then(
        None, js=_FOCUS, **_HIDDEN
    )


async def _converse(
    replies: Replies, request: Any, question: str, shown: list[Message], sent: Any, to_come: str
) -> AsyncIterator[list[Message]]:
    """The messages at once with the question and then with its answer, as far as it has come.

    `sent` comes from the browser: the `filters`, and of a link what was asked before, `after`, and the answer's
    `language`.
    `to_come` stands there until there is an answer. A cancelled search is left to end by itself: a new conversation
    does not wait for it.
    """
    given = sent if isinstance(sent, dict) else {}
    language = next((known for known in LANGUAGES if known == given.get("language")), None)
    # A search that was cut off (a lost connection) leaves its word behind, and so does an answer being written.
    known = [settled(message) for message in shown if message_text(message) not in _TO_COME]
    before = without_retried(known, question) or asked_before(given.get("after"))
    asked = [*before, question_message(question)]
    yield [*asked, {"role": "assistant", "content": to_come}]
    async for reply in replies.to(request, question, questions(before), given.get("filters"), language):
        yield [*asked, {"role": "assistant", "content": reply}]


async def _answer_again(
    replies: Replies, request: Any, wanted: Any, shown: list[Message]
) -> AsyncIterator[list[Message]]:
    """The messages with one answer given anew in another language, in its place; as they are where there is none.

    `wanted` comes from the browser: `at`, which answer of the conversation, `language`, and the `filters` of then.
    """
    import gradio as gr

    sent = wanted if isinstance(wanted, dict) else {}
    language, at = sent.get("language"), sent.get("at")
    places = [place for place, message in enumerate(shown) if message["role"] == "assistant"]
    if language not in LANGUAGES or not isinstance(at, int) or not 0 <= at < len(places) or places[at] == 0:
        # Gradio clears what is given nothing.
        yield shown
        return
    place = places[at]
    before, after = shown[:place], shown[place + 1 :]
    *earlier, asked = before
    question = question_text(message_text(asked))
    async for reply in replies.to(request, question, questions(earlier), sent.get("filters"), language):
        if not is_answer(reply):
            # The answer that is there is worth more than the word why there is no other.
            gr.Info(reply, title="", duration=8)
            yield shown
            return
        yield [*before, {"role": "assistant", "content": reply}, *after]


async def _news(look: Callable[[], tuple[str, ...]], readiness: Readiness | None) -> AsyncIterator[tuple[str, ...]]:
    """What is seen now, and again whenever it is other than before, until nothing is to come by itself."""
    seen = None
    while True:
        is_last = readiness is None or readiness.is_settled
        now = await asyncio.to_thread(look)
        if now != seen:
            seen = now
            yield now
        if is_last:
            return
        await asyncio.sleep(_LOOK)


def _header(answerer: Asker) -> str:
    try:
        indexed = f'<p class="tl-count">{count_html(answerer.count_releases())}</p>'
    except ThalaengError:
        # The person hears of it as the answer to the first question; the page itself stands.
        indexed = ""
    return (
        f'<header><div class="tl-brand"><h1>{both("แถลง", "Thalaeng")}</h1>'
        f'<p class="tl-tagline">{TAGLINE}</p>{indexed}</div>'
        f'<div class="tl-tools">{TO_SHELF}{TOOLS}</div></header>'
    )
