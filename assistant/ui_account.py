"""Who may sign in on the chat page: one name, and the password in a file of its own."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from index.errors import SettingsError

SHORTEST = 8  # characters of a password


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A name and its password, which is shown nowhere."""

    user: str
    password: str = field(repr=False)

    @classmethod
    def read(cls, text: str) -> Self:
        """The account of `USER:PASSWORD-FILE`; the password is the file's first line. Raises SettingsError."""
        user, _, file = text.partition(":")
        if not user.strip() or not file:
            raise SettingsError(f"{text!r} names no account: write --auth USER:PASSWORD-FILE")
        try:
            lines = Path(file).expanduser().read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
            raise SettingsError(f"the password file {file!r} cannot be read ({why}): name another") from error
        password = lines[0].strip() if lines else ""
        if len(password) < SHORTEST:
            raise SettingsError(
                f"the first line of {file!r} is shorter than {SHORTEST} characters: write a longer password into it"
            )
        return cls(user=user.strip(), password=password)

    def fits(self, user: str, password: str) -> bool:
        """Whether this is the account; how long it takes says nothing about how much of it was right."""
        right = [
            hmac.compare_digest(given.encode("utf-8", "replace"), own.encode())
            for given, own in ((user, self.user), (password, self.password))
        ]
        return all(right)
