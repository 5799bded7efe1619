"""Ollama behind the protocol, with a scripted server in its place: every way it is known to fail."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes_server import Handler, Reply, Script, body, cut_off, in_turn, lines, scripted, text

from assistant import llm_served
from assistant.llm import HALT, Timing, open_model
from assistant.llm_ollama import OllamaModel, has_model
from assistant.settings import Settings
from assistant.weights import Weights
from index.errors import (
    ModelSilent,
    ModelStopped,
    ModelUnavailable,
    PromptTooLong,
    ReplyCut,
    SettingsError,
    WeightsError,
)
from prompts import Message

ASK = (Message("system", "Answer."), Message("user", "How many?"))


def piece(content: str, **more: Any) -> dict[str, Any]:
    return {"model": "m", "message": {"role": "assistant", "content": content}, "done": False} | more


TAGS = body({"models": [{"model": "m:latest", "name": "m:latest"}, {"model": "qwen2.5:7b", "name": "qwen2.5:7b"}]})
SHOW = body({"capabilities": ["completion"], "details": {}, "model_info": {}})
END = piece("", done=True, done_reason="stop", prompt_eval_count=20, eval_count=3)


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    monkeypatch.setattr(llm_served, "PAUSE", 0.0)
    with scripted({"/api/tags": TAGS, "/api/show": SHOW}) as script:
        yield script


def model(script: Script, context: int = 4096, timeout: float = 10) -> OllamaModel:
    return OllamaModel(script.host, "m", context=context, timeout=timeout)


def asked(script: Script) -> list[dict[str, Any]]:
    """The chat requests the server got."""
    return [request for path, request in script.requests if path == "/api/chat"]


@pytest.mark.parametrize(("name", "there"), [("qwen2.5:7b", True), ("m", True), ("m:latest", True), ("qwen2.5", False)])
def test_has_model(ollama: Script, name: str, there: bool) -> None:
    assert has_model(ollama.host, name) is there


def test_auto_takes_ollama_if_it_has_the_model(ollama: Script, tmp_path: Path) -> None:
    found = open_model(Settings(llm="auto", ollama_host=ollama.host, ollama_model="qwen2.5:7b"), Weights(tmp_path))
    assert found.name == "ollama qwen2.5:7b"


def test_a_named_model_goes_before_the_configured_one(ollama: Script, tmp_path: Path) -> None:
    named = Settings(llm="ollama:m", ollama_host=ollama.host, ollama_model="qwen2.5:7b")
    assert open_model(named, Weights(tmp_path)).name == "ollama m"
    assert ("/api/show", {"model": "m"}) in ollama.requests


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
    ollama.replies["/api/chat"] = lines(piece("Each "), piece("side"), {"error": "unexpected EOF"})
    stream = model(ollama).write("answer", ASK, max_tokens=9)
    assert [next(stream), next(stream)] == ["Each ", "side"]
    with pytest.raises(ModelStopped, match="ask again") as raised:
        next(stream)
    assert raised.value.partial == "Each side"
    assert len(asked(ollama)) == 1, "what has been shown is not asked for again"


def test_an_error_before_the_first_piece_is_asked_once_more(ollama: Script) -> None:
    ollama.replies["/api/chat"] = in_turn(
        body({"error": "llama runner process has terminated"}, 500), lines(piece("Each"), END)
    )
    assert list(model(ollama).write("answer", ASK, max_tokens=9)) == ["Each"]
    assert len(asked(ollama)) == 2


def test_a_server_that_fails_twice_is_not_asked_a_third_time(ollama: Script) -> None:
    ollama.replies["/api/chat"] = lines({"error": "llama runner process has terminated"})
    with pytest.raises(ModelStopped, match="has terminated"):
        list(model(ollama).write("answer", ASK, max_tokens=9))
    assert len(asked(ollama)) == 2


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
    (request,) = asked(ollama)
    assert request["logprobs"] is True
    assert request["options"]["num_predict"] == 1


def votes(*words: str) -> Reply:
    return in_turn(*(lines(piece(word), END) for word in words))


@pytest.mark.parametrize(
    ("words", "expected", "drawn"),
    [
        (["Yes", "yes.", " YES", "**Yes**", "Yes, it does"], 5.5 / 6, 5),
        (["Yes", "No", "Yes", "Yes", "Yes"], 4.5 / 6, 5),
        (["No", "Yes", "No", "Perhaps", "Yes"], 2.5 / 6, 4),
        (["No"], 2.5 / 6, 3),
        ([""], 2.5 / 6, 3),
    ],
)
def test_a_server_without_log_probabilities_is_asked_several_times(
    ollama: Script, words: list[str], expected: float, drawn: int
) -> None:
    opened = model(ollama)
    ollama.replies["/api/chat"] = votes("Yes", *words)
    assert opened.probability("check", ASK) == pytest.approx(expected)
    assert len(asked(ollama)) == 1 + drawn
    drawings = asked(ollama)[1:]
    assert {r["options"]["temperature"] for r in drawings} == {1.0}
    assert len({r["options"]["seed"] for r in drawings}) == drawn
    ollama.replies["/api/chat"] = votes(*words)
    opened.probability("check", ASK)
    assert len(asked(ollama)) == 1 + 2 * drawn, "that it has none is remembered"


def test_words_that_are_neither_yes_nor_no_are_asked_again(ollama: Script) -> None:
    ollama.replies["/api/chat"] = in_turn(body(logged(("\n", -0.1), ("The", -3.0))), lines(piece("\nYes"), END))
    assert model(ollama).probability("check", ASK) == pytest.approx(5.5 / 6)


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
    ollama.replies["/api/chat"] = body({"error": "boom"}, 500)
    with pytest.raises(ModelStopped, match="boom"):
        model(ollama).probability("check", ASK)


def test_a_server_that_has_gone_names_the_command(ollama: Script) -> None:
    opened = model(ollama)
    ollama.stop()
    with pytest.raises(ModelUnavailable, match="ollama serve"):
        opened.probability("check", ASK)


def test_a_model_deleted_under_way_names_the_command(ollama: Script) -> None:
    opened = model(ollama)
    ollama.replies["/api/chat"] = body({"error": "model 'm' not found"}, 404)
    with pytest.raises(ModelUnavailable, match="ollama pull m"):
        list(opened.write("answer", ASK, max_tokens=9))
    assert len(asked(ollama)) == 1


def test_a_model_that_does_not_fit_the_memory(ollama: Script) -> None:
    said = "model requires more system memory (46.1 GiB) than is available (20.2 GiB)"
    ollama.replies["/api/chat"] = body({"error": said}, 500)
    with pytest.raises(ModelUnavailable, match="a smaller one"):
        list(model(ollama).write("answer", ASK, max_tokens=9))


def test_a_silent_server_is_not_waited_for_for_ever(ollama: Script) -> None:
    ended = threading.Event()
    ollama.replies["/api/chat"] = lambda handler: (ended.wait(5), None)[1]
    with pytest.raises(ModelSilent, match="server_timeout"):
        list(model(ollama, timeout=0.2).write("answer", ASK, max_tokens=9))
    ended.set()
    assert len(asked(ollama)) == 1, "a server that is too slow is not asked again"


def test_a_reply_at_its_limit_is_no_answer(ollama: Script) -> None:
    ollama.replies["/api/chat"] = lines(piece("Each side"), END | {"done_reason": "length"})
    stream = model(ollama).write("answer", ASK, max_tokens=9)
    assert next(stream) == "Each side"
    with pytest.raises(ReplyCut) as raised:
        next(stream)
    assert raised.value.partial == "Each side"


def test_a_server_that_ignores_the_limit_is_stopped(ollama: Script) -> None:
    ollama.replies["/api/chat"] = lines(*[piece("ha ")] * 10_000, END)
    with pytest.raises(ReplyCut) as raised:
        list(model(ollama).write("answer", ASK, max_tokens=9))
    assert raised.value.partial.count("ha") < 50


def test_an_empty_reply_is_empty(ollama: Script) -> None:
    ollama.replies["/api/chat"] = lines(END)
    assert list(model(ollama).write("answer", ASK, max_tokens=9)) == []
    assert len(asked(ollama)) == 1


def test_bytes_that_are_no_utf_8_are_replaced(ollama: Script) -> None:
    broken = json.dumps(piece("Each \u00e9")).encode().replace(b"\\u00e9", b"\xff\xc3")
    ollama.replies["/api/chat"] = lambda handler: handler.send(broken + b"\n" + json.dumps(END).encode() + b"\n")
    (told,) = model(ollama).write("answer", ASK, max_tokens=9)
    assert told.startswith("Each ")
    assert "\ufffd" in told


def test_half_a_character_in_a_question_is_replaced(ollama: Script) -> None:
    ollama.replies["/api/chat"] = lines(END)
    list(model(ollama).write("answer", (Message("user", "How many \udcff?"),), max_tokens=9))
    assert asked(ollama)[0]["messages"][0]["content"] == "How many ??"


def test_a_prompt_that_may_not_fit_is_never_sent(ollama: Script) -> None:
    opened = model(ollama, context=2048)
    for messages in ((Message("user", "How many? " * 1000),), (Message("user", "How many?"),) * 400):
        with pytest.raises(PromptTooLong, match="ask a shorter question"):
            list(opened.write("answer", messages, max_tokens=72))
        with pytest.raises(PromptTooLong):
            opened.probability("check", messages)
    assert asked(ollama) == []


def shown(*capabilities: str, family: str = "m", facts: dict[str, Any] | None = None) -> Reply:
    return body({"capabilities": capabilities, "details": {"family": family}, "model_info": facts or {}})


def test_the_window_is_no_larger_than_trained(ollama: Script) -> None:
    ollama.replies["/api/show"] = shown("completion", facts={"general.architecture": "m", "m.context_length": 2048})
    assert model(ollama).context == 2048


@pytest.mark.parametrize(
    ("capabilities", "family", "think", "granted"),
    [
        (("completion",), "qwen2", None, 9),
        (("completion", "thinking"), "qwen3", False, 9),
        (("completion", "thinking"), "gptoss", "low", 9 + 1024),
    ],
)
def test_thinking_is_switched_off_or_short(
    ollama: Script, capabilities: tuple[str, ...], family: str, think: object, granted: int
) -> None:
    ollama.replies["/api/show"] = shown(*capabilities, family=family)
    thought = piece("") | {"message": {"role": "assistant", "content": "", "thinking": "303? No, 307."}}
    ollama.replies["/api/chat"] = lines(thought, piece("<think>303</think>"), piece("307"), END)
    assert "".join(model(ollama).write("answer", ASK, max_tokens=9)) == "307"
    (request,) = asked(ollama)
    assert request.get("think") == think
    assert request["options"]["num_predict"] == granted


def test_a_model_that_always_thinks_is_weighed_by_its_words(ollama: Script) -> None:
    ollama.replies["/api/show"] = shown("completion", "thinking", family="gptoss")
    ollama.replies["/api/chat"] = lines(piece("Yes"), END)
    assert model(ollama).probability("check", ASK) == pytest.approx(5.5 / 6)
    assert not any(request.get("logprobs") for request in asked(ollama))


def test_the_timing_is_the_servers_own(ollama: Script) -> None:
    opened = model(ollama)
    assert opened.timing is None
    ollama.replies["/api/chat"] = lines(
        piece("Each"), END | {"prompt_eval_duration": 2_000_000_000, "eval_duration": 500_000_000}
    )
    list(opened.write("answer", ASK, max_tokens=9))
    assert opened.timing == Timing(prompt_tokens=20, prompt_seconds=2.0, reply_tokens=3, reply_seconds=0.5)


def test_tokens_are_counted_generously(ollama: Script) -> None:
    opened = model(ollama)
    assert opened.count_tokens("") >= 0
    assert opened.count_tokens("Each side released 390 people.") >= 8
    assert opened.count_tokens("漢字" * 10) >= 20


def test_whatever_answers_there_is_no_ollama(ollama: Script) -> None:
    ollama.replies["/api/tags"] = body({"error": "no"}, 503)
    assert not has_model(ollama.host, "m")


@pytest.mark.parametrize("reply", [text("<html>It works!</html>"), body([1, 2]), body({"models": 3})])
def test_another_server_on_that_port_is_no_ollama(ollama: Script, reply: Reply, tmp_path: Path) -> None:
    ollama.replies["/api/tags"] = ollama.replies["/api/show"] = reply
    assert not has_model(ollama.host, "m")
    with pytest.raises(ModelUnavailable):
        model(ollama)


def test_a_prompt_refused_before_the_first_piece_is_too_long(ollama: Script) -> None:
    ollama.replies["/api/chat"] = body(EXCEEDED, 400)
    with pytest.raises(PromptTooLong):
        list(model(ollama).write("answer", ASK, max_tokens=9))


def test_a_server_gone_before_the_first_piece_names_the_command(ollama: Script) -> None:
    opened = model(ollama)
    ollama.stop()
    with pytest.raises(ModelUnavailable, match="ollama serve"):
        list(opened.write("answer", ASK, max_tokens=9))


def test_a_line_that_is_no_json_stops_the_model(ollama: Script) -> None:
    ollama.replies["/api/chat"] = text('{"model": "m", "mess\n')
    with pytest.raises(ModelStopped):
        list(model(ollama).write("answer", ASK, max_tokens=9))


@pytest.mark.parametrize("host", ["http://[::1", "http://127.0.0.1:99999", "http://127.0.0.1:port"])
def test_an_address_that_is_none(host: str) -> None:
    assert not has_model(host, "m")
    with pytest.raises((ModelUnavailable, SettingsError)):
        OllamaModel(host, "m", context=4096)


class Patient:
    """A server that reads for ever and sends nothing; it notes when its client hangs up."""

    def __init__(self, *first: object) -> None:
        self.hung_up = threading.Event()
        self._first = "".join(json.dumps(chunk) + "\n" for chunk in first).encode()

    def __call__(self, handler: Handler) -> None:
        if self._first:
            handler.send_response(200)
            handler.end_headers()
            handler.wfile.write(self._first)
        handler.connection.settimeout(20)
        if handler.connection.recv(1) == b"":
            self.hung_up.set()
        handler.close_connection = True


@pytest.fixture
def halt() -> Iterator[threading.Event]:
    event = threading.Event()
    before = HALT.set(event)
    yield event
    HALT.reset(before)


def test_a_stop_reaches_a_server_that_still_reads(ollama: Script, halt: threading.Event) -> None:
    ollama.replies["/api/chat"] = reading = Patient()
    opened = model(ollama, timeout=60)
    threading.Timer(0.2, halt.set).start()
    began = time.monotonic()
    for ask in (lambda: list(opened.write("answer", ASK, max_tokens=9)), lambda: opened.probability("check", ASK)):
        with pytest.raises(ModelStopped, match="on request"):
            ask()
    assert time.monotonic() - began < 5
    assert reading.hung_up.wait(5)
    assert len(asked(ollama)) <= 2, "what was stopped is not asked again"


def test_a_stop_keeps_what_was_written(ollama: Script, halt: threading.Event) -> None:
    ollama.replies["/api/chat"] = writing = Patient(piece("Each side"))
    stream = model(ollama, timeout=60).write("answer", ASK, max_tokens=9)
    assert next(stream) == "Each side"
    halt.set()
    with pytest.raises(ModelStopped) as raised:
        next(stream)
    assert raised.value.partial == "Each side"
    assert writing.hung_up.wait(5)


def test_a_stopped_model_answers_the_next_question(ollama: Script, halt: threading.Event) -> None:
    ollama.replies["/api/chat"] = in_turn(Patient(), lines(piece("Each"), END))
    opened = model(ollama, timeout=60)
    threading.Timer(0.2, halt.set).start()
    with pytest.raises(ModelStopped):
        list(opened.write("answer", ASK, max_tokens=9))
    halt.clear()
    assert list(opened.write("answer", ASK, max_tokens=9)) == ["Each"]


def test_leaving_the_reply_hangs_up(ollama: Script) -> None:
    ollama.replies["/api/chat"] = writing = Patient(piece("Each side"))
    stream = model(ollama, timeout=60).write("answer", ASK, max_tokens=9)
    assert next(stream) == "Each side"
    stream.close()  # type: ignore[attr-defined]
    assert writing.hung_up.wait(5)
