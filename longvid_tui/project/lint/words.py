"""Rules about the words of prompts: what five seconds can hold, and what a model can understand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from longvid_tui.project.lint.finding import Finding, error, note, spoken_length, warning
from longvid_tui.project.model import Plan, Segment, Wanted
from longvid_tui.project.tongues import LANGUAGES, other_language, script_of

LONG_MOTION = 120
"""Words of a motion prompt. 40 to 80 work best; Wan cuts silently at 512 tokens, style included."""

LONG_STILL = 200
"""Words of a keyframe prompt; what comes later is lost on image models."""

ACTIONS_IN_A_SEGMENT = 3
"""How many actions fit into 81 frames (5 seconds) before movement turns into morphing."""

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|[;；]")
_CAMERA = re.compile(r"\b(?:camera|cámara|kamera|caméra|shot|lens|view)\b|镜头|カメラ", re.IGNORECASE)
_NEXT_ACTION = re.compile(
    r"\b(?:then|after that|afterwards|finally|luego|después|entonces|dann|danach|puis|ensuite)\b"
    r"|(?:,| and) [a-z]+s (?=(?:the|an?|his|her|its|their|off|up|down|into|to|at|out|away|back|over)\b)"
    r"|然后|接着|随后|それから",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"\b(?:(?:smash|jump|match|hard|quick)[ -]cuts?\b(?! (?:the|an?|his|her|its|their|through|into|across|off)\b)"
    r"|cut(?:s|ting)? to\b(?! (?:pieces|size|shape|length|fit|ribbons|shreds|the (?:bone|quick|left|right))\b)"
    r"|(?:cutaway|crossfades?|next shot|scene change|fade to white|fades? (?:in)?to (?:black|the next|another)"
    r"|dissolve (?:in)?to|(?:scene|picture|image|shot|screen|frame|room|street|view|everything) dissolves (?:in)?to"
    r"|montage (?:of|showing|sequence|von|de)|corte a|fundido a|schnitt auf|überblendung|coupe sur|fondu enchaîné)\b"
    r"|montage ?(?:[:.]|$))"
    r"|切到|切至|切换(?:到|至|镜头|画面|场景)|(?:镜头|画面|场景)切换|转场|镜头切|蒙太奇",
    re.IGNORECASE,
)
_TIME_JUMP = re.compile(
    r"\b(?:(?:hour|day|week|month|year)s? later|the next (?:day|morning|night|evening|year)"
    r"|(?:hora|día|año)s después|(?:stunden|tage|jahre) später|(?:heures|jours|années) plus tard)\b"
    r"|[时天年月周](?:以后|之后|后)|第二天",
    re.IGNORECASE,
)
_OWN_LENGTH = re.compile(
    r"\b(?:for|lasts?|during|für|dauert|durante|dura|pendant|dure) (?P<own>\d+(?:\.\d+)?)"
    r"[ -]?(?:s|secs?|seconds?|sekunden|segundos|secondes)\b|(?:持续|长达)\s?(?P<zh>\d+)\s?秒",
    re.IGNORECASE,
)
_SPEECH = re.compile(r"[\"“„»«「『][^\"”“«»」』]{8,}[\"”“»«」』]")
_SPEAKS = re.compile(
    r"\b(?:speak(?:s|ing)|talk(?:s|ing)|(?<!sign )say(?:s|ing)|tell(?:s|ing)|whisper(?:s|ing)|shout(?:s|ing)|murmur(?:s|ing)"
    r"|answers (?:her|him|them|the|his)|explain(?:s|ing)|argu(?:es|ing)|in conversation|convers(?:es|ing)"
    r"|hablan?|hablando|dicen|susurran?|gritan?|conversan?"
    r"|spricht|sprechen|sprechend|redet|reden|sagt|sagen|flüstert|flüstern|erzählt"
    r"|parle(?:nt)?|parlant|dit|disent|chuchotent?|murmurent?)\b"
    r"|说话|说道|说着|交谈|对话|低语|讲述|谈话|聊天|喊道|问道|答道",
    re.IGNORECASE,
)
"""Words that say that somebody is seen speaking, in the languages that plans are written in."""
_NAME = r"[A-Z][a-zà-ÿ]+"
_PLACED = "".join(
    f"(?<!\\b{word} )" for word in ("in", "at", "of", "to", "from", "near", "over", "across", "through")
)
_ACTING_NAME = re.compile(rf"(?<=[\w,;:] ){_PLACED}({_NAME})(?= (?:[a-z]+(?:s|ed)\b|and [A-Z])|['’]s\b)")
"""Names within a sentence, where a capital marks one; after a preposition of _PLACED it is a place's."""
_LIVING_NAME = re.compile(
    rf"(?:^|(?<=[.!?…\n] ))({_NAME})(?=,? (?:look|smile|walk|laugh|nod|kneel|sit|whisper|shout|grin|frown|ride|step|pick|take"
    r"|give|put|pull|watch|stare|glance|listen|sleep|wake|cr(?:y|ie)|weep|hug|kisse|greet|eat|drink|dance|sigh|wear|hurr(?:y|ie)"
    r"|hesitate|remember|search|raise|grab|clutche)(?:s|d|ed)\b)",
    re.MULTILINE,
)
"""Names at the start of a sentence, where every word has a capital: only those that act like living beings."""
_NO_NAMES = frozenset(
    re.findall(
        r"\w+",
        "a an the his her its their he she it they we you i this that these those one two three four five six "
        "and but then as when while there here what who where everything nothing everyone nobody "
        "rain snow fog mist wind water light lights smoke fire waves dawn night morning darkness silence music",
    )
)
_WAYS = {
    "right": re.compile(
        r"left to right|links nach rechts|izquierda a derecha|gauche à droite|从?左[到向往至]右", re.IGNORECASE
    ),
    "left": re.compile(
        r"right to left|rechts nach links|derecha a izquierda|droite à gauche|从?右[到向往至]左", re.IGNORECASE
    ),
}


def lengths(plan: Plan) -> Iterator[Finding]:
    for keyframe in plan.keyframes:
        if not keyframe.prompt.strip() and not keyframe.picture:
            yield error(keyframe.id, "empty", "It has no words and no picture: describe what it shows.")
        elif (length := spoken_length(keyframe.prompt)) > LONG_STILL:
            sentence = f"{length} words are more than a picture can show: keep what is visible."
            yield warning(keyframe.id, "long", sentence)
    for segment in plan.segments:
        words = segment.prompt.strip() or segment.prompt_zh.strip()
        if not words:
            yield error(segment.id, "empty", "It does not say what happens: describe the movement.")
        elif (length := spoken_length(words)) > LONG_MOTION:
            sentence = f"{length} words are more than five seconds can hold: 40 to 80 work best."
            yield warning(segment.id, "long", sentence)


def one_movement(plan: Plan) -> Iterator[Finding]:
    for segment in plan.segments:
        if (happening := _actions(segment.prompt)) > ACTIONS_IN_A_SEGMENT:
            sentence = f"About {happening} things happen in five seconds: spread them over more segments."
            yield warning(segment.id, "actions", sentence)
        if cut := _CUT.search(segment.prompt):
            sentence = f"“{cut[0]}” asks for a cut inside one clip: start a new segment there."
            yield warning(segment.id, "cut", sentence)
        yield from _time(segment)


def speech(plan: Plan, wanted: Wanted) -> Iterator[Finding]:
    """Nobody speaks if no dialogue is wanted, somebody does if it is, and words in quotation marks are never
    heard."""
    quoting = [segment for segment in plan.segments if _quotes(segment.prompt)]
    speaking = [segment for segment in plan.segments if segment in quoting or _SPEAKS.search(_told(segment))]
    if wanted.dialogue is False:
        sentence = "Somebody speaks, and no dialogue was asked for: let faces and gestures say it."
        yield from (warning(segment.id, "speech", sentence) for segment in speaking)
        return
    sentence = "The film is silent, and quoted words may be painted: describe faces and gestures instead."
    yield from (note(segment.id, "speech", sentence) for segment in quoting)
    if wanted.dialogue and plan.segments and not speaking:
        sentence = (
            "Dialogue was asked for, and nobody is seen speaking: say in a segment's words who speaks to whom."
        )
        yield warning("plan", "speech", sentence)


def _quotes(words: str) -> bool:
    return any(not found[0].isupper() for found in _SPEECH.finditer(words))  # capitals are a sign


def _told(segment: Segment) -> str:
    return f"{segment.prompt} {segment.prompt_zh}"


def told_in(plan: Plan, wanted: Wanted) -> Iterator[Finding]:
    """Title and scenes are in the language that the person wants."""
    if wanted.language is None:
        return
    read = ". ".join(dict.fromkeys([plan.title, *(segment.scene for segment in plan.segments)]))
    if other := other_language(read, wanted.language):
        asked = LANGUAGES[wanted.language][0]
        sentence = f"Title and scenes are {other}, and {asked} was asked for: a planner with a model (openai) writes in it."
        yield warning("plan", "language", sentence)


def _actions(words: str) -> int:
    sentences = [part for part in _SENTENCE_END.split(words) if spoken_length(part) > 1]
    happening = [part for part in sentences if not (_CAMERA.search(part) and spoken_length(part) < 9)]
    return sum(1 + len(_NEXT_ACTION.findall(part)) for part in happening)


def _time(segment: Segment) -> Iterator[Finding]:
    words = segment.prompt
    jump = _TIME_JUMP.search(words)
    if jump and spoken_length(words[: jump.start()]) > 4:  # at its start it only says when the clip plays
        sentence = f"“{jump[0]}” is a jump in time inside five seconds: start a new segment there."
        yield warning(segment.id, "time", sentence)
    own = _OWN_LENGTH.search(words)
    if own and float(own["own"] or own["zh"]) > 5.1:
        sentence = f"“{own[0]}” is longer than the five seconds of a segment: use several."
        yield warning(segment.id, "time", sentence)


def monotony(plan: Plan) -> Iterator[Finding]:
    for before, after in pairwise(plan.segments):
        if before.prompt.strip() and before.prompt.strip() == after.prompt.strip():
            sentence = f"It asks for the same movement as {before.id}: vary the action or the camera."
            yield warning(after.id, "monotony", sentence)


def names_without_features(plan: Plan) -> Iterator[Finding]:
    """A name that acts in several prompts is described in the look."""
    prompts = _prompts(plan)
    text = "\n".join(prompts.values())
    if _capitalises_nouns(text):
        return
    described = {part for one in plan.look.characters for part in re.split(r"[-_ ]", one.id.lower())}
    not_names = described | _NO_NAMES | set(re.findall(r"\b[a-z]+\b", text))
    seen: dict[str, list[str]] = {}
    for target, prompt in prompts.items():
        for name in {*_ACTING_NAME.findall(prompt), *_LIVING_NAME.findall(prompt)}:
            if name.lower() not in not_names:
                seen.setdefault(name, []).append(target)
    for name, targets in seen.items():
        sentence = f"No model knows who {name} is: describe {name} once in look.characters."
        yield from (warning(target, "name", sentence) for target in targets if len(targets) > 1)


def _capitalises_nouns(text: str) -> bool:
    """Whether the text is in a language (German) in which a capital does not mark a name."""
    inner: list[str] = re.findall(r"(?<=[a-zß,] )[A-Za-zÄÖÜäöü]{4,}", text)
    return sum(word[0].isupper() for word in inner) > 0.2 * len(inner) + 3


def axis(plan: Plan) -> Iterator[Finding]:
    """The 180-degree rule: what moves to the right before a cut still does so after it."""
    for (before, after), cut in zip(pairwise(plan.segments), plan.cuts()[1:], strict=True):
        was, now = _way(before.prompt), _way(after.prompt)
        if cut and was and now and was != now:
            sentence = f"It moves to the {now} right after {before.id} moved to the {was}: that looks like turning back."
            yield note(after.id, "axis", sentence)


def _way(words: str) -> str:
    return next((way for way, pattern in _WAYS.items() if pattern.search(words)), "")


def language(plan: Plan) -> Iterator[Finding]:
    scripts = {target: script_of(prompt) for target, prompt in _prompts(plan).items()}
    told = Counter(script for script in scripts.values() if script)
    usual = told.most_common(1)[0][0] if told else ""
    for target, script in scripts.items():
        if script and script != usual:
            sentence = f"Its words are {script}, most others {usual}: models follow one language better."
            yield warning(target, "language", sentence)


def _prompts(plan: Plan) -> dict[str, str]:
    stills = {keyframe.id: keyframe.prompt for keyframe in plan.keyframes}
    return stills | {segment.id: segment.prompt for segment in plan.segments}
