"""Words as a table of words has them, for what a pattern that ignores case has found."""

from __future__ import annotations

# To such a pattern a dotless or dotted Turkish i is an i, a long s an s and the sign for Kelvin a k; to `str.lower` they are not
_LIKE = str.maketrans({"ı": "i", "İ": "i", "ſ": "s", "\u212a": "k"})


def lowered(written: str) -> str:
    """A word in small letters, whatever letters like i, s and k it was written with."""
    return written.translate(_LIKE).lower()
