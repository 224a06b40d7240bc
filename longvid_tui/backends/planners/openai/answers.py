"""The forms that a model is asked to fill in, one for each pass, with descriptions that are sent to the model.

Every field has a default and no form checks a value, so that half an answer can be shown while it is written;
`reading` says what an answer lacks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

NOWHERE = "none"
"""`Still.place` if no place of the look is seen; some services refuse an empty text as a choice."""

NOBODY = "none"
"""`Beat.speaks` if nobody is seen speaking."""


def _said(default: Any, description: str) -> Any:
    """A field with its description for the model. (Docstrings would be looked up again for each question.)"""
    return Field(default, description=description)


def _segment() -> Any:
    return _said("", "The segment: s1, s2, s3 ...")


def _reasoning() -> Any:
    return _said("", "Two sentences on how the film is told and why, in the person's language.")


def _motion() -> Any:
    return _said(
        "",
        "In English, 40 to 80 words: the camera's move first, then who moves how from the first picture to the last.",
    )


def _in_chinese() -> Any:
    return _said("", "The same as motion, in Chinese.")


@cache
def _made(make: Callable[..., dict[str, Any]], *args: Any, **wanted: Any) -> dict[str, Any]:
    return make(*args, **wanted)


class Form(BaseModel):
    model_config = ConfigDict(extra="ignore")

    @classmethod
    def model_json_schema(cls, *args: Any, **wanted: Any) -> dict[str, Any]:
        """The schema, which is made once: Instructor asks for it with each question."""
        return _made(super().model_json_schema, *args, **wanted)


class Thing(Form):
    name: str = _said("", "One or two words, letters only; how other fields refer to it.")
    features: str = _said(
        "", "What a camera sees of it, in English, 10 to 30 words. Never changes during the film."
    )


class Person(Thing):
    features: str = _said(
        "",
        "Age, build, skin, hair, face, marks: what a camera sees, in English, 15 to 40 words. Never changes.",
    )
    wardrobe: str = _said(
        "", "Clothes and what is worn or carried, with colours, in English. Empty for an animal without any."
    )


class LookForm(Form):
    style: str = _said(
        "", "Medium, lens, grain, lighting and mood of every picture, in English, 10 to 30 words."
    )
    palette: str = _said("", "Three to six colours with names, in English.")
    negative: str = _said("", "What must not be seen, as a comma-separated list, in English.")
    characters: list[Person] = []
    places: list[Thing] = []
    props: list[Thing] = _said([], "Objects that matter and must look the same whenever they are seen.")


class Beat(Form):
    id: str = _segment()
    scene: str = _said(
        "", "Short name of the scene, in the person's language. The same for all segments of a scene."
    )
    cut: bool = _said(
        False,
        "True where a new picture starts: another place, another time, another angle. False for s1 and where the camera keeps looking.",
    )
    happens: str = _said(
        "",
        "What five seconds show: one visible action with its result, one or two sentences, in the person's language.",
    )
    speaks: str = _said("", "Name of the character who is seen speaking here, or none.")

    @property
    def is_spoken(self) -> bool:
        return (self.speaks or NOBODY).strip().casefold() not in ("", NOBODY)


class Story(Form):
    title: str = ""
    reasoning: str = _reasoning()
    look: LookForm = LookForm()
    beats: list[Beat] = []


class Treatment(Form):
    """The story of a long film, before its parts are written."""

    title: str = ""
    reasoning: str = _reasoning()
    look: LookForm = LookForm()
    parts: list[str] = _said([], "What happens in each part, 60 to 120 words, in the person's language.")


class Beats(Form):
    beats: list[Beat] = []
    so_far: str = _said(
        "",
        "The story up to the end of this part in at most 100 words: who is where, what they hold, what is open.",
    )


class Still(Form):
    shows: str = _said(
        "",
        "Everything visible in this single picture, in English, 30 to 70 words: who and what is where in the frame, poses, faces, what has changed. People by what is seen of them, not by name.",
    )
    cast: list[str] = _said([], "Names of the characters of whom anything is visible.")
    place: str = _said("", "Name of the place that is seen, or none.")
    props: list[str] = _said([], "Names of the props that are visible.")
    camera: str = _said(
        "", "Shot size, angle and lens, in English, such as: medium close-up, low angle, 35 mm."
    )
    light: str = _said("", "Time of day, source and direction of the light, weather, in English.")


class Shot(Form):
    id: str = _segment()
    first: Still | None = _said(
        None, "The picture it starts with, only where it starts a picture of its own; otherwise null."
    )
    returns_to: str = _said(
        "",
        "Only where `first` is what the very same camera sees that saw the last picture of a segment before the previous one: the id of that segment, such as s2. Otherwise none.",
    )
    last: Still = _said(
        Still(),
        "The picture it ends with, five seconds later, with which the next segment starts unless that is a cut.",
    )
    motion: str = _motion()
    motion_zh: str = _in_chinese()


class Shots(Form):
    shots: list[Shot] = []


class StillAgain(Form):
    id: str = _said("", "The keyframe: k1, k2, k3 ...")
    picture: Still = Still()


class MotionAgain(Form):
    id: str = _segment()
    motion: str = _motion()
    motion_zh: str = _in_chinese()


class MotionSeen(Form):
    seen: str = _said(
        "",
        "What differs in the second picture: who or what has moved, turned, opened, come, gone or lit up, and how the camera stands. In English, at most 40 words.",
    )
    motion: str = _motion()
    motion_zh: str = _in_chinese()


class Rewrite(Form):
    keyframes: list[StillAgain] = []
    segments: list[MotionAgain] = []
