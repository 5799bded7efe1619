"""The publisher's repository on the model hub as a source of model files. The one home of huggingface_hub.

The hub's own downloader keeps nothing of an interrupted download, so only its addresses, metadata and session are used
here, and the bytes are written to our own unfinished file, which can go on.
"""

from __future__ import annotations

import queue
import re
import threading
from typing import TYPE_CHECKING

from assistant.weights_partial import Partial, Progress, Report, SourceFailed
from assistant.weights_pins import PinnedModel

if TYPE_CHECKING:
    from huggingface_hub import HfFileMetadata

NAME = "model hub"
READ_TIMEOUT = 15.0  # seconds without a byte before a download counts as broken off
TRIES = 3  # broken-off downloads in a row, without a new byte, before giving up


class Hub:
    """The model hub. Where it does not answer within `patience` seconds it is not asked again in this run."""

    def __init__(self, *, endpoint: str | None = None, patience: float = 5.0) -> None:
        self._endpoint = endpoint  # None: huggingface_hub's own, which HF_ENDPOINT overrides
        self._patience = patience
        self._unreachable: str | None = None

    def fetch(self, model: PinnedModel, partials: tuple[Partial, ...], report: Report) -> None:
        """Complete every unfinished file. Contents are not checked here, only length and the hash the hub states.

        Raises SourceFailed when the hub is off, out of reach or holds something else; OSError when the disk refuses.
        """
        from huggingface_hub.constants import is_offline_mode

        if is_offline_mode():
            raise SourceFailed("switched off by HF_HUB_OFFLINE")
        for partial in partials:
            found = self._metadata(model, partial.file.hub_path)
            stated = (found.etag or "").strip('"')
            if found.size not in (None, partial.file.size) or (
                re.fullmatch(r"[0-9a-f]{64}", stated) and stated != partial.file.sha256
            ):
                raise SourceFailed(f"{model.hub_repo} holds another {partial.file.hub_path} than the pinned one")
            self._download(found.location, partial, report)

    def _metadata(self, model: PinnedModel, path: str) -> HfFileMetadata:
        """Ask the hub about one file, in a thread: a silent name server or firewall must not hold anybody up."""
        import httpx2
        from huggingface_hub import get_hf_file_metadata, hf_hub_url

        if self._unreachable is not None:
            raise SourceFailed(self._unreachable)
        url = hf_hub_url(model.hub_repo, path, revision=model.hub_revision, endpoint=self._endpoint)
        answer: queue.Queue[HfFileMetadata | Exception] = queue.Queue()

        def ask() -> None:
            try:
                answer.put(get_hf_file_metadata(url, token=False, timeout=self._patience, endpoint=self._endpoint))
            except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
                answer.put(error)

        threading.Thread(target=ask, name="model-hub", daemon=True).start()
        try:
            found = answer.get(timeout=self._patience)
        except queue.Empty:
            self._unreachable = f"no answer within {self._patience:g} s"
            raise SourceFailed(self._unreachable) from None
        if isinstance(found, Exception):
            self._unreachable = _one_line(found)
            raise SourceFailed(self._unreachable) from found
        return found

    def _download(self, url: str, partial: Partial, report: Report) -> None:
        """Write the rest of the file behind its sound beginning, going on where a connection breaks."""
        import httpx2
        from huggingface_hub import get_session

        total = partial.file.size
        done = furthest = partial.sound_bytes()
        failures = 0
        while done < total:
            headers = {"Range": f"bytes={done}-", "Accept-Encoding": "identity"}
            try:
                with get_session().stream(
                    "GET", url, headers=headers, timeout=READ_TIMEOUT, follow_redirects=True
                ) as reply:
                    reply.raise_for_status()
                    if reply.status_code != httpx2.codes.PARTIAL_CONTENT:
                        done = 0  # the whole file comes, not its rest
                    with partial.open_at(done) as stream:
                        for block in reply.iter_bytes():
                            if done + len(block) > total:
                                raise SourceFailed("sends more bytes than the file has")
                            stream.write(block)
                            done += len(block)
                            report(Progress(file=partial.file.name, done_bytes=done, total_bytes=total, source=NAME))
            except (httpx2.HTTPError, ConnectionError) as error:
                failures = 1 if done > furthest else failures + 1
                furthest = max(done, furthest)
                if failures >= TRIES or isinstance(error, httpx2.HTTPStatusError):
                    raise SourceFailed(f"broke off ({_one_line(error)})") from error
            else:
                if done < total:
                    raise SourceFailed(f"ends after {done:,} of {total:,} bytes")


def _one_line(error: Exception) -> str:
    """The first line of an error, short, or its kind where it says nothing."""
    lines = str(error).strip().splitlines()
    return lines[0][:160] if lines else type(error).__name__
