"""The form of the tables of words."""

from __future__ import annotations

from collections.abc import Mapping

from longvid_tui.project.tongues import Tongue

TONGUES: tuple[Tongue, ...] = ("en", "zh", "es", "de", "fr")

Table = Mapping[str, tuple[str, str, str, str, str]]
"""By concept its words in each language, in the order of `TONGUES`, separated by spaces. `_` stands for a space
within a word, `+` ends a word that means several. Forms with endings (plural, case) are found without being
listed."""
