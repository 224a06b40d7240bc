"""The few words the outline adds of its own, in the language of the prompt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from longvid_tui.backends.lexicon import tongue_of
from longvid_tui.project.tongues import Tongue

Move = Literal["in", "out", "follow", "right", "left", "up", "drift"]
Framing = Literal["wide", "medium", "close", "low", "long", "side"]


@dataclass(frozen=True)
class Phrases:
    """The words of one language; empty if it is not known.

    `phases`: from the start of an action to its end. `views`: around a thing that does not act, and `lights`
    through its day. `ending`: a still after the action. `speaking`: instead of what cannot be heard.
    """

    phases: tuple[str, ...]
    views: tuple[str, ...]
    lights: tuple[str, ...]
    ending: str
    moves: Mapping[Move, str]
    framings: Mapping[Framing, str]
    speaking: tuple[str, ...]
    style: str
    negative: str
    comma: str = ", "
    space: str = " "
    full_stop: str = "."


_ENGLISH = Phrases(
    phases=(
        "just beginning",
        "a moment later",
        "well under way",
        "halfway through",
        "almost done",
        "in its last moment",
    ),
    views=(
        "far away and small in a wide frame",
        "nearer now, seen from the front",
        "a detail of it filling the frame",
        "from below, against the sky",
        "from the side, half in shadow",
        "seen through something close to the lens",
        "from above, in its surroundings",
        "in a changed, softer light",
    ),
    lights=(
        "at first light",
        "in clear morning sun",
        "at noon, with hard shadows",
        "under passing clouds",
        "in golden evening light",
        "at dusk",
        "at night, lit by lamps",
        "under the moon",
    ),
    ending="a few moments later, coming to rest",
    moves={
        "in": "The camera slowly pushes in.",
        "out": "The camera slowly pulls back.",
        "follow": "The camera tracks along, following the movement.",
        "right": "The camera pans right.",
        "left": "The camera pans left.",
        "up": "The camera tilts up.",
        "drift": "The camera drifts gently.",
    },
    framings={
        "wide": "wide shot",
        "medium": "medium shot",
        "close": "close-up",
        "low": "low angle",
        "long": "long shot",
        "side": "seen from the side",
    },
    speaking=(
        "speaks, face and hands moving",
        "talks, leaning forward a little",
        "says something, eyes lowered",
    ),
    style="Cinematic, natural light, fine detail, the same faces, clothes and colours throughout",
    negative="text, captions, watermark, logo, flicker, distorted hands",
)
_CHINESE = Phrases(
    phases=("刚刚开始", "片刻之后", "正在进行", "进行到一半", "接近完成", "最后一刻"),
    views=(
        "远远望去，在宽阔的画面中显得很小",
        "更近一些，正面",
        "局部细节充满画面",
        "从下往上看，背景是天空",
        "侧面，一半在阴影里",
        "隔着前景看去",
        "从上方俯视，连同周围环境",
        "光线变得更加柔和",
    ),
    lights=(
        "黎明时分",
        "清晨阳光下",
        "正午，影子很短",
        "云影掠过",
        "金色的夕照中",
        "黄昏",
        "夜里，灯光之下",
        "月光下",
    ),
    ending="片刻之后，渐渐平静下来",
    moves={
        "in": "镜头缓缓推进。",
        "out": "镜头缓缓拉远。",
        "follow": "镜头跟随动作移动。",
        "right": "镜头向右移动。",
        "left": "镜头向左移动。",
        "up": "镜头向上摇。",
        "drift": "手持镜头轻轻晃动。",
    },
    framings={
        "wide": "远景",
        "medium": "中景",
        "close": "特写",
        "low": "仰拍",
        "long": "全景",
        "side": "侧面视角",
    },
    speaking=("开口说话，表情和手势生动", "身体微微前倾，说着话", "低着头，轻声说话"),
    style="电影感画面，自然光，细节丰富，人物、服装和色彩始终一致",
    negative="文字，字幕，水印，标志，闪烁，变形的手",
    comma="，",
    space="",
    full_stop="。",
)
_SPANISH = Phrases(
    phases=(
        "justo al empezar",
        "un momento después",
        "en plena acción",
        "a mitad de camino",
        "casi al final",
        "en el último instante",
    ),
    views=(
        "a lo lejos, pequeño en un encuadre amplio",
        "más cerca, de frente",
        "un detalle que llena el encuadre",
        "desde abajo, contra el cielo",
        "de lado, medio en sombra",
        "visto a través de algo cercano",
        "desde arriba, en su entorno",
        "con una luz distinta, más suave",
    ),
    lights=(
        "con la primera luz",
        "bajo el sol de la mañana",
        "a mediodía, con sombras duras",
        "bajo nubes que pasan",
        "con la luz dorada de la tarde",
        "al anochecer",
        "de noche, a la luz de las lámparas",
        "bajo la luna",
    ),
    ending="unos instantes después, todo se calma",
    moves={
        "in": "La cámara se acerca despacio.",
        "out": "La cámara se aleja despacio.",
        "follow": "La cámara sigue el movimiento.",
        "right": "La cámara gira hacia la derecha.",
        "left": "La cámara gira hacia la izquierda.",
        "up": "La cámara sube hacia arriba.",
        "drift": "La cámara flota con suavidad, cámara en mano.",
    },
    framings={
        "wide": "plano general",
        "medium": "plano medio",
        "close": "primer plano",
        "low": "contrapicado",
        "long": "plano largo",
        "side": "visto de lado",
    },
    speaking=("habla, con gestos vivos", "dice algo, inclinándose un poco", "conversa, bajando la mirada"),
    style="Cinematográfico, luz natural, gran detalle, las mismas caras, ropas y colores en todo momento",
    negative="texto, subtítulos, marca de agua, logotipo, parpadeo, manos deformes",
)
_GERMAN = Phrases(
    phases=(
        "ganz am Anfang",
        "einen Augenblick später",
        "mitten im Gange",
        "auf halbem Weg",
        "fast vollendet",
        "im letzten Augenblick",
    ),
    views=(
        "in der Ferne, klein im weiten Bild",
        "näher, von vorn gesehen",
        "ein Detail, das das Bild füllt",
        "von unten, vor dem Himmel",
        "von der Seite, halb im Schatten",
        "durch etwas Nahes hindurch gesehen",
        "von oben, in seiner Umgebung",
        "in verändertem, weicherem Licht",
    ),
    lights=(
        "im ersten Licht",
        "in klarer Morgensonne",
        "am Mittag, mit harten Schatten",
        "unter ziehenden Wolken",
        "im goldenen Abendlicht",
        "in der Dämmerung",
        "nachts, im Lampenlicht",
        "unter dem Mond",
    ),
    ending="einige Augenblicke später, es kehrt Ruhe ein",
    moves={
        "in": "Die Kamera fährt langsam heran.",
        "out": "Die Kamera fährt langsam zurück.",
        "follow": "Die Kamera folgt der Bewegung.",
        "right": "Die Kamera schwenkt nach rechts.",
        "left": "Die Kamera schwenkt nach links.",
        "up": "Die Kamera schwenkt nach oben.",
        "drift": "Die Handkamera bewegt sich sanft.",
    },
    framings={
        "wide": "Totale",
        "medium": "Halbnahe",
        "close": "Nahaufnahme",
        "low": "Froschperspektive",
        "long": "weite Einstellung",
        "side": "von der Seite gesehen",
    },
    speaking=(
        "spricht, mit lebhaften Gesten",
        "sagt etwas, leicht vorgebeugt",
        "redet, den Blick gesenkt",
    ),
    style="Filmisch, natürliches Licht, feine Details, durchgehend dieselben Gesichter, Kleider und Farben",
    negative="Text, Untertitel, Wasserzeichen, Logo, Flackern, verformte Hände",
)
_FRENCH = Phrases(
    phases=(
        "tout au début",
        "un instant plus tard",
        "en pleine action",
        "à mi-chemin",
        "presque à la fin",
        "au dernier instant",
    ),
    views=(
        "au loin, tout petit dans un cadre large",
        "plus près, de face",
        "un détail qui remplit le cadre",
        "d'en bas, contre le ciel",
        "de côté, à moitié dans l'ombre",
        "vu à travers quelque chose de proche",
        "d'en haut, dans son décor",
        "dans une lumière changée, plus douce",
    ),
    lights=(
        "aux premières lueurs",
        "sous le soleil du matin",
        "à midi, avec des ombres dures",
        "sous des nuages qui passent",
        "dans la lumière dorée du soir",
        "au crépuscule",
        "de nuit, à la lueur des lampes",
        "sous la lune",
    ),
    ending="quelques instants plus tard, tout s'apaise",
    moves={
        "in": "La caméra s'approche lentement.",
        "out": "La caméra recule lentement.",
        "follow": "La caméra suit le mouvement.",
        "right": "La caméra tourne vers la droite.",
        "left": "La caméra tourne vers la gauche.",
        "up": "La caméra bascule vers le haut.",
        "drift": "La caméra flotte en douceur, à l'épaule.",
    },
    framings={
        "wide": "plan large",
        "medium": "plan moyen",
        "close": "gros plan",
        "low": "contre-plongée",
        "long": "plan d'ensemble",
        "side": "vu de côté",
    },
    speaking=(
        "parle, avec des gestes vifs",
        "dit quelque chose, un peu penché",
        "converse, les yeux baissés",
    ),
    style="Cinématographique, lumière naturelle, détails fins, mêmes visages, vêtements et couleurs partout",
    negative="texte, sous-titres, filigrane, logo, scintillement, mains déformées",
)
_SPEECHLESS = Phrases(
    phases=(),
    views=(),
    lights=(),
    ending="…",
    moves={},
    framings={},
    speaking=("…",),
    style=_ENGLISH.style,
    negative=_ENGLISH.negative,
)
"""For all other languages: no words are better than words of another language."""

_SPEECHLESS_EAST_ASIAN = replace(_SPEECHLESS, comma="、", space="", full_stop="。")

_TABLES: Mapping[Tongue, Phrases] = {
    "en": _ENGLISH,
    "zh": _CHINESE,
    "es": _SPANISH,
    "de": _GERMAN,
    "fr": _FRENCH,
}


def phrases_for(text: str) -> Phrases:
    """The phrases of the language most of `text` is in."""
    tongue = tongue_of(text)
    if tongue:
        return _TABLES[tongue]
    return _SPEECHLESS_EAST_ASIAN if any("\u3040" <= letter <= "\u9fff" for letter in text) else _SPEECHLESS
