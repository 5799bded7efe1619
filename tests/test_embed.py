"""Embedding: what a tiny model made by hand must give, what broken files say, and the real weights where they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from index.embed import MAX_TOKENS, MiniLM
from index.errors import WeightsError
from index.minilm import HEAD_WIDTH, bert_graph, convert, read_weights

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "prisoners", "exchange", "##d", "kyiv"]
WIDTH, INNER, LAYERS = 2 * HEAD_WIDTH, 96, 2


def tiny_weights() -> dict[str, np.ndarray]:
    """A BERT of two layers and two heads with random weights, with the names of the real one."""
    random = np.random.default_rng(7)

    def draw(*shape: int) -> np.ndarray:
        return (random.standard_normal(shape) * 0.1).astype(np.float32)

    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(WORDS), WIDTH),
        "embeddings.position_embeddings.weight": (MAX_TOKENS, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        "embeddings.LayerNorm.weight": (WIDTH,),
        "embeddings.LayerNorm.bias": (WIDTH,),
    }
    for layer in (f"encoder.layer.{n}" for n in range(LAYERS)):
        for part, shape in {
            "attention.self.query": (WIDTH, WIDTH),
            "attention.self.key": (WIDTH, WIDTH),
            "attention.self.value": (WIDTH, WIDTH),
            "attention.output.dense": (WIDTH, WIDTH),
            "intermediate.dense": (INNER, WIDTH),
            "output.dense": (WIDTH, INNER),
        }.items():
            shapes |= {f"{layer}.{part}.weight": shape, f"{layer}.{part}.bias": shape[:1]}
        for norm in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"{layer}.{norm}.weight": (WIDTH,), f"{layer}.{norm}.bias": (WIDTH,)}
    return {name: draw(*shape) for name, shape in shapes.items()}


def bert(weights: dict[str, np.ndarray], ids: list[int]) -> np.ndarray:
    """The same model in plain numpy, written from the paper."""

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]  # type: ignore[no-any-return]

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return x * weights[f"{name}.weight"] + weights[f"{name}.bias"]  # type: ignore[no-any-return]

    def gelu(x: np.ndarray) -> np.ndarray:
        from math import erf

        return x * (1 + np.vectorize(erf)(x / np.sqrt(2))) / 2  # type: ignore[no-any-return]

    x = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in (f"encoder.layer.{n}" for n in range(LAYERS)):
        heads = []
        query, key, value = (linear(x, f"{layer}.attention.self.{part}") for part in ("query", "key", "value"))
        for at in range(0, WIDTH, HEAD_WIDTH):
            part = slice(at, at + HEAD_WIDTH)
            scores = np.exp(query[:, part] @ key[:, part].T / np.sqrt(HEAD_WIDTH))
            heads.append(scores / scores.sum(-1, keepdims=True) @ value[:, part])
        x = norm(x + linear(np.hstack(heads), f"{layer}.attention.output.dense"), f"{layer}.attention.output.LayerNorm")
        inner = gelu(linear(x, f"{layer}.intermediate.dense"))
        x = norm(x + linear(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
    return x.mean(0) / np.linalg.norm(x.mean(0))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights, the model made from them, and a tokenizer of eight words."""
    folder = tmp_path_factory.mktemp("model")
    save_file(tiny_weights(), folder / "model.safetensors")
    convert(folder / "model.safetensors", folder / "model.onnx")
    special = [{"id": n, "content": WORDS[n], "special": True} for n in range(4)]
    extra = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    pair = [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]
    tokenizer = {
        "version": "1.0",
        "truncation": {"max_length": 8, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
        "padding": None,
        "added_tokens": [token | extra for token in special],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [*pair, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "pair": [*pair, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "special_tokens": {w: {"id": w, "ids": [WORDS.index(w)], "tokens": [w]} for w in ("[CLS]", "[SEP]")},
        },
        "decoder": None,
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {word: n for n, word in enumerate(WORDS)},
        },
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    return folder


@pytest.fixture(scope="module")
def tiny(folder: Path) -> Iterator[MiniLM]:
    yield MiniLM(folder / "model.onnx", folder / "tokenizer.json", threads=2)


def test_the_graph_computes_what_the_paper_says(folder: Path) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(bert_graph(read_weights(folder / "model.safetensors")).SerializeToString())
    ids = np.array([[2, 4, 5, 6, 3], [2, 7, 3, 0, 0]], np.int64)
    found = session.run(None, {"input_ids": ids, "attention_mask": (ids > 0).astype(np.int64)})[0]
    weights = tiny_weights()
    np.testing.assert_allclose(found[0], bert(weights, [2, 4, 5, 6, 3]), atol=1e-5)
    np.testing.assert_allclose(found[1], bert(weights, [2, 7, 3]), atol=1e-5)  # padding changes nothing


def test_int8_is_close_and_small(folder: Path, tiny: MiniLM) -> None:
    tiny_vector = tiny.embed_question("Prisoners exchanged")
    assert tiny_vector @ bert(tiny_weights(), [2, 4, 5, 6, 3]) > 0.97
    assert (folder / "model.onnx").stat().st_size < (folder / "model.safetensors").stat().st_size * 0.6
    assert sorted(path.name for path in folder.iterdir()) == ["model.onnx", "model.safetensors", "tokenizer.json"]


def test_a_vector_depends_on_its_text_alone(tiny: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiny, "dimensions", WIDTH)
    texts = ["kyiv", "prisoners exchanged in kyiv", "", "kyiv " * 1_000, "prisoners"] * 3
    together = tiny.embed_passages(texts)
    assert together.shape == (15, WIDTH)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, together, strict=True):
        np.testing.assert_array_equal(vector, tiny.embed_question(text))
    assert tiny.embed_passages([]).shape == (0, WIDTH)


def test_tokens_are_counted_beyond_the_limit_and_cut_at_it(tiny: MiniLM) -> None:
    assert tiny.count_tokens("Prisoners exchanged, Kyiv") == 5
    assert tiny.count_tokens("") == 0
    assert tiny.count_tokens("kyiv " * 1_000) == 1_000
    np.testing.assert_array_equal(
        tiny.embed_question("kyiv " * (MAX_TOKENS - 2)), tiny.embed_question("kyiv " * (MAX_TOKENS - 2) + "prisoners")
    )


@example("Prisoners exchanged[CLS] (kyiv) “kyiv’s”\xa0exchange — [kyiv] kyivé kyiv\u0301 kyiv\x00kyiv" + "a" * 101)
@given(st.text(st.sampled_from("kyivdexchange pr.,’“[CLSEP]#é\t\n\x0b\x1c\xa0\u0301"), max_size=40))
def test_words_known_by_heart_come_to_what_the_tokenizer_makes_of_the_text(tiny: MiniLM, text: str) -> None:
    assert tiny._encoded(text) == tiny._tokenizer.encode(text).ids
    assert tiny.count_tokens(text) == len(tiny._tokenizer.encode(text, add_special_tokens=False))


def test_missing_and_broken_files_are_named(folder: Path, tmp_path: Path) -> None:
    model, tokenizer, bad = folder / "model.onnx", folder / "tokenizer.json", tmp_path / "bad"
    with pytest.raises(WeightsError, match="is missing: run `assistant models fetch`"):
        MiniLM(bad, tokenizer)
    for content in (b"", b"junk", model.read_bytes()[:5_000]):
        bad.write_bytes(content)
        with pytest.raises(WeightsError, match="broken"):
            MiniLM(bad, tokenizer)
    for content in (
        b"",
        b"{",
        b"[]",
        b'{"model": {"type": "BPE", "vocab": {}}}',
        b"\xff",
        tokenizer.read_bytes()[:500],
    ):
        bad.write_bytes(content)
        with pytest.raises(WeightsError, match="broken"):
            MiniLM(model, bad)


def test_converting_what_is_not_the_model_leaves_no_file(folder: Path, tmp_path: Path) -> None:
    bad, out = tmp_path / "bad.safetensors", tmp_path / "out.onnx"
    for content in (b"", b"junk" * 100, (folder / "model.safetensors").read_bytes()[:-10]):
        bad.write_bytes(content)
        with pytest.raises(WeightsError, match="cannot read model weights"):
            convert(bad, out)
    save_file({"other": np.zeros(3, np.float32)}, bad)
    with pytest.raises(WeightsError, match="not a BERT encoder"):
        convert(bad, out)
    out.mkdir()
    with pytest.raises(WeightsError, match="cannot write"):
        convert(folder / "model.safetensors", out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.safetensors", "out.onnx"]


@pytest.mark.model
def test_the_published_vector_of_hello_world() -> None:
    from assistant.settings import read_settings
    from assistant.weights import Weights

    files = Weights(read_settings().models_folder()).embedder(fetch=False)
    embedder = MiniLM(files.onnx, files.tokenizer)
    vector = embedder.embed_question("hello world")
    assert vector.shape == (embedder.dimensions,)
    np.testing.assert_allclose(vector[:3], [-0.0345, 0.0309, 0.0068], atol=0.02)
    near, far = embedder.embed_passages(["Prisoners of war were exchanged.", "The wheat harvest was poor."])
    question = embedder.embed_question("How many captives were swapped?")
    assert near @ question > 0.5 > 0.2 > far @ question


@pytest.mark.model
def test_words_known_by_heart_come_to_what_the_real_tokenizer_makes_of_the_seeds() -> None:
    from assistant.settings import read_settings
    from assistant.weights import Weights

    files = Weights(read_settings().models_folder()).embedder(fetch=False)
    embedder = MiniLM(files.onnx, files.tokenizer)
    for path in (Path(__file__).parent.parent / "seeds").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert embedder._encoded(text) == embedder._tokenizer.encode(text).ids, path.name
