"""What programs call: the endpoints and nothing else of the page; the examples of qa/README.md as they stand there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from qa.event_log import JsonLines
from qa.filters import FILTER_NAMES
from qa.levels import NOT_SET
from tests.test_gate import reach
from tests.test_page import ENGLISH_EXAMPLE, HOSTILE, Spy, address, book, spy

__all__ = ["address", "book", "spy"]

README = (Path(__file__).parent.parent / "qa" / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def client(address: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    from gradio_client import Client  # type: ignore[import-untyped, unused-ignore]

    # The client reports its use unless both say no.
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
    return Client(address, verbose=False, analytics_enabled=False)


def test_the_endpoints_are_these_with_types_and_words(client: Any) -> None:
    api = client.view_api(return_format="dict", print_info=False)
    assert [*api["named_endpoints"], *api["unnamed_endpoints"]] == ["/ask", "/search", "/release"]
    takes = {
        name: [(given["parameter_name"], given["parameter_has_default"]) for given in endpoint["parameters"]]
        for name, endpoint in api["named_endpoints"].items()
    }
    filters = [(name, True) for name in FILTER_NAMES]
    assert takes == {
        "/ask": [("question", False), ("history", True), ("language", True), *filters, ("write", True)],
        "/search": [("question", False), ("limit", True), *filters],
        "/release": [("release_id", False)],
    }
    for endpoint in api["named_endpoints"].values():
        assert endpoint["description"]


def test_ask_answers_as_json(client: Any, spy: Spy) -> None:
    answer = client.predict(ENGLISH_EXAMPLE, [], "th", api_name="/ask")
    assert answer["language"] == "th"
    assert answer["citations"] == spy.answers[-1].as_json()["citations"]
    with pytest.raises(Exception, match="There are no releases in thalaeng yet"):
        client.predict("no index", api_name="/ask")


def test_without_a_model_who_asks_for_a_written_answer_gets_the_quotes_and_a_line(client: Any, spy: Spy) -> None:
    answer = client.predict(ENGLISH_EXAMPLE, write=True, api_name="/ask")
    assert (answer["answered_by"], answer["note"]) == ("quotes", NOT_SET.en)
    assert answer["citations"] == spy.answers[-1].as_json()["citations"] != []
    # Of a refusal there would be nothing to write with a model either.
    assert client.predict("???", write=True, api_name="/ask")["note"] == ""


def test_the_log_has_a_line_of_each_answer_without_the_question(client: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="qa"):
        client.predict(ENGLISH_EXAMPLE, ["???"], api_name="/ask")
    (line,) = [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "qa.endpoints"]
    assert (line["event"], line["language"], line["follows"], line["abstained"]) == ("asked", "en", 1, False)
    assert line["timings_ms"]["total"] > 0
    assert "Lumatide" not in caplog.text


def test_search_finds_releases_best_first(client: Any) -> None:
    found = client.predict(ENGLISH_EXAMPLE, 3, api_name="/search")
    assert len(found) == 3
    assert found[0]["url"] == "https://press.example.com/lumatide/2024-118"
    assert found[0]["score"] >= found[1]["score"]
    assert len(client.predict(ENGLISH_EXAMPLE, 10**9, api_name="/search")) <= 20
    assert client.predict("  ", api_name="/search") == []


def test_filters_hold_for_both_endpoints(client: Any) -> None:
    asked = {"question": ENGLISH_EXAMPLE, "release_language": "th", "date_from": "2020-01-01"}
    for found in client.predict(**asked, api_name="/search"):
        assert found["language"] == "th"
        assert found["date"] >= "2020-01-01"
    cited = client.predict(**{**asked, "release_language": "en", "category": "Energy"}, api_name="/ask")["citations"]
    assert {citation["category"] for citation in cited} == {"Energy"}
    newest = client.predict(**asked, newest_first=True, api_name="/search")
    assert [found["date"] for found in newest] == sorted((found["date"] for found in newest), reverse=True)
    for name, value in [("date_from", "soon"), ("category", "Nonsense")]:
        with pytest.raises(Exception, match=value):
            client.predict(ENGLISH_EXAMPLE, **{name: value}, api_name="/ask")


def test_release_gives_the_text_that_quotes_are_slices_of(client: Any) -> None:
    (cited, *_) = client.predict(ENGLISH_EXAMPLE, api_name="/ask")["citations"]
    release = client.predict(cited["release_id"], api_name="/release")
    assert release["text"][cited["start"] : cited["end"]] == cited["quote"]
    assert release["title"] == cited["title"]
    assert client.predict("0" * 16, api_name="/release")["title"] == HOSTILE
    with pytest.raises(Exception, match="There is no release with that id"):
        client.predict("../../etc/passwd", api_name="/release")


@pytest.mark.parametrize(
    ("endpoint", "given", "said"),
    [
        ("/ask", [None], "Expected a string"),
        ("/ask", ["x", "y"], "Expected a list of strings"),
        ("/ask", ["x", [1]], "Expected a string"),
        ("/ask", ["x", [], "fr"], "fr"),
        ("/ask", ["x", [], None, "", "", "", "", None, False, "yes"], "Expected true or false"),
        ("/search", [{"a": 1}], "Expected a string"),
        ("/search", ["x", "many"], "Expected a whole number"),
        ("/release", [["x"]], "Expected a string"),
    ],
)
def test_what_does_not_fit_is_said(client: Any, endpoint: str, given: list[Any], said: str) -> None:
    with pytest.raises(Exception, match=said):
        client.predict(*given, api_name=endpoint)


@pytest.mark.parametrize(
    ("call", "sent", "status", "says"),
    [
        ("v2/search", {"question": "x", "nonsense": 1}, 400, "Parameter `nonsense` is not a valid key-word argument."),
        ("v2/search", {"limit": 1}, 400, "No value provided for required argument: question"),
        ("v2/nosuch", {"question": "x"}, 404, "There is no such endpoint."),
        ("nosuch", {"data": ["x"]}, 404, "There is no such endpoint."),
        ("../run/nosuch", {"data": ["x"]}, 404, "There is no such endpoint."),
    ],
)
def test_a_call_that_no_endpoint_takes_is_told_why(
    address: str, call: str, sent: dict[str, Any], status: int, says: str
) -> None:
    url, headers = urljoin(f"{address}gradio_api/call/", call), {"Content-Type": "application/json"}
    assert reach(url, json.dumps(sent).encode(), headers) == (
        status,
        json.dumps({"detail": says}, separators=(",", ":")).encode(),
    )


def test_a_call_in_the_order_of_the_names_is_told_which_it_lacks_and_the_log_not_what_it_asked(
    address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    sent, headers = json.dumps({"data": ["tungsten", 2]}).encode(), {"Content-Type": "application/json"}
    status, said = reach(f"{address}gradio_api/run/search", sent, headers)
    assert (status, json.loads(said)["error"].partition(". 2 came. ")[0]) == (
        500,
        f"`data` takes 8 values in this order: question, limit, {', '.join(FILTER_NAMES)}",
    )
    event = json.loads(reach(f"{address}gradio_api/call/search", sent, headers)[1])["event_id"]
    assert "`data` takes 8 values" in reach(f"{address}gradio_api/call/search/{event}")[1].decode()
    assert "tungsten" not in "".join(capfd.readouterr())


def test_who_waits_for_a_call_that_was_never_made_is_told_so_and_nothing_breaks(
    address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert reach(f"{address}gradio_api/call/search/nosuch") == (200, b'event: error\ndata: "404: Not Found"\n\n')
    assert "Traceback" not in capfd.readouterr().err


def test_of_a_name_with_a_stroke_nothing_is_taken_for_a_folder(client: Any) -> None:
    with pytest.raises(Exception, match="No release has the category 'Trade /Tourism/Visas'"):
        client.predict(ENGLISH_EXAMPLE, category="Trade /Tourism/Visas", api_name="/ask")


def test_the_readmes_python_runs(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, Any] = {}
    exec(example.replace("http://127.0.0.1:7860/", address), names)
    assert names["answer"]["question"].startswith("How many users")
    assert names["written"]["citations"] == names["answer"]["citations"]
    assert len(names["found"]) == 5
    assert names["release"]["release_id"] == names["found"][0]["release_id"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_the_readmes_curl_runs(address: str) -> None:
    (example,) = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    script = example.replace("http://127.0.0.1:7860/", address)
    run = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": "/usr/bin:/bin", "NO_PROXY": "*"},
    )
    data = run.stdout.split("data: ", 1)[1].splitlines()[0]
    assert run.stdout.startswith("event: complete")
    assert len(json.loads(data)[0]) == 5
