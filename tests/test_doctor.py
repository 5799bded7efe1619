"""The check-up of the models: what it finds, what it measures, what it prints; and models fetched through Ollama."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fakes_model import ScriptedModel
from fakes_server import Reply, Script, body, closed_port, lines, scripted

from assistant import llm
from assistant.cli import run
from assistant.cli_doctor import describe
from assistant.doctor import BEFORE_WORDS, READ, SAMPLE, WRITTEN, chat_facts, embed_facts, measure, tokens_of
from assistant.llm import Timing
from assistant.settings import Settings
from assistant.weights import Weights
from index.errors import ModelUnavailable, ReplyCut
from prompts import Message

FACTS = {
    "general.architecture": "qwen2", "qwen2.context_length": 32768, "qwen2.block_count": 28,
    "qwen2.attention.head_count": 28, "qwen2.attention.head_count_kv": 4, "qwen2.embedding_length": 3584,
}  # fmt: skip
TAGS = body({"models": [{"model": "m:latest", "size": 4_683_087_332}]})


def shown(*capabilities: str) -> Reply:
    details = {"family": "qwen2", "parameter_size": "7.6B", "quantization_level": "Q4_K_M"}
    return body({"capabilities": capabilities, "details": details, "model_info": FACTS})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Script]:
    for name in ("ASSISTANT_LLM", "ASSISTANT_EMBED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ASSISTANT_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr("assistant.settings.settings_file", lambda: tmp_path / "settings.toml")
    replies = {
        "/api/tags": TAGS,
        "/api/show": shown("completion", "tools"),
        "/api/version": body({"version": "0.32.15"}),
    }
    with scripted(replies) as script:
        monkeypatch.setenv("OLLAMA_HOST", script.host)
        yield script


def settings(script: Script, **changed: Any) -> Settings:
    return Settings(ollama_host=script.host, **changed)


# -- facts --


def test_a_model_of_ollama_as_it_stands(server: Script, tmp_path: Path) -> None:
    found = chat_facts(settings(server, llm="ollama:m"), Weights(tmp_path))
    assert found.problem == ""
    assert (found.version, found.present, found.local) == ("0.32.15", True, True)
    assert (found.context, found.trained_context) == (4096, 32768)
    assert found.memory == 4_683_087_332 + 4096 * 28 * 4 * 256 * 2
    assert describe(found) == (
        f"ollama m · Ollama 0.32.15 at {server.host} · 7.6B Q4_K_M · 4.68 GB · window 4,096 of 32,768 tokens · "
        "memory about 4.92 GB"
    )


def test_a_missing_model_names_the_command(server: Script, tmp_path: Path) -> None:
    server.replies["/api/show"] = body({"error": "model 'm' not found"}, 404)
    for found in (
        chat_facts(settings(server, llm="ollama:m"), Weights(tmp_path)),
        embed_facts(settings(server, embed="ollama:m"), Weights(tmp_path)),
    ):
        assert (found.reachable, found.present) == (True, False)
        assert "ollama pull m" in found.problem


def test_a_model_that_cannot_do_its_work(server: Script, tmp_path: Path) -> None:
    server.replies["/api/show"] = shown("embedding")
    assert "not completion" in chat_facts(settings(server, llm="ollama:m"), Weights(tmp_path)).problem
    server.replies["/api/show"] = shown("completion")
    assert "not embedding" in embed_facts(settings(server, embed="ollama:m"), Weights(tmp_path)).problem


def test_a_model_larger_than_the_memory(server: Script, tmp_path: Path) -> None:
    server.replies["/api/tags"] = body({"models": [{"model": "m:latest", "size": 10**15}]})
    assert "name a smaller one" in chat_facts(settings(server, llm="ollama:m"), Weights(tmp_path)).problem


def test_no_server_is_not_reachable(tmp_path: Path) -> None:
    for llm_name in ("ollama:m", f"openai:{closed_port()}#m"):
        found = chat_facts(Settings(llm=llm_name, ollama_host=closed_port()), Weights(tmp_path))
        assert not found.reachable
        assert "start it" in found.problem


def test_a_server_of_openais_protocol(server: Script, tmp_path: Path) -> None:
    server.replies["/v1/models"] = body({"object": "list", "data": [{"id": "n", "max_model_len": 3000}]})
    found = chat_facts(settings(server, llm=f"openai:{server.host}"), Weights(tmp_path))
    assert (found.model, found.context, found.present, found.problem) == ("n", 3000, True, "")
    missing = chat_facts(settings(server, llm=f"openai:{server.host}#m"), Weights(tmp_path))
    assert missing.reachable
    assert "it has: n" in missing.problem


def test_files_that_are_not_there(tmp_path: Path) -> None:
    chat = chat_facts(Settings(llm="embedded"), Weights(tmp_path))
    assert (chat.present, chat.kind) == (False, "embedded")
    assert "assistant models pull" in chat.problem
    assert "assistant models pull" in embed_facts(Settings(), Weights(tmp_path)).problem
    assert "no model file" in chat_facts(Settings(llm="gguf:none.gguf"), Weights(tmp_path)).problem


@pytest.mark.parametrize("changed", [{"llm": "gpt"}, {"embed": "minilm"}])
def test_a_setting_that_cannot_be_right(changed: dict[str, str], tmp_path: Path) -> None:
    named: Any = changed
    look = chat_facts if "llm" in changed else embed_facts
    assert "unknown" in look(Settings(**named), Weights(tmp_path)).problem


def test_an_address_elsewhere_is_said(tmp_path: Path) -> None:
    found = embed_facts(Settings(embed="ollama:m", ollama_host="http://127.0.0.1:1"), Weights(tmp_path))
    assert found.local
    assert "NOT on this machine" in describe(
        chat_facts(Settings(llm="openai:http://[fd00::1]:port#m"), Weights(tmp_path))
    )


# -- the speed --


class Timed(ScriptedModel):
    timing: Timing | None = Timing(prompt_tokens=300, prompt_seconds=10.0, reply_tokens=20, reply_seconds=4.0)


def test_rates_are_the_runtimes_own() -> None:
    model = Timed([ReplyCut("longer", partial="Each side released")])
    speed = measure(model)
    assert (speed.read_rate, speed.write_rate) == (30, 5)
    assert speed.first_words_seconds == pytest.approx(BEFORE_WORDS / 30)
    assert speed.answer_seconds == pytest.approx(READ / 30 + WRITTEN / 5)
    assert model.warmed == ["answer"]
    assert model.prompts[0][1] == SAMPLE


def test_no_prompt_is_measured_twice() -> None:
    """A server that has read it before would seem faster than it is."""
    seen: set[str] = set()

    class Noting(Timed):
        def write(self, task: Any, messages: Any, **more: Any) -> Iterator[str]:
            seen.add(messages[0].content)
            return super().write(task, messages, **more)

    for _ in "12":
        measure(Noting(["Each"]))
    assert len(seen) == 2


def test_without_a_clock_of_its_own_the_pieces_are_counted() -> None:
    speed = measure(ScriptedModel(["Each side released 390 people."]))
    assert speed.read_rate > 0
    assert speed.write_rate > 0


def test_a_model_that_writes_nothing_is_said() -> None:
    with pytest.raises(ModelUnavailable, match="wrote nothing"):
        measure(ScriptedModel([""]))


def test_tokens_are_about_right() -> None:
    assert tokens_of([Message("user", SAMPLE)]) == pytest.approx(295, rel=0.1)  # 295 by Qwen2.5's tokenizer


# -- the command --


def test_doctor_prints_one_line_a_check(
    server: Script, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model = Timed(["Each side"])
    monkeypatch.setattr(llm, "open_model", lambda *_: model)
    server.replies["/api/show"] = shown("completion", "embedding")
    assert run(["doctor", "--llm", "ollama:m", "--embed", "ollama:m"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in told] == [["ok", "model"], ["ok", "embedder"], ["ok", "speed"]]
    assert "reads 30 and writes 5.0 tokens/s" in told[2]
    assert model.closed


def test_doctor_fails_with_the_remedy_and_loads_nothing(server: Script, capsys: pytest.CaptureFixture[str]) -> None:
    server.replies["/api/show"] = body({"error": "model 'nix' not found"}, 404)
    assert run(["doctor", "--llm", "ollama:nix"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "fails  model     Ollama has no model 'nix': run `ollama pull nix`"
    assert told[1].startswith("fails  embedder  model file")
    assert len(told) == 2


def test_doctor_as_json(server: Script, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--llm", "ollama:m", "--quick", "--json"]) == 1  # the packaged embedder is not there
    told = json.loads(capsys.readouterr().out)
    assert [found["model"] for found in told["models"]] == ["m", "all-MiniLM-L6-v2"]
    assert told["models"][0]["capabilities"] == ["completion", "tools"]
    assert (told["speed"], told["problem"]) == (None, None)


def test_a_model_that_fails_while_it_is_measured(
    server: Script, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        llm, "open_model", lambda *_: ScriptedModel([ModelUnavailable("the server has gone: start it")])
    )
    assert run(["doctor", "--llm", "ollama:m"]) == 1
    assert "fails  speed     the server has gone: start it" in capsys.readouterr().out


def test_status_tells_the_speed_that_doctor_measured(
    server: Script, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    flags = ["--llm", "ollama:m", "--json"]
    index = ["--index", str(tmp_path / "index")]
    assert run(["status", *flags, *index]) == 0
    assert json.loads(capsys.readouterr().out)["speed"] is None
    monkeypatch.setattr(llm, "open_model", lambda *_: ScriptedModel(["Odra."]))
    assert run(["doctor", *flags]) in {0, 1}  # the embedder's files are not there
    doctor = json.loads(capsys.readouterr().out)
    assert run(["status", *flags, *index]) == 0
    status = json.loads(capsys.readouterr().out)
    assert status["in_use"] == doctor["models"]
    measured = status["speed"].pop("measured")
    assert status["speed"] == doctor["speed"]
    assert date.fromisoformat(measured) <= date.today()
    assert run(["status", "--llm", "ollama:other", "--json", *index]) == 0
    assert json.loads(capsys.readouterr().out)["speed"] is None
    (tmp_path / "models" / "speeds.json").write_text("{", encoding="utf-8")
    assert run(["status", *flags, *index]) == 0
    assert json.loads(capsys.readouterr().out)["speed"] is None


def test_status_says_what_is_wrong_with_the_server(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", closed_port())
    monkeypatch.setenv("ASSISTANT_MODELS", str(tmp_path / "models"))
    assert run(["status", "--llm", "ollama:m", "--index", str(tmp_path / "index")]) == 0
    assert "but: no Ollama server answers" in capsys.readouterr().out


# -- fetching through Ollama --


def test_pull_shows_the_progress_of_all_layers(server: Script, capsys: pytest.CaptureFixture[str]) -> None:
    server.replies["/api/pull"] = lines(
        {"status": "pulling manifest"},
        {"status": "pulling a", "digest": "sha256:a", "total": 800, "completed": 400},
        {"status": "pulling b", "digest": "sha256:b", "total": 200},
        {"status": "success"},
    )
    assert run(["models", "pull", "ollama:m"]) == 0
    out, err = capsys.readouterr()
    assert out == f"ready      m, in Ollama at {server.host}\n"
    assert err.startswith("ollama: m 400 B/800 B")


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("pull model manifest: file does not exist", "look its name up"),
        ('pull model manifest: Get "x": dial tcp: lookup x: no such host', "import a GGUF file"),
    ],
)
def test_a_pull_that_fails_says_what_to_do(
    server: Script, said: str, remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    server.replies["/api/pull"] = lines({"status": "pulling manifest"}, {"error": said})
    assert run(["models", "pull", "ollama:m"]) == 1
    told = capsys.readouterr().err
    assert remedy in told
    assert told.count("\n") == 1


def test_only_what_can_be_fetched_is_named(server: Script, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "pull", "gguf:x.gguf"]) == 1
    assert "ollama:MODEL" in capsys.readouterr().err
    assert server.requests == []
