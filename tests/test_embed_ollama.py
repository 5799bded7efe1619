"""An embedding model behind Ollama, with a scripted server in its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from fakes_server import Handler, Reply, Script, body, closed_port, in_turn, scripted, text

from index import embed_ollama
from index.embed_ollama import OllamaEmbedder, open_embedder
from index.errors import ModelStopped, ModelUnavailable, SettingsError
from index.tokens import token_bound

EMBED = "/api/embed"


def shown(*capabilities: str) -> Reply:
    facts = {"general.architecture": "bert", "bert.context_length": 64, "bert.embedding_length": 3}
    return body({"capabilities": capabilities, "details": {}, "model_info": facts})


def lengths(handler: Handler) -> None:
    """A vector of each text's length, number of words, and 1."""
    _, request = handler.script.requests[-1]
    texts = request["input"]
    body({"model": "m", "embeddings": [[len(t), len(t.split()), 1] for t in texts]})(handler)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    monkeypatch.setattr(embed_ollama, "PAUSE", 0.0)
    with scripted({"/api/show": shown("embedding"), EMBED: lengths}) as script:
        yield script


def sent(script: Script) -> list[dict[str, Any]]:
    return [request for path, request in script.requests if path == EMBED]


def test_vectors_have_length_1_and_the_order_of_the_texts(server: Script) -> None:
    embedder = OllamaEmbedder(server.host, "m")
    assert (embedder.name, embedder.dimensions) == ("ollama:m", 3)
    vectors = embedder.embed_passages([f"word {'x' * n}" for n in range(40)])
    assert vectors.shape == (40, 3)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert np.allclose(vectors[7], embedder.embed_question("word xxxxxxx"))
    assert [len(request["input"]) for request in sent(server)] == [16, 16, 8, 1]
    assert {request["truncate"] for request in sent(server)} == {False}


def test_no_text_is_too_long_or_empty_for_the_server(server: Script) -> None:
    OllamaEmbedder(server.host, "m").embed_passages(["", "  \n", "word " * 1000, "half \ud800"])
    (request,) = sent(server)
    blank, also, long, half = request["input"]
    assert blank == also == "."
    assert token_bound(long) <= 62
    assert half == "half ?"


def test_no_texts_make_no_request(server: Script) -> None:
    assert OllamaEmbedder(server.host, "m").embed_passages([]).shape == (0, 3)
    assert sent(server) == []


@pytest.mark.parametrize(
    ("model", "question", "passage"),
    [("nomic-embed-text", "search_query: Who?", "search_document: Who?"), ("minilm", "Who?", "Who?")],
)
def test_a_model_gets_the_words_it_was_trained_with(server: Script, model: str, question: str, passage: str) -> None:
    embedder = OllamaEmbedder(server.host, model)
    embedder.embed_question("Who?")
    embedder.embed_passages(["Who?"])
    assert [request["input"] for request in sent(server)] == [[question], [passage]]


def test_a_model_that_cannot_embed_is_refused(server: Script) -> None:
    server.replies["/api/show"] = shown("completion")
    with pytest.raises(ModelUnavailable, match="cannot embed"):
        OllamaEmbedder(server.host, "m")


def test_a_missing_model_names_the_command(server: Script) -> None:
    server.replies["/api/show"] = body({"error": "model 'm' not found"}, 404)
    with pytest.raises(ModelUnavailable, match="ollama pull m"):
        OllamaEmbedder(server.host, "m")


def test_no_server_names_the_command() -> None:
    with pytest.raises(ModelUnavailable, match="ollama serve"):
        OllamaEmbedder(closed_port(), "m")


@pytest.mark.parametrize("host", ["http://[::1", "http://127.0.0.1:99999"])
def test_an_address_that_is_none(host: str) -> None:
    with pytest.raises(SettingsError, match="OLLAMA_HOST"):
        OllamaEmbedder(host, "m")


def test_another_server_is_no_ollama(server: Script) -> None:
    server.replies["/api/show"] = text("<html>It works!</html>")
    with pytest.raises(ModelUnavailable, match="no Ollama server"):
        OllamaEmbedder(server.host, "m")


def test_a_failure_is_asked_once_more(server: Script) -> None:
    embedder = OllamaEmbedder(server.host, "m")
    server.replies[EMBED] = in_turn(body({"error": "EOF"}, 500), lengths)
    assert embedder.embed_question("Who?").shape == (3,)
    server.replies[EMBED] = body({"error": "EOF"}, 500)
    with pytest.raises(ModelStopped, match="try again"):
        embedder.embed_question("Who?")


@pytest.mark.parametrize("vectors", [[], [[0.0, 0.0, 0.0]], [[1.0, 0.0, 0.0]] * 2])
def test_what_are_no_vectors_are_refused(server: Script, vectors: list[list[float]]) -> None:
    embedder = OllamaEmbedder(server.host, "m")
    server.replies[EMBED] = body({"model": "m", "embeddings": vectors})
    with pytest.raises(ModelStopped):
        embedder.embed_question("Who?")


@pytest.mark.parametrize("name", ["ollama", "ollama:", "minilm", "gguf:x"])
def test_an_unknown_embedder_is_named_with_the_known_ones(name: str) -> None:
    with pytest.raises(SettingsError, match="ollama:MODEL"):
        open_embedder(name, "http://127.0.0.1:11434")
