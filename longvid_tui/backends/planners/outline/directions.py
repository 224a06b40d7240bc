"""Separates what is to be filmed from what is said about the film: wishes, style, palette, what to avoid."""

from __future__ import annotations

import re
from dataclasses import dataclass

from longvid_tui.backends.lexicon import Lexicon
from longvid_tui.backends.planners.outline.numbers import NUMBERED, unnumbered
from longvid_tui.backends.planners.outline.sentences import LONGEST_SENTENCE
from longvid_tui.backends.planners.outline.speech import quoted_name
from longvid_tui.backends.planners.outline.style import is_palette, is_style, style_of_kind


@dataclass(frozen=True)
class Remark:
    """What one sentence says: `content` is to be filmed, `direction` holds lengths and counts, the rest is
    look."""

    content: str = ""
    direction: str = ""
    title: str = ""
    style: str = ""
    palette: str = ""
    negative: str = ""
    cast: str = ""


_FILM = (
    r"(?:music video|film|video|movie|clip|short(?= film|\s*(?:about|in which|where|showing|for|[,.:;]|$))|animation|trailer|advert|commercial|sequence|montage|documentary"
    r""
    r"|película|vídeo|corto|cortometraje|animación|anuncio|kurzfilm|animationsfilm|werbespot|vidéo|court[- ]métrage"
    r"|dessin animé|publicité)s?"
)
_ABOUT = (
    r"(?:about|(?<!style )of|showing|shows?|depict(?:s|ing)|follow(?:s|ing)|featuring|in which|where|that shows|with|tells?"
    r"|sobre|acerca de|de|que muestra|en (?:el|la) que|über|von|der|das|in dem|mit|sur|qui montre|où|dans lequel)"
)
_WISH = (
    r"(?:please\s+|(?:can|could|would) you\s+)*(?:make|create|generate|produce|write|give me|shoot|i want|i need"
    r"|i'd like|i would like|we need|we want|let's make"
    r"|(?:por favor,?\s+)?(?:haz|hazme|crea|genera|produce|quiero)"
    r"|(?:bitte\s+)?(?:mach|mache|erstelle|erzeuge|produziere|drehe|ich möchte)"
    r"|fais|crée|génère|réalise|je veux|je voudrais|produis)\b"
)
_TAIL = rf"(?:\s?,?\s?(?:{NUMBERED.pattern})){{0,4}}"
_TAIL = re.sub(r"\((?!\?)", "(?:", _TAIL)
_ASKED_FILM = re.compile(
    rf"^(?P<wish>(?:{_WISH}\s+)?(?P<lead>(?:[^.:;,\n]|\d[.,]\d){{0,60}}?)\b(?P<film>{_FILM})\b{_TAIL})(?P<between>[^.:;\n]{{0,80}}?)"
    rf"(?:\s*,?\s*(?P<about>{_ABOUT})\s+|\s*:\s+)(?P<content>\S.+)$",
    re.IGNORECASE | re.DOTALL,
)
_STARTS_LIKE_A_FILM = re.compile(
    rf"^(?:{_WISH}|(?:an?|the|this|my|our|un|una|el|la|ein|eine|einen|der|une|le)\s+[^.,;]{{0,40}}?\b{_FILM}\b"
    rf"|(?:\w+ )?{_FILM}\b|(?:{NUMBERED.pattern})[^.,;]{{0,25}}?\b{_FILM}\b)",
    re.IGNORECASE,
)
_PORTRAIT = re.compile(
    r"^(?P<kind>(?:(?:an?|the|my|our) )?(?:[\w-]+ ){0,3})(?:look at|portrait of|study of|journey through|tour of|story (?:of|about)) ",
    re.IGNORECASE,
)
_FOR = re.compile(r"^\s*,?\s*(?:for|para|für|pour)\b", re.IGNORECASE)
_CHINESE_FILM = r"(?:影片|短片|视频|电影|动画片?|片子|短视频|纪录片|故事片|微电影|广告)"
_CHINESE_ASKED = re.compile(
    rf"^(?P<wish>(?:请|帮我|我想要?|我要)*(?:制作|做|拍摄|拍|生成|创作|创建|写|来)?(?:一[个部段支条])?[^，。：]{{0,16}}?"
    rf"(?:(?:关于|讲述)(?P<inside>[^，。]+?)的[^，。的]{{0,10}})?{_CHINESE_FILM})"
    r"[，,：:]?(?:(?:内容|主题)?(?:是|为)?(?:关于|讲述|讲的是|展示|描述|描绘))?(?P<content>.*)$",
    re.DOTALL,
)
_SHOW = re.compile(
    rf"^(?:(?:please\s+)?(?:show(?: me| us)?|imagine|picture this:|depict|visuali[sz]e|muestra|imagina|zeige?|stell dir vor|montre|imagine)[,:]?\s+"
    rf"|(?:the|this) {_FILM} (?:opens|begins|starts|ends|closes|finishes|shows|follows|depicts)(?: (?:on|with|in|as))?\s+"
    r"|we (?:see|open on|start with|follow|end on)\s+|(?:open|opening|fade in|close|end|ending) on\s+"
    r"|(?:finally,? )?we (?:cut|go) to\s+)(?=\S)",
    re.IGNORECASE,
)
_DIRECTION = re.compile(
    r"^(?:please\b|(?:use|keep|ensure|render|output|export|aim for|limit|target|add (?:music|sound|subtitles)"
    r"|make sure|make it|make the|maintain|apply)\b"
    rf"|(?:the |its? |total |overall |el |la |der |die |le )*(?:{_FILM}|length|duration|running time|runtime|aspect ratio|format"
    r"|resolution|soundtrack|music|narration|voice[- ]?over|audio|pacing|duración|länge|dauer|durée)\b[^.]{0,30}"
    r"(?:\b(?:is|are|should|must|will|needs?|lasts?|runs|dura|debe|soll|dauert|dure|doit)\b|:)"
    r"|(?:it|this) (?:should|must|needs to|has to)\b"
    r"|(?:hazlo|mantén|usa|debe|verwende|halte|behalte|es soll|der film soll|utilise|garde|le film doit)\b"
    r"|请|时长|总长|片长|画面比例|分辨率|配乐|音乐|旁白|保持|使用|全片|整体)",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"^(?:please )?(?:no|avoid|without|do not (?:use|show|include)|don't (?:use|show|include)|never show|sin|ohne|kein\w*"
    r"|sans|pas de|evita|vermeide|évite|不要有?(?:出现)?|避免(?:出现)?|没有|不出现)(?:\s+|(?<=[\u4e00-\u9fff]))(?P<what>[^.。!！]+)",
    re.IGNORECASE,
)
_SOUND = re.compile(
    r"dialog|diálogo|music|música|musik|musique|narrat|voice|sound|speech|对白|音乐|旁白|配音", re.IGNORECASE
)
_SOUND_ONLY = re.compile(
    r"(?:(?:no|natural|original|ambient|soft|only|with|just) )?(?:(?!he\b|she\b|it\b|they\b|the\b|an?\b)\w+ )?(?:sounds?|music|voice-?over|narration|audio"
    r"|dialogues?)(?: only)?|(?:音乐|对白|旁白|配音)",
    re.IGNORECASE,
)
_KEYED = re.compile(
    r"^\**(?P<key>title|título|titel|titre|标题|片名|(?:visual |art |overall )?style|look|mood|tone|atmosphere|estilo|stil|"
    r"aesthetic|风格|基调|氛围|(?:colou?r )?palette|colou?rs|paleta|farben|farbpalette|couleurs|色调|色彩|配色|"
    r"negative(?: prompt)?|avoid|characters?|cast|personajes?|figuren|personnages?|人物|角色|duration|length|format|"
    r"runtime|aspect(?: ratio)?|music|audio|genre|logline|duración|dauer|durée|时长)\**\s*[:：]\**\s*(?P<value>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_KEYS = (
    ("title", "title título titel titre 标题 片名"),
    ("style", "style look mood tone atmosphere aesthetic estilo stil genre 风格 基调 氛围"),
    ("palette", "palette color colour colors colours paleta farben farbpalette couleurs 色调 色彩 配色"),
    ("negative", "negative avoid"),
    ("cast", "character characters cast personaje personajes figuren personnage personnages 人物 角色"),
    ("content", "logline"),
)
_LEADING_VERB = re.compile(
    r"^(?:please |use |keep |make it |make the |apply |with |in |it should be |everything is |the film should be |请?使用|保持|采用)+"
    r"(?:an? |the )?",
    re.IGNORECASE,
)
_LIST_BREAK = re.compile(r"\s*[,，;；]\s*|\s+[|/]\s+")
_FILLER = re.compile(
    r"\b(?:long|lang|total|in|of|de|the|a|about|duration|length|should|last|exactly|left|max)\b|[\s.,:;~≈()\[\]-]",
    re.I,
)


def starts_keyed(line: str) -> bool:
    """Whether a line is "Style: ..." or another such entry."""
    return bool(_KEYED.match(line))


def starts_cast(line: str) -> bool:
    """Whether a line is "Characters: ..."."""
    keyed = _KEYED.match(line)
    return bool(keyed and keyed["key"].lower().split()[0] in dict(_KEYS)["cast"].split())


def remark(sentence: str, lexicon: Lexicon, opening: bool = False) -> Remark:
    """What one sentence says; its `content` leaves out the words that only ask for a film.

    The `opening` sentence of a prompt asks for a film in more ways: "A look at a tree", "The story of a fox".
    """
    keyed = _KEYED.match(sentence)
    if len(sentence) > LONGEST_SENTENCE and not keyed:
        return Remark(content=sentence)
    if keyed:
        return _keyed(keyed["key"].lower(), keyed["value"].strip().strip("*"), sentence, lexicon)
    negative = _NEGATIVE.match(sentence)
    if negative and len(negative["what"]) < 80:
        return Remark(negative=_avoided(_LIST_BREAK.split(sentence)), direction=sentence)
    asked = _asked(_PORTRAIT.sub(r"\g<kind>film about ", sentence) if opening else sentence, lexicon)
    if asked:
        return asked
    listed = _listed(sentence, lexicon)
    if listed is not None:
        return listed
    if _DIRECTION.match(sentence):
        style = _plain(_LEADING_VERB.sub("", sentence)) if is_style(sentence, lexicon) else ""
        return _looks(style, sentence)
    if is_style(sentence, lexicon):
        return _looks(_plain(unnumbered(sentence)), sentence)
    return _told(sentence, lexicon)


def _told(sentence: str, lexicon: Lexicon) -> Remark:
    """A sentence to be filmed; what it says at its end about style is taken out."""
    content = _capital(_SHOW.sub("", sentence))
    parts = _LIST_BREAK.split(content)
    kept = len(parts)
    while kept > 1 and _classified(parts[kept - 1], lexicon) is not None:
        kept -= 1
    if kept == len(parts):
        return Remark(content=content)
    end = content.find(parts[kept], len(", ".join(parts[:kept])) - 2)
    rest = _listed(content[end:], lexicon) or Remark()
    return Remark(content[:end].rstrip(" ,，;；"), rest.direction, "", rest.style, rest.palette, rest.negative)


def _listed(sentence: str, lexicon: Lexicon) -> Remark | None:
    """A list of nothing but lengths, formats, styles and things to avoid: "15s, 9:16, high contrast, no
    text"."""
    parts = [part for part in _LIST_BREAK.split(sentence.rstrip(" .:。：")) if part.strip()]
    kinds = [_classified(part, lexicon) for part in parts]
    if not parts or any(kind is None for kind in kinds):
        return None
    found = {
        kind: [part for part, own in zip(parts, kinds, strict=True) if own == kind]
        for kind in ("style", "negative", "number")
    }
    style = ", ".join(
        plain for part in found["style"] if (plain := _plain(_LEADING_VERB.sub("", unnumbered(part))))
    )
    return _looks(style, sentence, _avoided(found["negative"]))


def _classified(part: str, lexicon: Lexicon) -> str | None:
    """`number`, `style`, `negative` or `sound` for a piece of a list that is not filmed; None if it is
    filmed."""
    part = part.strip()
    bare = _FILLER.sub("", unnumbered(part))
    if not re.search(r"\w", bare):
        return "number"
    if _NEGATIVE.match(part) and len(part) < 80:
        return "negative"
    if lexicon.living.first(part) is not None:
        return None
    if _SOUND_ONLY.fullmatch(part):
        return "sound"
    if is_style(part, lexicon) and len(part.split()) <= 8:
        return "style"
    return "style" if _only_light(part, lexicon) else None


def _only_light(part: str, lexicon: Lexicon) -> bool:
    """Whether it only tells the time of day and the weather: "rainy night"."""
    for vocabulary in (lexicon.weather, lexicon.seasons, lexicon.times):
        for mention in reversed(list(vocabulary.mentions(part))):
            part = part[: mention.start] + part[mention.end :]
    return not re.search(r"\w", part)


def _asked(sentence: str, lexicon: Lexicon) -> Remark | None:
    if _STARTS_LIKE_A_FILM.match(sentence):
        asked = _ASKED_FILM.match(sentence)
        title = quoted_name(sentence)
        if asked and (asked["about"] is None or not _FOR.match(asked["between"])):
            if _listed(asked["content"], lexicon) is not None:
                return Remark(direction=sentence, title=title, style=style_of_kind(sentence))
            content = _nominative(_capital(re.sub(r"^(?:is|:)\s+", "", asked["content"]).strip()))
            told = _told(content, lexicon)
            kind = style_of_kind(f"{asked['lead']} {asked['film']}")
            return Remark(
                told.content, f"{asked['wish']} {told.direction}", title, _both(kind, told.style), told.palette, told.negative
            )  # fmt: skip
        if re.search(rf"\b{_FILM}\b", sentence, re.IGNORECASE) and (
            asked or lexicon.living.first(sentence) is None
        ):
            return Remark(
                direction=sentence, title=title, style=_named_style(sentence) or style_of_kind(sentence)
            )
        return None
    chinese = _CHINESE_ASKED.match(sentence)
    if chinese:
        content = ((chinese["inside"] or "") + (chinese["content"] or "")).strip("，。：: ")
        return Remark(
            re.sub(r"的故事$", "", content),
            chinese["wish"],
            style=style_of_kind(chinese["wish"].replace("约", " ")),
        )
    return None


def _named_style(sentence: str) -> str:
    """The style that a bare wish names: "A short film in watercolour"."""
    named = re.search(
        rf"\b{_FILM}\b[,:]?\s+(?:shot\s+)?(?:in|with|en|im|als)\s+(?P<style>[^.]+)$", sentence, re.IGNORECASE
    )
    return _plain(unnumbered(named["style"])) if named and re.search(r"[^\W\d_]{4}", named["style"]) else ""


def _nominative(content: str) -> str:
    """German asks for a film "über einen Roboter"; what is filmed is "ein Roboter"."""
    content = re.sub(r"^Einen ([a-zäöüß]+)en\b", r"Ein \1er", content)
    return re.sub(r"^Einen\b", "Ein", re.sub(r"^Den\b", "Der", content))


def _keyed(key: str, value: str, sentence: str, lexicon: Lexicon) -> Remark:
    for kind, keys in _KEYS:
        if key.rsplit(maxsplit=1)[-1] in keys.split() or key.split(maxsplit=1)[0] in keys.split():
            if kind == "style":
                listed = _listed(value, lexicon)
                return listed if listed and listed.style else Remark(style=_plain(value), direction=sentence)
            return Remark(**{kind: value if kind in ("content", "title") else _plain(value)}, direction="")
    return Remark(direction=sentence)


def _looks(style: str, direction: str, negative: str = "") -> Remark:
    if style and is_palette(style):
        return Remark(direction=direction, palette=style, negative=negative)
    return Remark(direction=direction, style=style, negative=negative)


def _avoided(parts: list[str]) -> str:
    """What "No people, no text" asks to leave out; sound is left out anyway."""
    named = ((match["what"] if (match := _NEGATIVE.match(part.strip())) else part) for part in parts)
    return ", ".join(_plain(what) for what in named if not _SOUND.search(what))


def _both(one: str, other: str) -> str:
    return ", ".join(part for part in (one, other) if part)


def _plain(text: str) -> str:
    return text.strip().strip(",，").rstrip(".。!！:：").strip()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
