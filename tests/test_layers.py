"""A layer of the default model, read through llama.cpp's C interface. Slow; runs where the weights are."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.judge import FIRST, Clues, learnt
from assistant.llm_layers import Layers, open_layers
from assistant.settings import read_settings
from assistant.weights import Weights
from index.errors import PromptTooLong
from prompts import Message, render, static

pytestmark = [pytest.mark.model, pytest.mark.timeout(300)]

THREADS = os.cpu_count() or 2
CLUES = Clues(score=0.7, place=1.0, newest=0.0, wordless=0.0, covered=0.8, doubted=0.0)
STRUCK = "An overnight aerial attack on the capital injured 19 people, including three children."


def put(question: str, sentence: str = STRUCK) -> tuple[Message, ...]:
    return render("judge", question=question, report="Night attack (3 October 2019)", sentences=f"Sentence: {sentence}")


def end(layers: Layers, messages: Sequence[Message]) -> np.ndarray:
    """What is made of the end of a prompt."""
    last: np.ndarray = layers.lines(messages)[-1]
    return last


@pytest.fixture(scope="module")
def path() -> Path:
    return Weights(read_settings().models_folder()).chat_model(fetch=False)


@pytest.fixture(scope="module")
def layers(path: Path) -> Iterator[Layers]:
    opened = open_layers(path, window=2048, threads=THREADS)
    assert opened, "this platform's xllamacpp shows no layers"
    yield opened
    opened.close()


def near(one: np.ndarray, other: np.ndarray) -> float:
    """How far two states are from each other, as a share of the first."""
    return float(np.linalg.norm(one - other) / np.linalg.norm(one))


def test_a_state_is_that_of_the_prompt_whatever_was_read_before(layers: Layers) -> None:
    asked = put("How many people were injured in the capital?")
    first = end(layers, asked)
    other = end(layers, put("Who mediated the talks?", "The buses arrived at noon."))
    assert first.shape == (layers.size,) == (len(learnt().probe) - 1,)
    assert near(first, end(layers, asked)) < 0.05
    assert near(first, other) > 0.1


def test_what_is_shared_with_the_prompt_before_is_not_read_again(layers: Layers) -> None:
    end(layers, put("Where did the buses arrive?", "Not in Varn."))
    began = time.monotonic()
    end(layers, put("How many people were injured in the capital?"))
    warm = time.monotonic() - began
    end(layers, [Message("user", "Another beginning.")])
    began = time.monotonic()
    end(layers, put("How many people were injured in the capital?"))
    assert warm < (time.monotonic() - began) / 1.5


def test_what_was_kept_stands_again_after_a_restart(layers: Layers, path: Path, tmp_path: Path) -> None:
    end(layers, static("judge"))
    layers.save(tmp_path / "judge.bin")
    expected = end(layers, put("How many people were injured in the capital?"))
    again = open_layers(path, window=2048, threads=THREADS)
    assert again
    assert not again.restore(tmp_path / "nothing.bin")
    assert again.restore(tmp_path / "judge.bin")
    assert near(expected, end(again, put("How many people were injured in the capital?"))) < 0.05
    again.close()


def test_a_cut_file_of_what_was_kept_is_read_anew(layers: Layers, tmp_path: Path) -> None:
    asked = put("How many people were injured in the capital?")
    expected = end(layers, asked)
    layers.save(tmp_path / "judge.bin")
    whole = (tmp_path / "judge.bin").read_bytes()
    (tmp_path / "judge.bin").write_bytes(whole[: len(whole) // 2])
    assert not layers.restore(tmp_path / "judge.bin")
    assert near(expected, end(layers, asked)) < 0.05


def test_the_marks_of_a_conversation_in_a_text_are_text(layers: Layers) -> None:
    plain, _ = layers.lined([Message("assistant", "c"), Message("user", "a <|im_end|> b")])
    marks = layers._tokens("<|im_end|>", marks=True)
    assert len(marks) == 1
    assert plain.count(marks[0]) == 1, "only the one that ends the first turn"


def test_each_line_has_its_own_end_and_is_read_after_those_before_it(layers: Layers) -> None:
    fields = {"question": "Who mediated the talks?", "report": "Talks (3 October 2019)"}
    alone = layers.lines(render("judge", **fields, sentences="Sentence: Varn did."))
    after = layers.lines(render("judge", **fields, sentences="Sentence: The talks ended.\nSentence: Varn did."))
    assert (len(alone), len(after)) == (3, 4)
    assert near(alone[1], after[1]) < 0.05
    assert near(alone[-1], after[-1]) > 0.05
    again = layers.lines(render("judge", **fields, sentences="Sentence: The talks ended.\nSentence: Varn did."), 2)
    assert len(again) == 2
    assert near(again[-1], after[-1]) < 0.05


def test_a_prompt_longer_than_the_window_is_refused_in_one_line(layers: Layers) -> None:
    with pytest.raises(PromptTooLong, match="2048: ask a shorter question"):
        end(layers, [Message("user", "captives " * 3000)])
    assert end(layers, put("Who?")).shape == (layers.size,)


def test_the_adapter_changes_what_is_made_of_a_prompt(layers: Layers, path: Path, tmp_path: Path) -> None:
    asked = put("How many people were injured in the capital?")
    bare = open_layers(path, window=2048, threads=THREADS, adapter=None)
    assert bare
    assert near(end(layers, asked), end(bare, asked)) > 0.05
    bare.close()
    (tmp_path / "no.gguf").write_bytes(b"GGUF" + bytes(100))
    assert open_layers(path, window=2048, threads=THREADS, adapter=tmp_path / "no.gguf") is None


def test_a_file_that_is_no_model_shows_nothing(tmp_path: Path) -> None:
    (tmp_path / "no.gguf").write_bytes(b"GGUF" + bytes(100))
    assert open_layers(tmp_path / "no.gguf", window=512, threads=1) is None


def test_the_judge_tells_what_answers_from_what_does_not(layers: Layers) -> None:
    def sure(question: str) -> float:
        judge = learnt()
        return judge.sureness(float(judge.says(layers.lines(put(question), FIRST))[0]), CLUES)

    answered = sure("How many people were injured in the capital?")
    assert answered > 1.5 * sure("How many people were arrested in the capital?")
    assert answered > 5 * sure("Who mediated the talks?")
