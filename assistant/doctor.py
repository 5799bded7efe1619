"""Whether the models that the settings name can answer, how fast, and what to do if not.

Nothing is fetched, and nothing loaded but by `measure`. The index is not looked at: that is `assistant status`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from assistant.llm import ChatModel, Choice, Timing, resolve
from assistant.llm_window import is_local, machine_memory
from assistant.settings import Settings
from assistant.weights import Weights
from index.errors import AssistantError, ModelUnavailable, ReplyCut
from prompts import Message, static

READ, WRITTEN = 430, 45  # tokens a question costs beyond what is kept warm: evidence and check, and the reply
BEFORE_WORDS = 340  # of those read, the ones before the first word
EVIDENCE = (  # as long as the evidence of a question, about 300 tokens
    "The defence ministry of Odra said on Friday that 390 people had been brought home in the first part of the exchange. "
    "Buses with the freed arrived in the border town of Varn at noon, where relatives had waited since the morning. "
    "A spokesman said that the talks about a second group would go on in Oman, and that lists had been handed over. "
    "In the night, drones hit a power station near Kelma; four workers were injured and two streets were without light. "
)
SAMPLE = EVIDENCE * 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """A model as it stands. `problem` is one line that says what to do, empty if it can be used; zero means: not known."""

    use: Literal["answers", "embeds"]
    kind: str  # embedded, gguf, ollama or openai
    model: str
    address: str = ""  # of the server, if it has one
    local: bool = True  # whether what it reads stays on this machine
    version: str = ""  # of the server
    reachable: bool = True
    present: bool = False
    capabilities: tuple[str, ...] = ()
    details: str = ""  # parameters and quantisation, in the server's words
    trained_context: int = 0  # tokens
    context: int = 0  # tokens, as every request will fix it
    bytes: int = 0
    memory: int = 0  # bytes that weights and window will take
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What one reply showed: tokens a second read and written, and the seconds a question will take, read and answered."""

    read_rate: float
    write_rate: float
    load_seconds: float
    first_words_seconds: float
    answer_seconds: float


def facts(settings: Settings, weights: Weights) -> tuple[ModelFacts, ...]:
    """The model that answers and the one that embeds. Raises nothing: what is wrong stands in `problem`."""
    return chat_facts(settings, weights), embed_facts(settings, weights)


def chat_facts(settings: Settings, weights: Weights) -> ModelFacts:
    """The model that would answer now."""
    try:
        choice = resolve(settings)
    except AssistantError as error:
        return ModelFacts(use="answers", kind=settings.llm.partition(":")[0], model=settings.llm, problem=str(error))
    if choice.kind == "ollama":
        return _ollama("answers", choice.address, choice.model, settings.context)
    if choice.kind == "openai":
        return _openai(choice, settings.context)
    if choice.kind == "gguf":
        path = Path(choice.model).expanduser()
        there = path.is_file()
        return ModelFacts(
            use="answers",
            kind="gguf",
            model=str(path),
            present=there,
            bytes=path.stat().st_size if there else 0,
            context=settings.context,
            problem="" if there else f"no model file at {str(path)!r}: name a GGUF file",
        )
    return _packaged("answers", weights, settings.context)


def embed_facts(settings: Settings, weights: Weights) -> ModelFacts:
    """The model that would embed now."""
    kind, _, model = settings.embed.partition(":")
    if kind == "ollama" and model:
        return _ollama("embeds", settings.ollama_host, model, 0)
    if settings.embed in {"", "embedded"}:
        return _packaged("embeds", weights, 0)
    problem = f"unknown embedder {settings.embed!r}: use embedded or ollama:MODEL"
    return ModelFacts(use="embeds", kind=kind, model=settings.embed, problem=problem)


def _packaged(use: Literal["answers", "embeds"], weights: Weights, context: int) -> ModelFacts:
    blank = ModelFacts(use=use, kind="embedded", model="", context=context)
    try:
        files = [file for file in weights.inventory() if file.file.endswith(".gguf") == (use == "answers")]
    except AssistantError as error:
        return replace(blank, problem=str(error))
    absent = [file for file in files if file.state not in {"ready", "unchecked"}]
    return replace(
        blank,
        model=files[0].model,
        present=not absent,
        bytes=sum(file.present_bytes for file in files),
        problem=f"model file {absent[0].file!r} is {absent[0].state}: run `assistant models pull`" if absent else "",
    )


def _ollama(use: Literal["answers", "embeds"], host: str, model: str, context: int) -> ModelFacts:
    from assistant import llm_ollama
    from assistant.llm_window import read_shape, window

    told = ModelFacts(use=use, kind="ollama", model=model, address=host, local=is_local(host), context=context)
    try:
        told = replace(told, version=llm_ollama.version(host))
    except AssistantError as error:
        return replace(told, reachable=False, problem=str(error))
    try:
        shown, sizes = llm_ollama.describe(host, model), llm_ollama.models(host)
    except AssistantError as error:
        return replace(told, problem=str(error))
    shape = read_shape(shown.modelinfo or {}, bytes_on_disk=sizes.get(llm_ollama.full_name(model), 0))
    size = window(context, shape, host=host) if use == "answers" else min(shape.trained, 4096)
    wanted = "completion" if use == "answers" else "embedding"
    capabilities = tuple(shown.capabilities or ())
    problem = ""
    if capabilities and wanted not in capabilities:
        flag = "--llm" if use == "answers" else "--embed"
        problem = f"{model!r} offers {', '.join(capabilities)}, not {wanted}: name another with `{flag} ollama:MODEL`"
    elif told.local and (there := machine_memory()) and shape.memory(size) > there:
        problem = (
            f"{model!r} needs {shape.memory(size) / 1e9:.1f} GB of memory, of {there / 1e9:.1f} GB: name a smaller one"
        )
    parts = (shown.details.parameter_size, shown.details.quantization_level) if shown.details else ()
    return replace(
        told,
        present=True,
        capabilities=capabilities,
        details=" ".join(part for part in parts if part),
        trained_context=shape.trained,
        context=size,
        bytes=shape.weights,
        memory=shape.memory(size),
        problem=problem,
    )


def _openai(choice: Choice, context: int) -> ModelFacts:
    from assistant import llm_openai

    told = ModelFacts(
        use="answers", kind="openai", model=choice.model, address=choice.address, local=is_local(choice.address)
    )
    try:
        offered = llm_openai.models(choice.address)
        model = llm_openai.chosen(choice.address, choice.model, offered)
    except ModelUnavailable as error:
        return replace(told, reachable="no server answers" not in str(error), problem=str(error))
    except AssistantError as error:
        return replace(told, problem=str(error))
    return replace(told, model=model, present=True, context=llm_openai.window_of(offered[model], context))


def measure(model: ChatModel) -> Speed:
    """Let the model read a prompt it has never seen, as long as a question's, and write a little. Raises ModelError.

    Rates are the runtime's own where it tells them, else by the clock and the pieces that came.
    """
    began = time.perf_counter()
    model.warm("answer", static("answer"))
    loaded = time.perf_counter()
    # A new first word, so that no server has any of it in its cache.
    prompt = (Message("system", f"{secrets.token_hex(4)}. Tell the news below once more."), Message("user", SAMPLE))
    first, pieces = 0.0, 0
    asked = time.perf_counter()
    with suppress(ReplyCut):  # of course: few tokens were asked for
        for _ in model.write("condense", prompt, max_tokens=32):
            first = first or time.perf_counter()
            pieces += 1
    ended = time.perf_counter()
    if not pieces:
        raise ModelUnavailable(f"the model {model.name!r} wrote nothing: name another with `--llm`")
    timing = model.timing or Timing(
        prompt_tokens=tokens_of(prompt),
        prompt_seconds=first - asked,
        reply_tokens=pieces,
        reply_seconds=ended - first,
    )
    read = timing.prompt_tokens / max(timing.prompt_seconds, 1e-6)
    write = timing.reply_tokens / max(timing.reply_seconds, 1e-6)
    return Speed(
        read_rate=read,
        write_rate=write,
        load_seconds=loaded - began,
        first_words_seconds=BEFORE_WORDS / read,
        answer_seconds=READ / read + WRITTEN / write,
    )


def tokens_of(prompt: Sequence[Message]) -> int:
    """About as many tokens as a prompt of English news has: one for 4.4 characters (measured on the seed articles)."""
    return round(sum(len(message.content) for message in prompt) / 4.4)
