"""Servers that speak OpenAI's protocol, with a scripted one in their place."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes_server import Handler, Reply, Script, body, cut_off, events, in_turn, scripted, text

from assistant import llm_served
from assistant.llm import HALT, Timing, open_model
from assistant.llm_openai import OpenAIModel, models, window_of
from assistant.settings import Settings
from assistant.weights import Weights
from index.errors import ModelSilent, ModelStopped, ModelUnavailable, PromptTooLong, ReplyCut, SettingsError
from prompts import Message

ASK = (Message("system", "Answer."), Message("user", "How many?"))
CHAT = "/v1/chat/completions"


def offered(*names: str, **more: Any) -> Reply:
    return body({"object": "list", "data": [{"id": n, "object": "model", "created": 0} | more for n in names]})


def piece(content: str | None = None, end: str | None = None, **delta: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"role": "assistant", "content": content} | delta, "finish_reason": end}
    return {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}


END = piece(end="stop")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    monkeypatch.setattr(llm_served, "PAUSE", 0.0)
    with scripted({"/v1/models": offered("m", "n")}) as script:
        yield script


def model(script: Script, name: str = "m", timeout: float = 10) -> OpenAIModel:
    return OpenAIModel(script.host, name, context=4096, timeout=timeout)


def asked(script: Script) -> list[dict[str, Any]]:
    return [request for path, request in script.requests if path == CHAT]


def test_a_setting_opens_it(server: Script, tmp_path: Path) -> None:
    for address in (server.host, f"{server.host}/v1", f"{server.host}/v1/"):
        opened = open_model(Settings(llm=f"openai:{address}#n"), Weights(tmp_path))
        assert opened.name == "openai n"
        opened.close()


def test_without_a_name_the_first_model_is_taken(server: Script) -> None:
    assert model(server, "").name == "openai m"


def test_a_missing_model_names_those_that_are_there(server: Script) -> None:
    with pytest.raises(ModelUnavailable, match=r"it has: m, n") as raised:
        model(server, "qwen")
    assert "'qwen'" in str(raised.value)


@pytest.mark.parametrize("reply", [text("<html>It works!</html>"), body([1, 2]), body({"models": 3})])
def test_another_server_does_not_speak_the_protocol(server: Script, reply: Reply) -> None:
    server.replies["/v1/models"] = reply
    with pytest.raises(ModelUnavailable):
        model(server)


@pytest.mark.parametrize("address", ["http://[::1", "http://127.0.0.1:port", "http://"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises((ModelUnavailable, SettingsError)):
        OpenAIModel(address, "m", context=4096)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, 4096),
        ({"max_model_len": 2048}, 2048),
        ({"meta": {"n_ctx_train": 32768, "n_ctx": 3000}}, 3000),
        ({"max_model_len": None, "meta": None}, 4096),
        ({"max_model_len": "x"}, 4096),
    ],
)
def test_the_window_is_no_larger_than_served(facts: dict[str, Any], expected: int) -> None:
    assert window_of(facts, 4096) == expected


def test_the_reply_streams_in_pieces_and_thoughts_stay_hidden(server: Script) -> None:
    server.replies[CHAT] = events(
        piece(""),
        piece(None, reasoning_content="303? No."),
        piece("<think>303</think>"),
        piece("Each "),
        piece("side"),
        END,
    )
    assert list(model(server).write("answer", ASK, max_tokens=9)) == ["Each ", "side"]
    (request,) = asked(server)
    assert (request["max_tokens"], request["temperature"], request["stream"]) == (9, 0, True)
    assert request["messages"][1] == {"role": "user", "content": "How many?"}


@pytest.mark.parametrize(("owner", "sent"), [("llamacpp", "root ::= x"), ("vllm", None)])
def test_a_grammar_goes_to_servers_that_know_it(server: Script, owner: str, sent: str | None) -> None:
    server.replies["/v1/models"] = offered("m", owned_by=owner)
    server.replies[CHAT] = events(END)
    list(model(server).write("answer", ASK, max_tokens=9, grammar="root ::= x"))
    assert asked(server)[0].get("grammar") == sent


def logged(*pairs: tuple[str, float]) -> dict[str, Any]:
    top = [{"token": token, "logprob": logprob, "bytes": None} for token, logprob in pairs]
    chunk = piece(pairs[0][0])
    chunk["choices"][0]["logprobs"] = {"content": [top[0] | {"top_logprobs": top}]}
    return chunk


def test_probability_reads_the_log_probabilities(server: Script) -> None:
    server.replies[CHAT] = events(piece(""), logged(("No", math.log(0.7)), ("Yes", math.log(0.3))), piece(end="length"))
    assert model(server).probability("check", ASK) == pytest.approx(0.3)


@pytest.mark.parametrize(
    "refusal", [body({"error": {"message": "logprobs are not supported"}}, 400), events(piece("Yes"), END)]
)
def test_a_server_without_log_probabilities_is_asked_several_times(server: Script, refusal: Reply) -> None:
    server.replies[CHAT] = in_turn(refusal, events(piece("Yes"), END))
    opened = model(server)
    assert opened.probability("check", ASK) == pytest.approx(5.5 / 6)
    assert opened.probability("check", ASK) == pytest.approx(5.5 / 6)
    assert [bool(r.get("logprobs")) for r in asked(server)] == [True] + [False] * 10


@pytest.mark.parametrize(
    ("status", "said", "kind", "remedy"),
    [
        (400, "This model's maximum context length is 4096 tokens", PromptTooLong, "shorter question"),
        (400, "exceed_context_size_error", PromptTooLong, "shorter question"),
        (401, "Invalid API key", ModelUnavailable, "ASSISTANT_OPENAI_KEY"),
        (404, "model m does not exist", ModelUnavailable, "openai:URL#MODEL"),
        (422, "max_tokens", ModelUnavailable, "openai:URL#MODEL"),
        (500, "boom", ModelStopped, "ask again"),
        (503, "Loading model", ModelStopped, "ask again"),
    ],
)
def test_a_refusal_says_what_to_do(server: Script, status: int, said: str, kind: type[Exception], remedy: str) -> None:
    server.replies[CHAT] = body({"error": {"message": said, "type": "x", "code": status}}, status)
    with pytest.raises(kind, match=remedy) as raised:
        list(model(server).write("answer", ASK, max_tokens=9))
    assert "\n" not in str(raised.value)
    assert len(asked(server)) == (2 if kind is ModelStopped else 1)


@pytest.mark.parametrize(
    "reply",
    [
        events(piece("Each "), {"error": {"message": "boom"}}),
        events(piece("Each "), done=False),
        events(piece("Each ")),
        cut_off(),
    ],
)
def test_a_reply_that_breaks_off_keeps_what_came(server: Script, reply: Reply) -> None:
    server.replies[CHAT] = reply
    with pytest.raises(ModelStopped, match="ask again") as raised:
        list(model(server).write("answer", ASK, max_tokens=9))
    assert raised.value.partial in {"Each ", ""}
    assert len(asked(server)) == (1 if raised.value.partial else 2)


def test_a_reply_at_its_limit_is_no_answer(server: Script) -> None:
    server.replies[CHAT] = events(piece("Each side"), piece(end="length"))
    with pytest.raises(ReplyCut) as raised:
        list(model(server).write("answer", ASK, max_tokens=9))
    assert raised.value.partial == "Each side"


def test_a_silent_server_is_not_waited_for_for_ever(server: Script) -> None:
    ended = threading.Event()
    server.replies[CHAT] = lambda handler: (ended.wait(5), None)[1]
    with pytest.raises(ModelSilent, match="server_timeout"):
        list(model(server, timeout=0.2).write("answer", ASK, max_tokens=9))
    ended.set()
    assert len(asked(server)) == 1


def test_a_server_that_has_gone_is_named(server: Script) -> None:
    opened = model(server)
    server.stop()
    with pytest.raises(ModelUnavailable, match="start it"):
        opened.probability("check", ASK)


def test_the_users_own_key_goes_only_where_it_is_meant_to(server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str | None] = []
    monkeypatch.setenv("OPENAI_API_KEY", "secret")

    def note(handler: Handler) -> None:
        seen.append(handler.headers["Authorization"])
        offered("m")(handler)

    server.replies["/v1/models"] = note
    models(server.host)
    monkeypatch.setenv("ASSISTANT_OPENAI_KEY", "local")
    models(server.host)
    assert seen == ["Bearer none", "Bearer local"]


def test_the_timing_is_the_servers_own(server: Script) -> None:
    timings = {"prompt_n": 20, "prompt_ms": 2000.0, "predicted_n": 3, "predicted_ms": 500.0}
    server.replies[CHAT] = events(piece("Each"), END | {"timings": timings})
    opened = model(server)
    list(opened.write("answer", ASK, max_tokens=9))
    assert opened.timing == Timing(prompt_tokens=20, prompt_seconds=2.0, reply_tokens=3, reply_seconds=0.5)


def test_a_stop_reaches_a_server_that_still_reads(server: Script) -> None:
    hung_up, halt = threading.Event(), threading.Event()

    def read_on(handler: Handler) -> None:
        handler.connection.settimeout(20)
        if handler.connection.recv(1) == b"":
            hung_up.set()
        handler.close_connection = True

    server.replies[CHAT] = read_on
    before = HALT.set(halt)
    threading.Timer(0.2, halt.set).start()
    try:
        with pytest.raises(ModelStopped, match="on request"):
            list(model(server, timeout=60).write("answer", ASK, max_tokens=9))
    finally:
        HALT.reset(before)
    assert hung_up.wait(5)
