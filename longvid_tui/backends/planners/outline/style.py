"""Tells what describes the look of a film from what is to be seen in it."""

from __future__ import annotations

import re

from longvid_tui.backends.lexicon import Lexicon

_STYLE = re.compile(
    r"\b(?:styles?|styled|cinematic|watercolou?rs?|anime|pixar|ghibli|noir|(?:photo|hyper)-?real(?:istic|ism)?|realistic"
    r"|black[- ]and[- ]white|film grain|grainy|35 ?mm|16 ?mm|70 ?mm|vhs|anamorphic|hand[- ]drawn|hand[- ]painted|claymation"
    r"|stop[- ]motion|pastels?|oil paint(?:ing|ed)?|painterly|documentary|depth of field|bokeh|low[- ]key|high[- ]key"
    r"|high contrast|low contrast|soft light(?:ing)?|lighting|moody|minimalist|retro|vintage|cyberpunk|steampunk|victorian"
    r"|surreal|melancholic|dreamlike|whimsical|palette|colou?rs|colores|farben|couleurs|muted|desaturated|neon|look|aesthetic|handheld|overcast"
    r"|warm tones?|cool tones?|slow motion|macro|aerial|timelapse|(?:19|20)\d0s"
    r"|estilo|acuarela|cinematográfico|blanco y negro|animado|stil|aquarell|filmisch|schwarz-?weiß|handgezeichnet"
    r"|(?:sanftes|warmes|goldenes) licht|lumière (?:dorée|douce|naturelle)|plans? larges?|luz (?:dorada|suave|natural)|aquarelle|cinématographique|noir et blanc|nouvelle vague|pastel)\b"
    r"|风格|水彩|水墨|动漫|电影感|黑白|写实|色调|油画|胶片|质感",
    re.IGNORECASE,
)
_PALETTE = re.compile(
    r"\bpalette|\bcolou?rs\b|\btones?\b|paleta|colores|farb|couleurs|色调|色彩", re.IGNORECASE
)
_KIND = re.compile(
    r"\b(?P<kind>[\w-]+[- ]style|animation|animated|documentary|cartoon|anime|stop[- ]motion|claymation|noir|cinematic"
    r"|black[- ]and[- ]white|watercolou?r|cyberpunk|surreal|horror|thriller|fantasy|sci-fi|science fiction|western|animación|animado|documental|animationsfilm|dokumentarfilm"
    r"|dessin animé|documentaire)\b|(?P<chinese>(?:(?!的)[\u4e00-\u9fff]){1,4}风格|动画|纪录片|黑白|水墨|水彩)",
    re.IGNORECASE,
)
LONGEST = 240
"""Most characters of a sentence about style; a longer one tells something as well."""


def is_style(text: str, lexicon: Lexicon) -> bool:
    """Whether the text only says how the film looks, and nothing about what is in it."""
    rest = _STYLE.sub(" ", text)  # there is no field in "depth of field"
    return (
        rest != text
        and len(text) < LONGEST
        and not (lexicon.subjects.first(rest) or lexicon.places.first(rest))
    )


def is_palette(text: str) -> bool:
    """Whether the text, which is about the look, is only about colours."""
    return bool(_PALETTE.search(text)) and len(_STYLE.findall(text)) <= 1


def style_of_kind(words: str) -> str:
    """The style that a kind of film implies: "a stop-motion short", "一部水墨风格的短片"."""
    kinds = (match["kind"] or match["chinese"] for match in _KIND.finditer(words))
    return ", ".join(dict.fromkeys(kinds))
