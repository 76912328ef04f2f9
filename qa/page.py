"""The chat in the browser: a question goes in, an answer with its cards of sources comes out.

Nothing on the page comes from outside: the fonts travel in the style sheet. A message is kept as it
was shown, its sources with it; the questions asked so far are read back from the messages.
"""

from __future__ import annotations

import base64
import logging
import os
import re
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from index.errors import ThalaengError
from index.language import detect_language
from index.release import Language
from qa.answer import Answer
from qa.cards import answer_html, notice_html, question_html, question_text

if TYPE_CHECKING:
    import gradio as gr

__all__ = ["EXAMPLES", "Asker", "build_page", "free_port", "serve_page"]

EXAMPLES: tuple[str, ...] = (
    "TikTok มีผู้ใช้ในไทยกี่คน",
    "How many Thai entrepreneurs sell on TikTok Shop?",
    "แฮชแท็ก #คนไทยรู้ทัน มียอดรับชมเท่าไร",
    "How much did the cabinet grant to repair flood-damaged roads?",
    "ใครเป็นหัวหน้าคณะของ TikTok ที่เข้าพบรองนายกฯ ประเสริฐ",
    "When did the Deputy Prime Minister meet TikTok?",
)
# Characters that the box takes; the engine reads what it needs of them.
_LONGEST_TYPED = 20_000
_TITLE = "แถลง Thalaeng"
_FONTS = {"thai": "U+0E01-0E5B, U+200C-200D, U+25CC", "latin": "U+0000-00FF, U+2000-206F, U+20AC, U+2122"}

_EMPTY_QUESTION = "โปรดพิมพ์คำถามก่อน · Please type a question first."
_SEARCHING = notice_html("กำลังค้นหา…", "Searching…")
_FAILED = (
    "ขออภัย เกิดข้อผิดพลาดขณะหาคำตอบ โปรดลองถามอีกครั้ง",
    "Sorry, something went wrong while looking for the answer. Please ask again.",
)
_WELCOME = '<div class="tl-welcome"><span lang="th">ลองถาม</span> · <span lang="en">Try asking</span></div>'

# The box takes the keyboard only where that does not raise one over the screen.
_FOCUS = """() => {
  if (!matchMedia('(pointer: fine)').matches) return;
  document.querySelector('#tl-box textarea')?.focus({preventScroll: true});
}"""
# The question just asked goes to the top, so that its answer is read from its beginning. Gradio labels
# a message with its raw HTML, which a screen reader would spell out.
_SHOW_ANSWER = f"""() => {{ setTimeout(() => {{
  const asked = [...document.querySelectorAll('.tl-question')].pop();
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  asked?.scrollIntoView({{block: 'start', behavior: calm ? 'auto' : 'smooth'}});
  for (const message of document.querySelectorAll('#tl-chat [data-testid][aria-label]')) {{
    message.removeAttribute('aria-label');
  }}
  ({_FOCUS})();
}}, 150); }}"""

# The page's own events are no endpoints for others.
_HIDDEN: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

_log = logging.getLogger(__name__)

Message = dict[str, Any]


class Asker(Protocol):
    """What the page asks: `qa.ask.Answerer`, or anything that answers in its place."""

    def ask(self, question: str, history: Sequence[str] = (), language: Language | None = None) -> Answer:
        """The answer to a question that follows others; raises `ThalaengError` where there can be none."""

    def count_releases(self) -> int:
        """How many releases answers come from."""


def build_page(answerer: Asker, *, examples: Sequence[str] = EXAMPLES, concurrency: int = 4) -> gr.Blocks:
    """The page over an answerer; up to `concurrency` questions are answered at the same time.

    It has one public endpoint, `ask`, which returns an answer as `Answer.as_json` writes it.
    """
    import gradio as gr

    with gr.Blocks(title=_TITLE, analytics_enabled=False, fill_height=True) as page:
        header = gr.HTML(_header(answerer), elem_id="tl-header", padding=False)
        # The count is of now, not of the start: the index can grow under a running chat.
        page.load(lambda: _header(answerer), None, header, queue=False, **_HIDDEN)
        page.load(None, js=_FOCUS, **_HIDDEN)
        _connect(answerer, *_lay_out(examples), concurrency)
    page.queue(default_concurrency_limit=concurrency)
    return page


def _lay_out(examples: Sequence[str]) -> tuple[gr.Chatbot, gr.Textbox, gr.Button]:
    """What stands below the header: the conversation, the box to type in, the button to begin anew."""
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
        placeholder=_WELCOME,
        examples=[{"text": text, "display_text": text} for text in examples],
    )
    with gr.Row(elem_id="tl-ask", equal_height=True):
        box = gr.Textbox(
            elem_id="tl-box",
            label="คำถาม · Question",
            show_label=False,
            container=False,
            max_lines=6,
            max_length=_LONGEST_TYPED,
            placeholder="พิมพ์คำถาม · Type a question",
            submit_btn=True,
            scale=1,
        )
        anew = gr.Button("เริ่มใหม่ · New conversation", elem_id="tl-new", scale=0)
    return chat, box, anew


def _connect(answerer: Asker, chat: gr.Chatbot, box: gr.Textbox, anew: gr.Button, concurrency: int) -> None:
    """What happens on typing, on choosing an example, on beginning anew; and the endpoint."""
    import gradio as gr

    async def submitted(question: str, shown: list[Message]) -> AsyncIterator[tuple[Any, Any]]:
        if question.strip():
            async for messages in _converse(answerer, question, shown):
                yield "" if messages[-1]["content"] == _SEARCHING else gr.skip(), messages
        else:
            gr.Info(_EMPTY_QUESTION, title="", duration=4)
            yield gr.skip(), gr.skip()

    async def example_chosen(shown: list[Message], chosen: gr.SelectData) -> AsyncIterator[list[Message]]:
        async for messages in _converse(answerer, chosen.value["text"], shown):
            yield messages

    # Gradio looks for this type, and cannot resolve the name of a module imported in a function.
    example_chosen.__annotations__["chosen"] = gr.SelectData

    # One pool for all ways of asking: the limit holds for the machine, not for a button.
    pool: dict[str, Any] = {"concurrency_limit": concurrency, "concurrency_id": "ask"}
    asked = [
        box.submit(submitted, [box, chat], [box, chat], **_HIDDEN, **pool),
        chat.example_select(example_chosen, chat, chat, **_HIDDEN, **pool),
    ]
    for event in asked:
        event.then(None, js=_SHOW_ANSWER, **_HIDDEN)
    anew.click(lambda: ([], ""), None, [chat, box], cancels=asked, queue=False, **_HIDDEN).then(
        None, js=_FOCUS, **_HIDDEN
    )
    gr.api(_endpoint(answerer), api_name="ask", **pool)


def _endpoint(answerer: Asker) -> Callable[..., dict[str, Any]]:
    import gradio as gr

    def ask(question: str, history: list[str] | None = None, language: str | None = None) -> dict[str, Any]:
        """Answers a question from the indexed releases; `history` holds the questions before it."""
        wanted: Language | None = "th" if language == "th" else "en" if language == "en" else None
        try:
            return answerer.ask(question, history or (), wanted).as_json()
        except ThalaengError as error:
            raise gr.Error(_without_folders(str(error)), print_exception=False) from error

    return ask


async def _converse(answerer: Asker, question: str, shown: list[Message]) -> AsyncIterator[list[Message]]:
    """The messages at once with the question and then with its answer.

    A cancelled search is left to end by itself: a new conversation does not wait for it.
    """
    from anyio.to_thread import run_sync

    # A search that was cut off (a lost connection) leaves its word behind.
    before = [message for message in shown if _text(message) != _SEARCHING]
    earlier = [question_text(_text(message)) for message in before if message["role"] == "user"]
    asked = [*before, {"role": "user", "content": question_html(question, detect_language(question))}]
    yield [*asked, {"role": "assistant", "content": _SEARCHING}]
    reply = await run_sync(_reply, answerer, question, earlier, abandon_on_cancel=True)
    yield [*asked, {"role": "assistant", "content": reply}]


def _reply(answerer: Asker, question: str, earlier: Sequence[str]) -> str:
    try:
        return answer_html(answerer.ask(question, earlier))
    except ThalaengError as error:
        return notice_html(_without_folders(str(error)))
    except Exception:
        # Whatever it is, the person gets a word and the conversation goes on; the log has the rest.
        _log.exception("A question could not be answered")
        return notice_html(*_FAILED)


def _without_folders(text: str) -> str:
    """The text with the last name of each path in place of the path: who asks need not know the machine."""
    return re.sub(r"(?<![\w:/.])(?:/|[A-Za-z]:\\)(?:[^\s/\\]+[/\\])*([^\s/\\]+)", r"\1", text)


def _text(message: Message) -> str:
    """The text of a message: Gradio hands it back as a list of blocks."""
    content = message["content"]
    if isinstance(content, str):
        return content
    return "".join(block.get("text") or "" for block in content if isinstance(block, dict))


def _header(answerer: Asker) -> str:
    try:
        count = answerer.count_releases()
    except ThalaengError:
        # The person hears of it as the answer to the first question; the page itself stands.
        count = 0
    indexed = (
        f'<p class="tl-count"><span lang="th">ค้นจากข่าว {count:,} ฉบับ</span> · '
        f'<span lang="en">{count:,} release{"" if count == 1 else "s"} indexed</span></p>'
    )
    return (
        '<header><h1><span lang="th">แถลง</span> Thalaeng</h1>'
        '<p><span lang="th">ถามตอบจากข่าวแถลง ตอบด้วยข้อความจริงจากข่าวพร้อมที่มา</span> · '
        '<span lang="en">Answers from press releases, quoted word for word, with their source</span></p>'
        f"{indexed if count else ''}</header>"
    )


def serve_page(page: gr.Blocks, host: str = "127.0.0.1", port: int = 0, *, wait: bool = True) -> str:
    """Serves the page and returns its address; port 0 takes any free one.

    With `wait`, prints the address and serves until `KeyboardInterrupt`, which goes on to the
    caller. Raises `ThalaengError` where the address cannot be listened on.
    """
    import gradio as gr

    port = free_port(host, port)
    _reach_directly(host)
    _, address, _ = page.launch(
        server_name=host,
        server_port=port,
        prevent_thread_lock=True,
        inbrowser=False,
        share=False,
        quiet=True,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        max_file_size=1,
        css=_style(),
        theme=gr.themes.Default(
            primary_hue="teal", neutral_hue="slate", font=["Sarabun", "sans-serif"], font_mono=["monospace"]
        ),
    )
    if wait:
        print(f"{_TITLE}: {address}", flush=True)
        try:
            while page.is_running:
                time.sleep(0.2)
        finally:
            page.close(verbose=False)
    return str(address)


def free_port(host: str, port: int) -> int:
    """A port that can be listened on: the one asked for, or any free one for 0.

    Raises `ThalaengError` where it is taken or the host has no such address.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except OSError as error:
        raise ThalaengError(
            f"Cannot listen on {host}, port {port}: {error.strerror or error}. "
            "Choose another with --port, or --port 0 for any free one."
        ) from error


def _reach_directly(host: str) -> None:
    """Gradio calls its own address once at the start; a proxy of the network cannot reach that."""
    for name in ("NO_PROXY", "no_proxy"):
        known = [part for part in os.environ.get(name, "").split(",") if part.strip()]
        os.environ[name] = ",".join(dict.fromkeys([*known, "127.0.0.1", "localhost", host]))


def _style() -> str:
    """The style sheet, with the fonts in it: nothing to serve, nothing to find on another machine."""
    folder = Path(__file__).parent
    faces = []
    for weight in (400, 700):
        for script, characters in _FONTS.items():
            font = (folder / "fonts" / f"sarabun-{script}-{weight}-normal.woff2").read_bytes()
            faces.append(
                f"@font-face {{ font-family: Sarabun; font-weight: {weight}; font-display: block; "
                f"unicode-range: {characters}; "
                f"src: url(data:font/woff2;base64,{base64.b64encode(font).decode()}) format('woff2'); }}"
            )
    return "\n".join([*faces, (folder / "page.css").read_text(encoding="utf-8")])
