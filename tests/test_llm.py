"""Language models behind one protocol: a tiny server on the loopback address stands in for Ollama."""

from __future__ import annotations

import json
import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from fakes_model import ScriptedModel, ScriptRanOut
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm import ChatModel, odds, open_model
from assistant.llm_ollama import OllamaModel, has_model
from assistant.settings import Settings
from assistant.weights import Weights
from index.errors import ModelStopped, ModelUnavailable, PromptTooLong, SettingsError, WeightsError
from prompts import Message

ASK = (Message("system", "Answer."), Message("user", "How many?"))
gap = pytest.mark.xfail(strict=True, reason="known gap")


# -- probabilities --


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        ([("Yes", 0.0), ("No", 0.0)], 0.5),
        ([("Yes", math.log(0.9)), ("No", math.log(0.1))], 0.9),
        ([(" yes", math.log(0.2)), ("NO\n", math.log(0.8))], 0.2),
        ([("Yes", math.log(0.3)), ("YES", math.log(0.1)), ("No", math.log(0.3))], 0.5),
        ([("Maybe", 0.0)], 0.5),
        ([], 0.5),
    ],
)
def test_odds(top: list[tuple[str, float]], expected: float) -> None:
    assert odds(top, "Yes", "No") == pytest.approx(expected)


def test_an_absent_word_is_all_but_impossible() -> None:
    assert odds([("Yes", -0.1)], "Yes", "No") > 0.999
    assert odds([("No", -0.1), ("Not", -3.0)], "Yes", "No") < 0.001


@given(st.lists(st.tuples(st.sampled_from(["Yes", "no", " No", "x", ""]), st.floats(-60, 0)), max_size=10))
def test_odds_are_a_probability(top: list[tuple[str, float]]) -> None:
    assert 0 <= odds(top, "Yes", "No") <= 1


# -- which model --


def closed_port() -> str:
    """The address of a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def settings(llm: str, **changed: Any) -> Settings:
    return Settings(llm=llm, **({"ollama_host": closed_port()} | changed))


@pytest.mark.parametrize("name", ["gpt", "", "embeded", "openai:x", "gguf"])
def test_an_unknown_model_is_named_with_the_known_ones(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="gguf:PATH") as raised:
        open_model(settings(name), Weights(tmp_path))
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.gguf"
    with pytest.raises(ModelUnavailable, match="assistant models") as raised:
        open_model(settings(f"gguf:{path}"), Weights(tmp_path))
    assert repr(str(path)) in str(raised.value)


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable):
        open_model(settings(f"gguf:{tmp_path}"), Weights(tmp_path))


@pytest.mark.parametrize("content", [b"", b"GGUF", b"no model at all\n" * 100])
def test_a_file_that_is_no_model_cannot_be_loaded(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelUnavailable, match="models verify") as raised:
        open_model(settings(f"gguf:{path}"), Weights(tmp_path))
    assert repr(str(path)) in str(raised.value)


def test_no_server_is_found_out_at_once() -> None:
    began = time.monotonic()
    assert not has_model(closed_port(), "qwen2.5:7b")
    assert time.monotonic() - began < 1


def test_no_server_names_the_command_that_starts_one(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="ollama serve"):
        open_model(settings("ollama:qwen2.5:7b"), Weights(tmp_path))


# -- Ollama, on the loopback address --

Reply = Callable[["Handler"], None]


@dataclass
class Script:
    """What the server answers by path, and what it was sent."""

    replies: dict[str, Reply] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None

    @property
    def host(self) -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def stop(self) -> None:
        """Stop listening; a second time does nothing."""
        assert self.server is not None
        self.server.shutdown()
        self.server.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: ClassVar[Script]

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.reply({})

    def do_POST(self) -> None:
        self.reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def reply(self, request: dict[str, Any]) -> None:
        self.script.requests.append((self.path, request))
        self.script.replies[self.path](self)

    def send(self, body: bytes, status: int = 200, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")  # so that no test leaves a connection open
        self.end_headers()
        self.wfile.write(body)


def body(content: object, status: int = 200) -> Reply:
    return lambda handler: handler.send(json.dumps(content).encode(), status)


def text(content: str, status: int = 200) -> Reply:
    return lambda handler: handler.send(content.encode(), status, "text/html")


def lines(*chunks: object) -> Reply:
    return lambda handler: handler.send(
        "".join(json.dumps(c) + "\n" for c in chunks).encode(), kind="application/x-ndjson"
    )


def cut_off(*chunks: object) -> Reply:
    """Promise more than comes."""

    def reply(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write("".join(json.dumps(c) + "\n" for c in chunks).encode())
        handler.close_connection = True

    return reply


def piece(content: str, **more: Any) -> dict[str, Any]:
    return {"model": "m", "message": {"role": "assistant", "content": content}, "done": False} | more


TAGS = body({"models": [{"model": "m:latest", "name": "m:latest"}, {"model": "qwen2.5:7b", "name": "qwen2.5:7b"}]})
SHOW = body({"capabilities": ["completion"], "details": {}, "model_info": {}})
END = piece("", done=True, done_reason="stop", prompt_eval_count=20, eval_count=3)


@pytest.fixture
def ollama() -> Iterator[Script]:
    script = Script(replies={"/api/tags": TAGS, "/api/show": SHOW})
    script.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Scripted", (Handler,), {"script": script}))
    thread = threading.Thread(target=script.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield script
    script.stop()
    thread.join()


def model(script: Script, context: int = 4096) -> OllamaModel:
    return OllamaModel(script.host, "m", context=context)


@pytest.mark.parametrize(("name", "there"), [("qwen2.5:7b", True), ("m", True), ("m:latest", True), ("qwen2.5", False)])
def test_has_model(ollama: Script, name: str, there: bool) -> None:
    assert has_model(ollama.host, name) is there


def test_auto_takes_ollama_if_it_has_the_model(ollama: Script, tmp_path: Path) -> None:
    found = open_model(Settings(llm="auto", ollama_host=ollama.host, ollama_model="qwen2.5:7b"), Weights(tmp_path))
    assert found.name == "ollama qwen2.5:7b"


def test_a_named_model_goes_before_the_configured_one(ollama: Script, tmp_path: Path) -> None:
    named = Settings(llm="ollama:m", ollama_host=ollama.host, ollama_model="qwen2.5:7b")
    assert open_model(named, Weights(tmp_path)).name == "ollama m"
    assert ollama.requests == [("/api/show", {"model": "m"})]


def test_auto_takes_the_embedded_model_if_ollama_has_not_this_one(ollama: Script, tmp_path: Path) -> None:
    class NoWeights(Weights):
        def chat_model(self, *_: Any, **__: Any) -> Path:
            raise WeightsError("asked for")

    with pytest.raises(WeightsError, match="asked for"):
        open_model(Settings(llm="auto", ollama_host=ollama.host, ollama_model="other"), NoWeights(tmp_path))


def test_a_missing_model_names_the_command_that_fetches_it(ollama: Script) -> None:
    ollama.replies["/api/show"] = body({"error": "model 'm' not found"}, 404)
    with pytest.raises(ModelUnavailable, match="ollama pull m"):
        model(ollama)


def test_a_model_that_cannot_chat_is_refused(ollama: Script) -> None:
    ollama.replies["/api/show"] = body({"capabilities": ["embedding"], "details": {}, "model_info": {}})
    with pytest.raises(ModelUnavailable, match="cannot chat"):
        model(ollama)


def test_the_reply_streams_in_pieces(ollama: Script) -> None:
    ollama.replies["/api/chat"] = lines(piece("Each "), piece(""), piece("side"), END)
    assert list(model(ollama).write("answer", ASK, max_tokens=9)) == ["Each ", "side"]


def test_every_request_fixes_window_length_and_temperature(ollama: Script) -> None:
    ollama.replies["/api/chat"] = lines(END)
    opened = model(ollama, context=2048)
    opened.warm("check", ASK)
    list(opened.write("answer", ASK, max_tokens=72, grammar="root ::= x"))
    sent = [request for path, request in ollama.requests if path == "/api/chat"]
    assert [r["options"]["num_ctx"] for r in sent] == [2048, 2048]
    assert [r["options"]["num_predict"] for r in sent] == [1, 72]
    assert {r["options"]["temperature"] for r in sent} == {0}
    assert {r["model"] for r in sent} == {"m"}
    assert sent[1]["messages"] == [{"role": "system", "content": "Answer."}, {"role": "user", "content": "How many?"}]


def test_an_error_in_the_middle_of_a_reply_keeps_what_came(ollama: Script) -> None:
    ollama.replies["/api/chat"] = lines(piece("Each "), {"error": "unexpected EOF"})
    stream = model(ollama).write("answer", ASK, max_tokens=9)
    assert next(stream) == "Each "
    with pytest.raises(ModelStopped, match="ask again"):
        next(stream)


def test_a_connection_cut_in_the_middle_of_a_reply(ollama: Script) -> None:
    ollama.replies["/api/chat"] = cut_off(piece("Each "))
    with pytest.raises(ModelStopped, match="ask again"):
        list(model(ollama).write("answer", ASK, max_tokens=9))


def test_a_prompt_that_fills_the_window_was_cut(ollama: Script) -> None:
    """Older servers say nothing and cut the beginning: only the count of tokens gives it away."""
    ollama.replies["/api/chat"] = lines(piece("Each "), END | {"prompt_eval_count": 4095})
    with pytest.raises(PromptTooLong, match="4096"):
        list(model(ollama).write("answer", ASK, max_tokens=9))


def test_a_failed_reply_frees_the_model_for_the_next(ollama: Script) -> None:
    opened = model(ollama)
    ollama.replies["/api/chat"] = lines({"error": "boom"})
    with pytest.raises(ModelStopped):
        list(opened.write("answer", ASK, max_tokens=9))
    ollama.replies["/api/chat"] = lines(piece("Each "), piece("side"), END)
    stream = opened.write("answer", ASK, max_tokens=9)
    assert next(stream) == "Each "
    stream.close()  # type: ignore[attr-defined]
    assert list(opened.write("answer", ASK, max_tokens=9)) == ["Each ", "side"]


def logged(*pairs: tuple[str, float]) -> dict[str, Any]:
    top = [{"token": token, "logprob": logprob} for token, logprob in pairs]
    return END | {"message": {"role": "assistant", "content": "No"}, "logprobs": [top[0] | {"top_logprobs": top}]}


def test_probability_reads_the_log_probabilities(ollama: Script) -> None:
    ollama.replies["/api/chat"] = body(logged(("No", math.log(0.7)), ("Yes", math.log(0.3))))
    assert model(ollama).probability("check", ASK) == pytest.approx(0.3)
    (_, request) = ollama.requests[-1]
    assert request["logprobs"] is True
    assert request["stream"] is False
    assert request["options"]["num_predict"] == 1


def test_a_server_without_log_probabilities_gives_its_word(ollama: Script) -> None:
    opened = model(ollama)
    for word, expected in (("Yes", 0.9), (" yes.", 0.9), ("No", 0.1), ("Perhaps", 0.1), ("", 0.1)):
        ollama.replies["/api/chat"] = body(END | {"message": {"role": "assistant", "content": word}})
        assert opened.probability("check", ASK) == expected, word


EXCEEDED = {
    "error": json.dumps(
        {"error": {"code": 400, "type": "exceed_context_size_error", "n_prompt_tokens": 4166, "n_ctx": 512}}
    )
}


def test_a_prompt_the_server_refuses_is_too_long(ollama: Script) -> None:
    ollama.replies["/api/chat"] = body(EXCEEDED, 400)
    with pytest.raises(PromptTooLong):
        model(ollama).probability("check", ASK)


def test_a_failing_server_is_named(ollama: Script) -> None:
    ollama.replies["/api/chat"] = body({"error": "out of memory"}, 500)
    with pytest.raises(ModelStopped, match="out of memory"):
        model(ollama).probability("check", ASK)


def test_a_server_that_has_gone_names_the_command(ollama: Script) -> None:
    opened = model(ollama)
    ollama.stop()
    with pytest.raises(ModelUnavailable, match="ollama serve"):
        opened.probability("check", ASK)


def test_tokens_are_counted_generously(ollama: Script) -> None:
    opened = model(ollama)
    assert opened.count_tokens("") >= 0
    assert opened.count_tokens("Each side released 390 people.") >= 8
    assert opened.count_tokens("漢字" * 10) >= 20


def test_whatever_answers_there_is_no_ollama(ollama: Script) -> None:
    ollama.replies["/api/tags"] = body({"error": "no"}, 503)
    assert not has_model(ollama.host, "m")


@gap
@pytest.mark.parametrize("reply", [text("<html>It works!</html>"), body([1, 2]), body({"models": 3})])
def test_another_server_on_that_port_is_no_ollama(ollama: Script, reply: Reply, tmp_path: Path) -> None:
    ollama.replies["/api/tags"] = ollama.replies["/api/show"] = reply
    assert not has_model(ollama.host, "m")
    with pytest.raises(ModelUnavailable):
        model(ollama)


@gap
def test_a_prompt_refused_before_the_first_piece_is_too_long(ollama: Script) -> None:
    ollama.replies["/api/chat"] = body(EXCEEDED, 400)
    with pytest.raises(PromptTooLong):
        list(model(ollama).write("answer", ASK, max_tokens=9))


@gap
def test_a_server_gone_before_the_first_piece_names_the_command(ollama: Script) -> None:
    opened = model(ollama)
    ollama.stop()
    with pytest.raises(ModelUnavailable, match="ollama serve"):
        list(opened.write("answer", ASK, max_tokens=9))


@gap
def test_a_line_that_is_no_json_stops_the_model(ollama: Script) -> None:
    ollama.replies["/api/chat"] = text('{"model": "m", "mess\n')
    with pytest.raises(ModelStopped):
        list(model(ollama).write("answer", ASK, max_tokens=9))


@gap
@pytest.mark.parametrize("host", ["http://[::1", "http://127.0.0.1:99999", "http://127.0.0.1:port"])
def test_an_address_that_is_none(host: str) -> None:
    assert not has_model(host, "m")
    with pytest.raises((ModelUnavailable, SettingsError)):
        OllamaModel(host, "m", context=4096)


# -- the scripted model keeps the protocol --


def test_the_scripted_model_is_a_model_and_fails_when_its_script_runs_out() -> None:
    scripted: ChatModel = ScriptedModel(["Each side"], [0.9])
    assert "".join(scripted.write("answer", ASK, max_tokens=9)) == "Each side"
    assert scripted.probability("check", ASK) == 0.9
    with pytest.raises(ScriptRanOut):
        list(scripted.write("answer", ASK, max_tokens=9))
    with pytest.raises(ScriptRanOut):
        scripted.probability("check", ASK)
