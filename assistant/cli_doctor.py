"""`assistant doctor`: can the models answer, how fast, and what to do if not."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from assistant.cli_options import embed_option, json_option, llm_option

if TYPE_CHECKING:
    from assistant.doctor import ModelFacts, Speed


@click.command(short_help="Check the models: there, large enough, how fast.")
@llm_option
@embed_option
@click.option("--quick", is_flag=True, help="Load no model, and so leave the speed out.")
@json_option
def doctor(llm: str | None, embed: str | None, quick: bool, as_json: bool) -> int:
    """Check the model that answers and the one that embeds: server, version, model, window, memory and speed.

    \b
    assistant doctor --llm ollama:qwen2.5:7b-instruct

    The speed is measured on a prompt as long as a question's, in a few seconds to a minute. The exit code is 1 if
    something is in the way.
    """
    from assistant import speeds
    from assistant.doctor import facts, measure
    from assistant.llm import open_model
    from assistant.settings import read_settings
    from assistant.weights import Weights
    from index.errors import ModelError

    settings = read_settings({"llm": llm, "embed": embed})
    weights = Weights(settings.models_folder())
    found = facts(settings, weights)
    speed, trouble = None, ""
    if not quick and not found[0].problem:
        try:
            model = open_model(settings, weights)
            try:
                speed = measure(model)
            finally:
                model.close()
            speeds.keep(settings.models_folder(), found[0], speed)
        except ModelError as error:
            trouble = str(error)
    if as_json:
        from assistant.render import to_json

        click.echo(
            to_json(
                {"models": [asdict(f) for f in found], "speed": speed and asdict(speed), "problem": trouble or None}
            )
        )
    else:
        from assistant.render import one_line

        for fine, what, said in (*map(_checked, found), *_checked_speed(speed, trouble)):
            click.echo(f"{'ok' if fine else 'fails':<6} {what:<9} {one_line(said)}")
    return 1 if trouble or any(f.problem for f in found) else 0


def _checked(facts: ModelFacts) -> tuple[bool, str, str]:
    return not facts.problem, "model" if facts.use == "answers" else "embedder", facts.problem or describe(facts)


def describe(facts: ModelFacts) -> str:
    """What is known of a model, in one line."""
    from assistant.cli_progress import amount

    parts = [f"{facts.kind} {facts.model}"]
    if facts.address:
        server = f"{facts.kind.capitalize()} {facts.version}".strip() if facts.kind == "ollama" else "server"
        parts.append(f"{server} at {facts.address}" + ("" if facts.local else ", NOT on this machine"))
    parts += [facts.details] if facts.details else []
    parts += [amount(facts.bytes, "bytes")] if facts.bytes else []
    if facts.context and facts.use == "answers":
        trained = f" of {facts.trained_context:,}" if facts.trained_context else ""
        parts.append(f"window {facts.context:,}{trained} tokens")
    parts += [f"memory about {amount(facts.memory, 'bytes')}"] if facts.memory else []
    return " · ".join(parts)


def _checked_speed(speed: Speed | None, trouble: str) -> list[tuple[bool, str, str]]:
    if trouble:
        return [(False, "speed", trouble)]
    if speed is None:
        return []
    rates = f"reads {speed.read_rate:,.0f} and writes {speed.write_rate:,.1f} tokens/s"
    times = f"first words after about {speed.first_words_seconds:,.0f} s, an answer after about {speed.answer_seconds:,.0f} s"
    return [(True, "speed", f"{rates} · {times} · ready in {speed.load_seconds:,.1f} s")]
