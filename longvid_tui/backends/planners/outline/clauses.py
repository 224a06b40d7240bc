"""Cuts a sentence into consecutive actions that can each be a moment of film."""

from __future__ import annotations

import re
from dataclasses import dataclass

from longvid_tui.backends.lexicon import Lexicon, tongue_of
from longvid_tui.project.tongues import CJK, Tongue

_SIGN = re.compile(CJK)
_THEN = re.compile(
    r";\s+|\s+[—–]\s+|\s-\s|,?\s+(?:and\s+)?then\s+|,\s+while\s+|,\s+until\s+|,\s+(?:y\s+)?(?:luego|después|entonces)\s+"
    r"|,?\s+(?:und\s+)?(?:dann|danach)\s+|,\s+(?:et\s+)?(?:puis|ensuite)\s+|\s+(?:y luego|und dann|et puis)\s+"
)
_CHINESE_THEN = re.compile(r"[，；](?:然后|接着|随后|最后)?")
_SHORT_CJK = 4
"""A Chinese clause of fewer characters is joined to the one before: it is too little for a moment of film."""

_WHEN = re.compile(r"(?:的时候|时|之后|以后|后|之前|以前|前)$|^[\u3400-\u9fff]{1,4}$")
_LISTED = re.compile(r",\s+(?:and\s+|y\s+|und\s+|et\s+)?|:\s+")
_DETERMINED_ITEM = re.compile(
    r"(?:an?|the|one|two|three|his|her|their|un|una|el|la|los|las|ein|eine|der|die|das|une|le|les|des)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Grammar:
    """How to find the verbs of a language without a dictionary: by their endings and what follows them."""

    linked: re.Pattern[str]
    acting: re.Pattern[str]
    subject: re.Pattern[str]


def _grammar(
    verb: str, after: str, link: str, determiners: str, pronouns: str, participle: str = "(?!)"
) -> _Grammar:
    going = rf"(?:{participle})\b(?= (?:{after})\b)"
    acting = rf"(?:(?:{verb})\b(?= (?:{after})\b|[.,;]|$)|{going})"
    linked = rf",\s+(?:(?:{link})\s+)?(?={acting})|\s+(?:{link})\s+(?={acting})"
    subject = (
        rf"^(?P<subject>(?:{determiners})(?: (?!(?:{link})\b)[\w'’-]+){{1,7}}?|{pronouns}|(?!(?:{determiners})\b)[A-ZÀ-Þ][\w'’-]+) "
        rf"(?:who |that |which |que |qui )?(?=(?:{verb})\b|{going})"
    )
    return _Grammar(re.compile(linked), re.compile(acting), re.compile(subject))


_NOT_ENGLISH_VERBS = r"(?!(?:his|its|this|was|has|is|as|us|always|perhaps|across|towards|besides|red|need|bed|hundred|less|glass|dress|grass)\b)"
_ENGLISH_VERB = (
    r"(?:slowly |quietly |gently |suddenly |finally |carefully |softly |never |just )?"
    rf"{_NOT_ENGLISH_VERBS}(?:[a-z]{{2,}}(?:s|ed)"
    r"|ran|took|went|fell|saw|found|came|began|woke|rose|sat|stood|lay|held|left|made|met|put|read|rode|sang|shook|shone|slept"
    r"|swam|threw|wrote|flew|drove|drew|caught|brought|built|broke|blew|bent|kept|led|lit|lost|felt)"
)
_GRAMMARS: dict[Tongue, _Grammar] = {
    "en": _grammar(
        verb=_ENGLISH_VERB,
        participle=r"(?:slowly |quietly |gently )?[a-z]{2,}ing",
        after="the|an?|his|her|its|their|one|two|three|off|up|down|into|in|to|at|out|away|back|over|under|through|towards?"
        "|across|on|onto|by|past|along|for|from|around|above|beside|behind|as|slowly|softly|them|him|it|with|and",
        link="and|but",
        determiners="The|An?|One|Two|Three|His|Her|Their|Its|My|Our|Old|Young|Little|Then the|Finally the",
        pronouns="Children|People|He|She|It|They",
    ),
    "es": _grammar(
        verb=r"(?!(?:de|que|para|una?|la|le|se|entre|sobre|desde|donde)\b)[a-zñáéíóú]{2,}(?:a|e|ó|an|en|aron|ieron)",
        after="un|una|el|la|los|las|en|por|a|al|su|sus|con|hacia|de|del|entre|sobre|bajo|desde|como",
        link="y|pero",
        determiners="El|La|Los|Las|Un|Una|Su|Sus|Dos|Tres",
        pronouns="Él|Ella|Ellos|Ellas",
    ),
    "de": _grammar(
        verb=r"(?!(?:mit|nicht|jetzt|alt|weit|statt|seit)\b)[a-zäöüß]{2,}(?:t|te|ten)",
        after="den|die|das|dem|der|ein|eine|einen|einem|einer|in|im|ins|auf|zu|zum|zur|mit|nach|über|durch|sich|aus|an|am|vor|um",
        link="und|aber",
        determiners="Der|Die|Das|Ein|Eine|Sein|Ihr|Zwei|Drei",
        pronouns="Er|Sie|Es",
    ),
    "fr": _grammar(
        verb=r"(?!(?:de|une|elle|et|est|comme|grande?|petite?|toute?|devant|avant|pendant|durant|souvent|maintenant|quand|tout|entre|autre|notre)\b)[a-zàâçéèêëîïôûù]{2,}(?:e|t|d|ent)",
        after="le|la|les|un|une|des|dans|sur|à|au|aux|vers|par|sa|son|ses|en|du|de|sous",
        link="et|mais",
        determiners="Le|La|Les|Un|Une|Son|Sa|Deux|Trois",
        pronouns="Il|Elle|Ils|Elles",
    ),
}  # fmt: skip


def clauses(sentence: str, lexicon: Lexicon) -> list[str]:
    """The consecutive actions of a sentence, each with its subject; the sentence itself if it has only one."""
    if _SIGN.search(sentence):
        return _chinese(sentence, lexicon)
    tongue = tongue_of(sentence) or "en"
    found: list[str] = []
    subject = ""
    for part in (part.strip(" ,.") for part in _THEN.split(sentence) if part and part.strip(" ,.")):
        acts, subject = _acts(part, _GRAMMARS[tongue], subject, drops=tongue == "es")
        found += acts
    if any(len(part.split()) < 2 for part in found):
        return [sentence]
    return [_capital(part) for part in found] if len(found) > 1 else _items(sentence)


def _acts(part: str, grammar: _Grammar, before: str, drops: bool) -> tuple[list[str], str]:
    """The actions of one main clause, each with its subject, and that subject; `before` is it if none is
    named."""
    acts = [act.strip(" ,.") for act in grammar.linked.split(part) if act and act.strip(" ,.")]
    match = grammar.subject.match(_capital(part))
    subject = match["subject"] if match else ""
    named = subject or before
    if not named and not drops and any(grammar.acting.match(act) for act in acts[1:]):
        return [part], ""
    spoken = [f"{named} {act}".strip() if grammar.acting.match(act) else act for act in acts]
    return [acts[0] if subject else spoken[0], *spoken[1:]], named


def _items(sentence: str) -> list[str]:
    """A list of things without a verb: "dust, a broken clock, and the quiet that comes after"."""
    parts = [part.strip(" ,.") for part in _LISTED.split(sentence) if part.strip(" ,.")]
    listed = len(parts) > 2 and all(_DETERMINED_ITEM.match(part) for part in parts[1:])
    if not listed or any(len(part.split()) < 2 for part in parts):
        return [sentence]
    return [_capital(part) for part in parts]


def _chinese(sentence: str, lexicon: Lexicon) -> list[str]:
    joined: list[str] = []
    for part in (part.strip(" ，。、") for part in _CHINESE_THEN.split(sentence) if part.strip(" ，。、")):
        if joined and (len(part) < _SHORT_CJK or len(joined[-1]) < _SHORT_CJK or _WHEN.search(joined[-1])):
            joined[-1] = f"{joined[-1]}，{part}"
        else:
            joined.append(part)
    named = lexicon.living.first(joined[0]) if joined else None
    if named is None:
        return joined
    subject = joined[0][named.start : named.end]
    return [
        joined[0],
        *(
            part if lexicon.living.first(part) or part[0] in "他她它" else f"{subject}{part}"
            for part in joined[1:]
        ),
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
