"""The chat page on a real server on a free port of the loopback address, over an assistant that needs no model."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from fakes_assistant import ARTICLE, SECOND, make_answer
from fakes_html import make_figure
from fakes_page import free_port
from fakes_talk import PageAssistant
from gradio_client import Client  # type: ignore[import-untyped]
from gradio_client.exceptions import AppError  # type: ignore[import-untyped]

from assistant import ui
from assistant.render import as_object
from assistant.settings import Settings
from assistant.ui_account import Account
from assistant.ui_conversation import Exchange
from assistant.ui_talk import STOPPED, Talk
from index.errors import SettingsError
from index.records import Filter

pytestmark = [  # gradio's own, on every event
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.*"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]
HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) ![](http://evil.example/p.png) ${7*7} {{x}} \u202e\x00"


@dataclass(frozen=True)
class Served:
    url: str
    assistant: PageAssistant


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    assistant = PageAssistant()
    talk, port = Talk(assistant), free_port()  # type: ignore[arg-type]
    page = ui.serve(talk, host="127.0.0.1", port=port)
    yield Served(f"http://127.0.0.1:{port}", assistant)
    page.close(verbose=False)
    talk.close()


@pytest.fixture
def served(server: Served) -> Served:
    server.assistant.calls.clear()
    for event in (server.assistant.gate, server.assistant.drafting, server.assistant.left):
        event.clear()
    return server


@pytest.fixture(scope="module")
def client(server: Served) -> Client:
    return Client(server.url, verbose=False)


class Tab:
    """A browser's tab, as far as the server sees it: events go in by number, results come out of one stream."""

    def __init__(self, served: Served, name: str) -> None:
        self.http = httpx.Client(base_url=f"{served.url}/gradio_api", timeout=10)
        self.name = name
        config = httpx.get(f"{served.url}/config").json()
        self.numbers = {d["api_name"]: d["id"] for d in config["dependencies"]}

    def __enter__(self) -> Tab:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def results(self, event: str, *given: Any, extra: Any = None) -> Iterator[list[Any]]:
        """The outputs of an event as they come; a stream's later ones as the changes gradio sends."""
        body = {"data": list(given), "fn_index": self.numbers[event], "session_hash": self.name, "event_data": extra}
        joined = self.http.post("/queue/join", json=body)
        assert joined.status_code == 200, joined.text
        with self.http.stream("GET", "/queue/data", params={"session_hash": self.name}) as lines:
            for line in lines.iter_lines():
                message: dict[str, Any] = json.loads(line.removeprefix("data:")) if line else {"msg": None}
                if message["msg"] == "process_generating":
                    yield message["output"]["data"]
                if message["msg"] == "process_completed":
                    assert message["success"], message
                    yield message["output"]["data"]
                    return

    def ask(self, question: str) -> list[list[Any]]:
        list(self.results("begin", question, None, None, "", "", "", []))
        return list(self.results("run", None, None))


# -- the page in a browser's place --


def test_the_page_is_its_own_and_loads_nothing_from_elsewhere(served: Served) -> None:
    page = httpx.get(served.url)
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    config = httpx.get(f"{served.url}/config").json()
    assert config["analytics_enabled"] is False
    assert "googleapis" not in page.text + httpx.get(f"{served.url}/theme.css").text
    assert not config.get("run_history")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "localhost@evil.example", ""]
)
def test_no_other_name_reaches_the_page(served: Served, host: str) -> None:
    assert httpx.get(served.url, headers={"host": host}).status_code == 400


def test_only_three_functions_are_offered_to_programs(served: Served, client: Client) -> None:
    offered = httpx.get(f"{served.url}/gradio_api/info").json()
    assert set(offered["named_endpoints"]) == {"/ask", "/search", "/figures"}
    assert not offered["unnamed_endpoints"]


def test_ask_gives_the_command_lines_json(served: Served, client: Client) -> None:
    given = client.predict(question="How many?", as_of="2025-05-24", api_name="/ask")
    assert given == json.loads(json.dumps(as_object(make_answer(question="How many?"))))
    assert served.assistant.calls == [("How many?", {"as_of": date(2025, 5, 24)})]


def test_search_gives_passages(served: Served, client: Client) -> None:
    (hit,) = client.predict(question="How many?", limit=3, api_name="/search")
    assert hit["text"] == ARTICLE.text[hit["start"] : hit["end"]]
    assert (hit["rank"], hit["published"], hit["why"]) == (1, "2025-05-24", ["lexical"])
    assert served.assistant.calls == [("How many?", 3)]


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"question": "  ", "api_name": "/ask"}, "the question is empty"),
        ({"question": "a", "as_of": "yesterday", "api_name": "/ask"}, "'yesterday' is not a day: write 2025-05-24"),
        ({"question": "no model", "api_name": "/ask"}, "run `ollama pull x`"),
        ({"question": "a", "limit": 0, "api_name": "/search"}, "limit 0 is not a whole number from 1 to 50"),
    ],
)
def test_programs_get_an_error_as_its_one_line(
    served: Served, client: Client, given: dict[str, Any], line: str
) -> None:
    with pytest.raises(AppError) as raised:
        client.predict(**given)
    assert line in str(raised.value)
    assert "Traceback" not in str(raised.value)


def test_hostile_words_come_back_from_the_api_as_they_were_sent(served: Served, client: Client) -> None:
    assert client.predict(question=HOSTILE, api_name="/ask")["question"] == HOSTILE


def test_a_question_goes_through_stages_and_draft_to_the_checked_answer(served: Served) -> None:
    with Tab(served, "through") as tab:
        outputs = tab.ask(HOSTILE)
        shown = json.dumps(outputs)
        assert "searching 3 passages" in shown
        assert "draft" in shown
        assert 'class=\\"marker\\" data-open=\\"1.cited.0\\"' in shown
        assert 'id=\\"src-1-1\\"' in shown
        assert "<script" not in shown
        assert "](" not in shown
        tab.ask("And on Friday?")
    history = served.assistant.calls[-1][1]["history"]
    assert [(turn.question, turn.answer) for turn in history] == [(HOSTILE, make_answer().text)]


def test_twenty_people_get_their_own_answers_in_order_and_the_model_serves_one_at_a_time(served: Served) -> None:
    def talk(name: str) -> None:
        with Tab(served, name) as tab:
            for number in range(2):
                *_, last = tab.ask(f"{name} {number}")
                assert f"{name} {number}" in json.dumps(last), "an answer is shown under its own question"

    names = [f"person-{letter}" for letter in "abcdefghijklmnopqrst"]
    with ThreadPoolExecutor(len(names)) as people:
        list(people.map(talk, names))  # raises what went wrong for anybody
    for name in names:
        mine = [
            (q, [turn.question for turn in scope["history"]])
            for q, scope in served.assistant.calls
            if q.startswith(name)
        ]
        assert mine == [(f"{name} {n}", [f"{name} {earlier}" for earlier in range(n)]) for n in range(2)]
    assert served.assistant.most_running == 1
    assert len(served.assistant.threads) == 1


def test_closing_the_tab_frees_the_model(served: Served) -> None:
    with Tab(served, "closing") as tab:
        list(tab.results("begin", "slow one", None, None, "", "", "", []))
        for _ in tab.results("run", None, None):
            if served.assistant.drafting.is_set():
                break
    assert served.assistant.left.wait(5)
    assert not served.assistant.running


def test_a_question_asked_right_after_a_stop_is_answered(served: Served) -> None:
    with Tab(served, "stopping") as tab:
        list(tab.results("begin", "slow one", None, None, "", "", "", []))
        first = threading.Thread(target=lambda: list(tab.results("run", None, None)))
        first.start()
        assert served.assistant.drafting.wait(5)
        with Tab(served, "stopping") as hand:
            stopped = hand.http.post(
                "/run/predict", json={"data": [None, None], "fn_index": tab.numbers["stop"], "session_hash": "stopping"}
            )
        assert STOPPED in stopped.text
        assert served.assistant.left.wait(5)
        first.join(5)
        assert "2.cited.0" in json.dumps(tab.ask("How many?"))


def test_a_second_question_waits_for_the_first_to_end(served: Served) -> None:
    with Tab(served, "impatient") as tab:
        list(tab.results("begin", "first", None, None, "", "", "", []))
        with pytest.raises(AssertionError, match="An answer is being written"):
            list(tab.results("begin", "second", None, None, "", "", "", []))
        assert "1.cited.0" in json.dumps(list(tab.results("run", None, None)))


def test_a_source_opens_its_article_and_nothing_else(served: Served) -> None:
    with Tab(served, "opening") as tab:
        tab.ask("How many?")
        (opened,) = tab.results("open_article", None, extra={"citation": "1.cited.0"})
        assert "<mark>Each side released 307 people on Saturday.</mark>" in opened[0]
        for other in ({"citation": "1.cited.5"}, {"citation": "/etc/passwd"}, {}, None):
            assert list(tab.results("open_article", None, extra=other)) == [[""]]


def test_the_page_tells_what_is_indexed_and_loads_the_model(served: Served) -> None:
    with Tab(served, "greeting") as tab:
        (greeted,) = tab.results("greet")
        assert "2 articles" in greeted[0]
        assert [name for name, _ in greeted[1]["choices"]] == ["Desk A", "Desk B"]
        warmed = list(tab.results("warm"))
        assert "loading the model" in warmed[0][0]
        assert ("warm", None) in served.assistant.calls


# -- the server --


def test_figures_are_told_to_programs_with_their_sentences(served: Served, client: Client) -> None:
    text = "Each side released 307 people on Saturday."
    served.assistant.counted = (make_figure(307.0, text, SECOND, day=24),)
    (figure,) = client.predict(question="How many?", api_name="/figures")
    assert (figure["value"], figure["day"], figure["quote"]) == (307.0, "2025-05-24", text)
    assert figure["url"] == SECOND.path
    served.assistant.counted = ()
    assert client.predict(question="Who?", api_name="/figures") == []


def test_nobody_gets_in_without_signing_in_where_one_has_to() -> None:
    assistant = PageAssistant()
    talk, port = Talk(assistant, addresses=False), free_port()  # type: ignore[arg-type]
    account = Account(user="anna", password="correct horse")
    page = ui.serve(talk, host="0.0.0.0", port=port, account=account)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
            for path in ("/config", "/gradio_api/info", "/gradio_api/queue/data?session_hash=a"):
                assert http.get(path).status_code == 401, path
            asked = {"data": ["How many?", None], "fn_index": 0, "session_hash": "a"}
            assert http.post("/gradio_api/queue/join", json=asked).status_code == 401
            assert http.post("/gradio_api/call/ask", json={"data": ["How many?", None]}).status_code == 401
            assert http.post("/gradio_api/upload", files={"files": b"x"}).status_code == 401
            assert http.post("/login", data={"username": "anna", "password": "wrong"}).status_code == 400
            assert http.post("/login", data={"username": "anna", "password": "correct horse"}).status_code == 200
            assert http.get("/config").status_code == 200
        assert not assistant.calls
    finally:
        page.close(verbose=False)
        talk.close()


def test_mcp_tools_are_not_offered_where_one_has_to_sign_in() -> None:
    with pytest.raises(SettingsError, match="without --auth"):
        ui.launch(PageAssistant(), account=Account(user="a", password="long enough"), mcp=True)  # type: ignore[arg-type]


LIST_TOOLS = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
MCP_HEADERS = {"accept": "application/json, text/event-stream"}


def test_the_three_functions_are_mcp_tools_and_nothing_else_is() -> None:
    assistant = PageAssistant()
    talk, port = Talk(assistant), free_port()  # type: ignore[arg-type]
    page = ui.serve(talk, host="127.0.0.1", port=port, mcp=True)
    try:
        address = f"http://127.0.0.1:{port}/gradio_api/mcp/"
        listed = httpx.post(address, json=LIST_TOOLS, headers=MCP_HEADERS)
        (answer,) = [json.loads(row[5:]) for row in listed.text.splitlines() if row.startswith("data:")]
        tools = {tool["name"]: tool for tool in answer["result"]["tools"]}
        assert set(tools) == {"ask", "search", "figures"}
        assert "citation" in tools["ask"]["description"]
        call = LIST_TOOLS | {
            "method": "tools/call",
            "params": {"name": "search", "arguments": {"question": "How many?"}},
        }
        assert ARTICLE.text[:11] in httpx.post(address, json=call, headers=MCP_HEADERS, timeout=20).text
    finally:
        page.close(verbose=False)
        talk.close()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.1", "::", "example.org", ""])
def test_only_this_machine_is_served(host: str) -> None:
    with pytest.raises(SettingsError, match=r"use --host 127\.0\.0\.1"):
        ui.launch(PageAssistant(), host=host)  # type: ignore[arg-type]


def test_a_taken_port_is_told_and_no_other_is_chosen(tmp_path: Path) -> None:
    assistant = PageAssistant(settings=Settings(conversations=str(tmp_path / "kept.sqlite")))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} .* try --port"):
            ui.launch(assistant, port=port)  # type: ignore[arg-type]


def test_building_the_page_asks_the_assistant_for_nothing() -> None:
    assistant = PageAssistant()
    ui.build(assistant)  # type: ignore[arg-type]
    assert assistant.calls == []


def test_the_command_line_starts_without_gradio() -> None:
    probe = "import sys, assistant.cli, assistant.cli_ask; print('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout == "False\n"


def test_filters_default_to_everything() -> None:
    assert Exchange(question="a").filter == Filter()
