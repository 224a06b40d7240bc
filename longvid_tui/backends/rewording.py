"""Milder words for a refused prompt, as a suggestion to the person; never sent without being asked for."""

from __future__ import annotations

import re

MILDER = {
    r"blood(?:y|ied|stained)?|gore|gory": "red paint",
    r"corpses?|dead bod(?:y|ies)|cadavers?": "motionless figure",
    r"kill(?:s|ed|ing)?|murder(?:s|ed|ing)?|slaughter(?:s|ed|ing)?": "confronts",
    r"stab(?:s|bed|bing)?|shoot(?:s|ing)?|shot dead": "faces",
    r"guns?|rifles?|pistols?|weapons?": "prop",
    r"nude|naked|topless": "clothed",
    r"lingerie|underwear|bikinis?": "summer clothes",
    r"sexy|seductive(?:ly)?|erotic": "elegant",
    r"drunk|drugged|stoned": "dazed",
    r"cocaine|heroin|drugs?": "powder",
    r"suicid(?:e|al)": "despair",
    r"tortur(?:e|es|ed|ing)": "ordeal",
    r"explod(?:e|es|ed|ing)|explosions?|bomb(?:s|ing)?": "burst of light",
    r"war ?zones?|battlefields?": "empty field at dusk",
}
"""Patterns of words that services' filters refuse, and what a film may show instead."""

_STYLE_OF = re.compile(r"\b(?:in the )?style of [A-Z][\w.'-]+(?: [A-Z][\w.'-]+){0,2}")
"""A named artist."""
_PATTERNS = [(re.compile(rf"\b(?:{words})\b", re.IGNORECASE), milder) for words, milder in MILDER.items()]


def milder(prompt: str) -> str:
    """`prompt` with milder words; "" if there is nothing to replace."""
    changed = _STYLE_OF.sub("in a painterly style", prompt)
    for pattern, words in _PATTERNS:
        changed = pattern.sub(words, changed)
    return changed.strip() if changed != prompt else ""
