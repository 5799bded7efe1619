"""Which model a setting names, probabilities, hidden thoughts, and the size of a window."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import pytest
from fakes_model import ScriptedModel, ScriptRanOut
from fakes_server import closed_port
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm import ChatModel, Choice, odds, open_model, read_choice
from assistant.llm_ollama import has_model
from assistant.llm_thoughts import without_thoughts
from assistant.llm_window import Shape, is_local, read_shape, window
from assistant.settings import Settings
from assistant.weights import Weights
from index.errors import ModelError, ModelUnavailable, SettingsError
from index.tokens import clipped, token_bound
from prompts import Message

ASK = (Message("system", "Answer."), Message("user", "How many?"))


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


def settings(llm: str, **changed: Any) -> Settings:
    return Settings(llm=llm, **({"ollama_host": closed_port()} | changed))


@pytest.mark.parametrize(
    ("llm", "choice"),
    [
        ("auto", Choice(kind="auto")),
        ("embedded", Choice(kind="embedded")),
        ("gguf:a.gguf", Choice(kind="gguf", model="a.gguf")),
        ("ollama", Choice(kind="ollama", model="qwen2.5:7b-instruct", address="http://127.0.0.1:11434")),
        ("ollama:llama3.2:3b", Choice(kind="ollama", model="llama3.2:3b", address="http://127.0.0.1:11434")),
        ("openai:http://localhost:8080/v1/#m", Choice(kind="openai", model="m", address="http://localhost:8080/v1")),
        ("openai:http://localhost:8080", Choice(kind="openai", model="", address="http://localhost:8080")),
    ],
)
def test_a_setting_names_a_model(llm: str, choice: Choice) -> None:
    assert read_choice(Settings(llm=llm)) == choice


@pytest.mark.parametrize("name", ["gpt", "", "embeded", "openai:x", "openai", "gguf", "gguf:", "auto:x", "embedded:y"])
def test_an_unknown_model_is_named_with_the_known_ones(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="gguf:PATH") as raised:
        open_model(settings(name), Weights(tmp_path))
    assert "\n" not in str(raised.value)


def test_a_window_too_small_for_the_prompts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="2048"):
        open_model(settings("embedded", context=512), Weights(tmp_path))


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


@pytest.mark.parametrize(("llm", "remedy"), [("ollama:qwen2.5:7b", "ollama serve"), ("openai:{}#m", "start it")])
def test_no_server_names_what_to_do(llm: str, remedy: str, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=remedy):
        open_model(settings(llm.format(closed_port())), Weights(tmp_path))


# -- thoughts --


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        (["Each side"], "Each side"),
        (["<think>Let me see.</think>\n\nEach side"], "Each side"),
        (["<th", "ink>", "Let me ", "see.</thi", "nk>", "\n", "Each ", "side"], "Each side"),
        (["\n<thinking>x</thinking>", "Yes"], "Yes"),
        (["<think></think>Yes"], "Yes"),
        (["<think>and so on and on"], ""),
        (["<"], "<"),
        (["<b>5</b> of them"], "<b>5</b> of them"),
        ([], ""),
    ],
)
def test_thoughts_are_hidden(pieces: list[str], told: str) -> None:
    assert "".join(without_thoughts(pieces)) == told


@given(st.text("<think>/ ab\n", max_size=40), st.integers(1, 9))
def test_thoughts_are_hidden_however_they_are_cut(text: str, size: int) -> None:
    cut = [text[i : i + size] for i in range(0, len(text), size)]
    whole: list[str] = []
    for pieces in ([text], cut):
        try:
            whole.append("".join(without_thoughts(pieces)))
        except ModelError:
            whole.append("refused")
    if "refused" not in whole:
        assert whole[0].strip() == whole[1].strip()


def test_thoughts_without_a_beginning_are_no_answer() -> None:
    with pytest.raises(ModelError, match="thinking off"):
        list(without_thoughts(["Let me see. 303 it is.", " No.</think>", "307"]))


# -- the window --

QWEN = {
    "general.architecture": "qwen2",
    "qwen2.context_length": 32768,
    "qwen2.block_count": 28,
    "qwen2.attention.head_count": 12,
    "qwen2.attention.head_count_kv": 2,
    "qwen2.embedding_length": 1536,
}


def test_the_shape_is_read_from_the_metadata() -> None:
    shape = read_shape(QWEN, bytes_on_disk=1000)
    assert shape == Shape(trained=32768, cache_bytes=28 * 2 * (128 + 128) * 2, weights=1000)
    assert shape.memory(4096) == 1000 + 28_672 * 4096


@pytest.mark.parametrize(
    "facts", [{}, {"general.architecture": 3}, {"qwen2.context_length": "x"}, QWEN | {"qwen2.block_count": None}]
)
def test_strange_metadata_are_unknown(facts: dict[str, Any]) -> None:
    assert read_shape(facts).cache_bytes == 0


@pytest.mark.parametrize(
    ("wanted", "trained", "memory", "expected"),
    [
        (4096, 32768, 10**12, 4096),
        (4096, 2048, 10**12, 2048),
        (4096, 512, 10**12, 512),  # an honest number: prompts that do not fit are refused
        (16384, 32768, 5 * 10**9, 8192),
        (16384, 32768, 10**9, 2048),  # never less
        (4096, 0, 10**12, 4096),
    ],
)
def test_a_window_is_what_is_wanted_trained_and_held(wanted: int, trained: int, memory: int, expected: int) -> None:
    shape = Shape(trained=trained, cache_bytes=200_000, weights=10**9)
    assert window(wanted, shape, memory=memory) == expected


@pytest.mark.parametrize(
    ("host", "local"),
    [("http://127.0.0.1:11434", True), ("localhost:11434", True), ("http://[::1]:1", True), ("http://10.0.0.7:11434", False),
     ("http://[::1", False)],
)  # fmt: skip
def test_an_address_of_this_machine(host: str, local: bool) -> None:
    assert is_local(host) is local


# -- tokens without a tokenizer --


@pytest.mark.parametrize(
    ("text", "tokens"),  # the most that the tokenizers of Qwen2.5, GPT-4 and BERT make of it
    [
        ("", 0),
        ("Each side released 390 people.", 9),
        ("Zaporizhzhia Dnipropetrovsk Khmelnytskyi Yevhen Prigozhin Krasnohorivka Bilohorivka", 37),
        ("1234567890 307 303 1,000 2025-05-24", 32),
        ("Близько 390 осіб з кожної сторони були звільнені у п’ятницю", 52),
        ("双方各释放了三百九十人，这是战争开始以来规模最大的一次交换。", 35),
        ("Das Verteidigungsministerium bestätigte die Kriegsgefangenenaustauschvereinbarung am Wochenende.", 34),
    ],
)
def test_the_bound_of_tokens_holds(text: str, tokens: int) -> None:
    assert tokens <= token_bound(text) <= 3 * tokens + 1


@given(st.text(), st.integers(1, 50))
def test_a_clipped_text_keeps_to_the_limit(text: str, limit: int) -> None:
    kept = clipped(text, limit)
    assert text.startswith(kept)
    assert token_bound(kept) <= limit or not kept


# -- the scripted model keeps the protocol --


def test_the_scripted_model_is_a_model_and_fails_when_its_script_runs_out() -> None:
    scripted: ChatModel = ScriptedModel(["Each side"], [0.9])
    assert "".join(scripted.write("answer", ASK, max_tokens=9)) == "Each side"
    assert scripted.probability("check", ASK) == 0.9
    with pytest.raises(ScriptRanOut):
        list(scripted.write("answer", ASK, max_tokens=9))
    with pytest.raises(ScriptRanOut):
        scripted.probability("check", ASK)
