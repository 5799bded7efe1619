"""What several commands share: dates, the options for index and model, and opening the assistant they name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import click

from index.days import MONTHS

if TYPE_CHECKING:
    from assistant import Assistant

Report = Callable[[object], None]

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_SPELT = re.compile(r"(\d{1,2}) ([A-Za-z]+) (\d{4})", re.ASCII)


class Day(click.ParamType[date]):
    """A day: 2025-05-24 or '24 May 2025'. Nothing else, since 5/6/2025 is two days."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Raises click.BadParameter for anything else, and for days that do not exist."""
        if isinstance(value, date):
            return value
        text = " ".join(str(value).split())
        if found := _ISO.fullmatch(text):
            year, month, number = (int(part) for part in found.groups())
        elif (found := _SPELT.fullmatch(text)) and found[2].lower() in MONTHS:
            year, month, number = int(found[3]), MONTHS[found[2].lower()], int(found[1])
        else:
            self.fail(f"{value!r} is not a date: write 2025-05-24 or '24 May 2025'", param, ctx)
        try:
            return date(year, month, number)
        except ValueError:
            self.fail(f"{value!r} is not in the calendar: write 2025-05-24 or '24 May 2025'", param, ctx)


DAY = Day()

index_option = click.option(
    "--index", "index_dir", metavar="DIR", help="Folder of the index.  [default: .index, or ASSISTANT_INDEX]"
)
llm_option = click.option(
    "--llm",
    metavar="NAME",
    help="auto, embedded, gguf:PATH, ollama[:MODEL] or openai:URL[#MODEL].  [default: auto, or ASSISTANT_LLM]",
)
embed_option = click.option(
    "--embed",
    metavar="NAME",
    help="embedded, or ollama:MODEL; it makes another index.  [default: embedded, or ASSISTANT_EMBED]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def open_assistant(
    index_dir: str | None, llm: str | None = None, progress: Report | None = None, embed: str | None = None
) -> Assistant:
    """The assistant over the index and model of these flags. Raises SettingsError."""
    from assistant.settings import read_settings

    settings = read_settings(
        {"index": index_dir, "llm": llm, "embed": embed}
    )  # before the long imports: a wrong one is told at once
    from assistant import Assistant

    return Assistant.open(settings.index, settings=settings, progress=progress)
