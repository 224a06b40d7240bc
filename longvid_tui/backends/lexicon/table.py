"""A table of words: concepts with the words for them in each tongue."""

from __future__ import annotations

from collections.abc import Mapping

from longvid_tui.project.tongues import Tongue

TONGUES: tuple[Tongue, ...] = ("en", "zh", "es", "de", "fr")

Table = Mapping[str, tuple[str, str, str, str, str]]
"""Concept -> its words in the order of `TONGUES`: between spaces, `_` stands for a space within a word, and `+`
ends a word that means several. Endings (plural, case) are known to the reader and need not be listed."""
