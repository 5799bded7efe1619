"""A real Ollama server, built by `make ollama`: every way it fails, and what is said then. Slow; runs where it is built."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ollama_server
import pytest
from fakes_server import closed_port
from ollama_server import CHAT, EMBED, TINY, Server
from test_model import NO, YES

from assistant import llm_ollama, llm_served
from assistant.cli import run
from assistant.cli_ask import View
from assistant.llm import HALT, open_model
from assistant.llm_ollama import OllamaModel
from assistant.records import DraftDelta
from assistant.settings import Settings
from assistant.weights import Progress, Weights
from index.embed_ollama import OllamaEmbedder
from index.errors import ModelSilent, ModelStopped, ModelUnavailable, PromptTooLong, ReplyCut
from prompts import Message

pytestmark = [pytest.mark.ollama, pytest.mark.timeout(300)]

CONTEXT = 2048  # one for every test: another one loads the model anew
ASK = (Message("user", "What is the capital of France? One word."),)
COUNT = (Message("user", "Write the numbers from 1 to 500 in words, one a line, and nothing else."),)
READING = (Message("user", "Buses with the freed arrived in the border town at noon. " * 70 + "How many?"),)
CANCELLED = "cancel task"  # in the server's log, when its runner drops a request


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    started = Server()
    started.start()
    yield started
    started.stop()


@pytest.fixture
def model(server: Server) -> Iterator[OllamaModel]:
    opened = OllamaModel(server.host, CHAT, context=CONTEXT)
    yield opened
    opened.close()


@contextmanager
def halting(seconds: float) -> Iterator[None]:
    """Whoever asked leaves after so many seconds."""
    event = threading.Event()
    before, timer = HALT.set(event), threading.Timer(seconds, event.set)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        HALT.reset(before)


def said(model: OllamaModel, messages: tuple[Message, ...] = ASK, max_tokens: int = 8) -> str:
    try:
        return "".join(model.write("answer", messages, max_tokens=max_tokens))
    except ReplyCut as cut:
        return cut.partial


def logged(words: str, start: int, within: float = 60) -> bool:
    """Whether the server writes these words into its log behind the first `start` characters."""
    ends = time.monotonic() + within
    while time.monotonic() < ends:
        if words in log()[start:]:
            return True
        time.sleep(0.2)
    return False


def log() -> str:
    return (ollama_server.prefix() / "serve.log").read_text(encoding="utf-8", errors="replace")


def served_context(host: str) -> int:
    with urllib.request.urlopen(f"{host}/api/ps", timeout=5) as reply:
        return max(int(entry["context_length"]) for entry in json.load(reply)["models"])


# -- what works --


def test_it_answers_and_weighs(model: OllamaModel) -> None:
    assert "Paris" in said(model)
    assert model.timing is not None
    assert model.timing.prompt_tokens > 10
    assert model.probability("check", YES) > 0.7
    assert model.probability("check", NO) < 0.3


def test_it_embeds(server: Server) -> None:
    embedder = OllamaEmbedder(server.host, EMBED)
    near, far, question = (
        *embedder.embed_passages(["The buses arrived in Varn at noon.", "A cake of flour and butter."]),
        embedder.embed_question("When did the buses reach Varn?"),
    )
    assert embedder.dimensions == 384
    assert question @ near > question @ far + 0.2
    embedder.close()


# -- what is too much --


def test_an_over_long_prompt_is_never_sent(model: OllamaModel) -> None:
    with pytest.raises(PromptTooLong, match="ask a shorter question"):
        said(model, (Message("user", "How many? " * 2000),))


def test_an_over_long_prompt_the_bound_let_through_is_refused_in_the_same_words(
    model: OllamaModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llm_served, "token_bound", lambda text: 0)
    with pytest.raises(PromptTooLong, match="ask a shorter question"):
        said(model, (Message("user", "How many? " * 2000),))


def test_a_long_history_is_refused_where_the_server_would_drop_it_without_a_word(model: OllamaModel) -> None:
    turns = tuple(Message(role, "Buses arrived at noon. " * 8) for _ in range(40) for role in ("user", "assistant"))
    with pytest.raises(PromptTooLong, match="ask a shorter question"):
        said(model, (*turns, *ASK))


def test_a_reply_that_never_ends_is_cut_and_no_answer(model: OllamaModel) -> None:
    with pytest.raises(ReplyCut, match="longer than 24 tokens") as raised:
        list(model.write("answer", COUNT, max_tokens=24))
    assert "one" in raised.value.partial.lower()


# -- what is not there --


def test_a_missing_model_names_the_command(server: Server) -> None:
    with pytest.raises(ModelUnavailable, match=r"has no model 'qwen9:7b': run `ollama pull qwen9:7b`"):
        OllamaModel(server.host, "qwen9:7b", context=CONTEXT)
    with pytest.raises(ModelUnavailable, match="run `ollama pull minilm`"):
        OllamaEmbedder(server.host, "minilm")


def test_a_model_that_cannot_do_the_work_is_refused(server: Server) -> None:
    with pytest.raises(ModelUnavailable, match=r"cannot chat .*name another with `--llm"):
        OllamaModel(server.host, EMBED, context=CONTEXT)
    with pytest.raises(ModelUnavailable, match="--embed"):
        OllamaEmbedder(server.host, CHAT).embed_question("How many?")


def test_no_server_at_the_start_names_the_command() -> None:
    with pytest.raises(ModelUnavailable, match="start it with `ollama serve`, or use `--llm embedded`"):
        OllamaModel(closed_port(), CHAT, context=CONTEXT)


def test_an_empty_reply_is_empty(server: Server) -> None:
    letters = [chr(code) for code in (*range(65, 91), *range(97, 123))]
    request = {"model": "assistant-mute", "from": CHAT, "parameters": {"stop": letters}, "stream": False}
    body = json.dumps(request).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{server.host}/api/create", body), timeout=60):
        pass
    mute = OllamaModel(server.host, "assistant-mute", context=CONTEXT)
    assert list(mute.write("answer", ASK, max_tokens=8)) == []
    mute.close()


# -- what breaks --


def test_a_stop_reaches_the_server_while_it_reads(model: OllamaModel) -> None:
    said(model)  # loaded
    before, began = len(log()), time.monotonic()
    with halting(1), pytest.raises(ModelStopped, match="on request"):
        said(model, READING)
    assert time.monotonic() - began < 4, "reading 900 tokens takes longer"
    assert logged(CANCELLED, before), "the server goes on reading for nobody"
    assert "Paris" in said(model)


def test_a_stop_keeps_what_was_written(model: OllamaModel) -> None:
    stream = model.write("answer", COUNT, max_tokens=800)
    first = next(stream)
    with halting(0.5), pytest.raises(ModelStopped) as raised:
        list(stream)
    assert raised.value.partial.startswith(first)
    assert "Paris" in said(model), "a reply of 800 tokens would be in the way"


def test_a_slow_server_is_waited_for_as_long_as_the_settings_say(server: Server) -> None:
    hasty = OllamaModel(server.host, CHAT, context=CONTEXT, timeout=1)
    with pytest.raises(ModelSilent, match="name a smaller model, or raise server_timeout"):
        said(hasty, (Message("system", "Hasty."), *READING))
    hasty.close()


def test_a_runner_that_dies_leaves_what_it_wrote_and_comes_back(server: Server, model: OllamaModel) -> None:
    stream = model.write("answer", COUNT, max_tokens=400)
    first = next(stream)
    for runner in server.runners():
        os.kill(runner, signal.SIGKILL)
    with pytest.raises(ModelStopped, match="ask again") as raised:
        list(stream)
    assert raised.value.partial.startswith(first)
    assert "Paris" in said(model)


def test_a_server_that_ends_in_the_middle(server: Server, model: OllamaModel) -> None:
    stream = model.write("answer", COUNT, max_tokens=400)
    first = next(stream)
    server.stop()
    try:
        with pytest.raises(ModelStopped, match="ask again") as raised:
            list(stream)
        assert raised.value.partial.startswith(first)
        with pytest.raises(ModelUnavailable, match="start it with `ollama serve`"):
            said(model)
    finally:
        server.start()
    assert "Paris" in said(model), "the same model goes on when the server is back"


def test_characters_cut_in_two_do_no_harm(model: OllamaModel) -> None:
    told = (Message("user", "Repeat exactly, nothing else: 🕊️漢字𓀀🇺🇦 \udcff"),)
    for limit in (1, 2, 3, 5):
        assert said(model, told, max_tokens=limit).encode()


# -- what changes --


def test_two_clients_are_both_answered(server: Server) -> None:
    clients = [OllamaModel(server.host, CHAT, context=CONTEXT) for _ in "12"]
    with ThreadPoolExecutor(2) as pool:
        assert all("Paris" in told for told in pool.map(said, clients))
    for client in clients:
        client.close()


def test_another_model_under_way_changes_nothing(server: Server, model: OllamaModel) -> None:
    before = said(model)
    other = OllamaModel(server.host, TINY, context=CONTEXT)
    assert said(other)
    OllamaEmbedder(server.host, EMBED).embed_question("How many?")
    assert said(model) == before
    assert served_context(server.host) == CONTEXT, "its own num_ctx of 1024 does not count"
    other.close()


def test_another_window_loads_the_model_anew_and_is_kept(server: Server, model: OllamaModel) -> None:
    before = said(model)
    larger = OllamaModel(server.host, CHAT, context=3072)
    assert said(larger) == before
    assert served_context(server.host) == 3072
    assert said(model) == before
    assert served_context(server.host) == CONTEXT
    larger.close()


# -- the commands --


@pytest.fixture
def _settled(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("ASSISTANT_") and name != "ASSISTANT_MODELS"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("OLLAMA_HOST", server.host)
    monkeypatch.setenv("ASSISTANT_CONTEXT", str(CONTEXT))


@pytest.mark.usefixtures("_settled")
def test_doctor_and_status_tell_the_same_facts(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["--llm", f"ollama:{CHAT}", "--embed", f"ollama:{EMBED}", "--json"]
    assert run(["doctor", *flags]) == 0
    doctor: dict[str, Any] = json.loads(capsys.readouterr().out)
    run(["status", *flags])
    status: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert status["in_use"] == doctor["models"]
    chat, embed = doctor["models"]
    assert (chat["version"], chat["context"], chat["trained_context"]) == (ollama_server.VERSION, CONTEXT, 32768)
    assert chat["present"] and embed["present"] and "embedding" in embed["capabilities"]
    assert doctor["speed"]["write_rate"] > 0
    assert doctor["speed"]["answer_seconds"] > doctor["speed"]["first_words_seconds"] > 0


@pytest.mark.usefixtures("_settled")
def test_doctor_without_the_model_and_without_the_server(
    server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["doctor", "--llm", "ollama:qwen9:7b"]) == 1
    assert "run `ollama pull qwen9:7b`" in capsys.readouterr().out
    monkeypatch.setenv("OLLAMA_HOST", closed_port())
    assert run(["doctor", "--llm", "ollama:qwen9:7b"]) == 1
    assert "start it with `ollama serve`" in capsys.readouterr().out


def test_a_pull_that_cannot_reach_the_library_says_so(server: Server) -> None:
    told: list[Progress] = []
    with pytest.raises((ModelUnavailable, ModelStopped), match=r"network|library|ask again"):
        llm_ollama.pull(server.host, "no-such-model-of-ours", told.append)
    assert told == []


# One line, so long that the model is asked to put it into words
BLAMED = (
    "The mayor of Varn blamed a broken transformer for the blackout in the old town, which began shortly before midnight, "
    "left the hospital without light for an hour and stopped the trams on both sides of the river."
)
ARTICLE = f"""---
title: Night attack
outlet: Desk A
date: 2025-03-22
---
{BLAMED}
Buses with the freed arrived in the border town of Varn at noon.
"""


@pytest.mark.usefixtures("_settled")
def test_ask_shows_what_a_dying_server_had_written(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "article.md").write_text(ARTICLE, encoding="utf-8")
    index = str(tmp_path / "index")
    assert run(["index", str(tmp_path / "article.md"), "--index", index]) == 0
    capsys.readouterr()
    seen = ""

    def tell(view: View, event: object) -> None:
        nonlocal seen
        if isinstance(event, DraftDelta) and not seen:
            seen = event.text.strip()
            server.stop()

    monkeypatch.setattr(View, "tell", tell)
    question = ["ask", "Whom or what did the mayor of Varn blame for the blackout?", "--index", index]
    try:
        assert run([*question, "--llm", f"ollama:{CHAT}", "--json"]) == 1
    finally:
        server.start()
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["status"], told["text"]) == ("unfinished", "")
    assert seen and seen in told["draft"]
    (line,) = err.splitlines()
    assert line == f"assistant: {told['reason']}"
    assert "ask again" in line or "ollama serve" in line


@pytest.mark.usefixtures("_settled")
def test_auto_takes_the_server_if_it_has_the_configured_model(server: Server, tmp_path: Path) -> None:
    opened = open_model(Settings(llm="auto", ollama_host=server.host, ollama_model=CHAT), Weights(tmp_path))
    assert opened.name == f"ollama {CHAT}"
    opened.close()
