"""The nouns of a film as the person writes them: look, keyframes, segments, plan, project."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator
from operator import attrgetter
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)

from longvid_tui.project.canvas import Canvas
from longvid_tui.project.timing import film_frames, first_frames, segments_for
from longvid_tui.project.tongues import LANGUAGES

SCHEMA = 1
"""Version of project.yaml this program reads and writes."""

MAX_SEGMENTS = 400
"""Half an hour of film; more in one project is taken for a typing error."""


def _read_canvas(value: object) -> object:
    return value if isinstance(value, Canvas) else Canvas.parse(str(value))


def _relative(path: str) -> str:
    parts = path.replace("\\", "/").split("/")
    if not path or path.startswith("/") or ".." in parts or "\0" in path or re.match(r"[A-Za-z]:", path):
        raise ValueError("must be a path inside the project, relative to its folder")
    return path


CanvasField = Annotated[Canvas, BeforeValidator(_read_canvas), PlainSerializer(str, return_type=str)]
RelativePath = Annotated[str, AfterValidator(_relative)]
KeyframeId = Annotated[str, Field(pattern=r"^k[1-9][0-9]{0,5}$")]
SegmentId = Annotated[str, Field(pattern=r"^s[1-9][0-9]{0,5}$")]
Name = Annotated[str, Field(pattern=r"^\w[\w\- ]*$", max_length=64)]
Prompt = Annotated[str, Field(max_length=20_000)]
Seed = Annotated[int, Field(ge=0, le=0x7FFF_FFFF, strict=True)]


class _Written(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True, defer_build=True
    )


class Character(_Written):
    """A person or animal of the film: features that never change, pasted wherever the character is visible.

    `picture`: the person's own, instead of a sheet that is painted (project.masters).
    """

    id: Name
    features: Prompt
    wardrobe: Prompt = ""
    picture: RelativePath | None = None


class Place(_Written):
    """A location, described once and pasted wherever it is seen. `picture`: as in Character."""

    id: Name
    features: Prompt
    picture: RelativePath | None = None


class Prop(_Written):
    """An object that must look the same whenever it is seen."""

    id: Name
    features: Prompt


class Look(_Written):
    """One look for the whole film: pasted verbatim where it applies."""

    style: Prompt = ""
    palette: Prompt = ""
    negative: Prompt = ""
    characters: tuple[Character, ...] = ()
    places: tuple[Place, ...] = ()
    props: tuple[Prop, ...] = ()


class Keyframe(_Written):
    """A still at a segment boundary. `cast`, `place` and `props` name what is visible of the look.

    `picture`: the person's own, instead of one that is painted. `view`: a keyframe of the same camera, whose
    picture this one is painted from as well. That keyframe must not have a `view` itself, so that no copy of a
    copy is ever made.
    """

    id: KeyframeId
    prompt: Prompt = ""
    place: Name | None = None
    cast: tuple[Name, ...] = ()
    props: tuple[Name, ...] = ()
    camera: str = ""
    light: str = ""
    view: KeyframeId | None = None
    picture: RelativePath | None = None
    seed: Seed | None = None


Continuity = Literal["keyframes", "chain"]
Transition = Literal["continue", "retime", "cut", "dissolve", "fade"]
"""How the film comes from the segment before. `retime`: as `continue`, and the pace is evened out at the
seam."""


class Segment(_Written):
    """One clip. A chained segment has no `first`, and if it is open-ended no `last` either.

    `prompt`: the motion prompt, `prompt_zh`: the same in Chinese. `scene`: the chapter's title.
    """

    id: SegmentId
    first: KeyframeId | None = None
    last: KeyframeId | None = None
    prompt: Prompt = ""
    prompt_zh: Prompt = ""
    scene: str = ""
    continuity: Continuity = "keyframes"
    transition: Transition = "continue"
    seed: Seed | None = None


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"must be the code of a language: {', '.join(LANGUAGES)}, not {code!r}")
    return code


class Wanted(_Written):
    """The person's hard constraints on the plan; at most one of `segments` and `seconds`.

    `language`: of title, reasoning and scenes, a code of LANGUAGES; None: that of the prompt. Prompts for
    models are always in the languages they were trained on. `dialogue`: whether somebody is seen speaking;
    None: it does not matter.
    """

    segments: Annotated[int, Field(ge=1, le=MAX_SEGMENTS, strict=True)] | None = None
    seconds: Annotated[float, Field(gt=0, le=1800)] | None = None
    language: Annotated[str, AfterValidator(_language)] | None = None
    dialogue: Annotated[bool, Field(strict=True)] | None = None

    @model_validator(mode="after")
    def _at_most_one(self) -> Self:
        if self.segments is not None and self.seconds is not None:
            raise ValueError("names segments and seconds: keep one of them")
        return self

    @property
    def count(self) -> int | None:
        """How many segments the film has to have; None if the planner may choose."""
        return segments_for(self.seconds) if self.seconds else self.segments


class Plan(_Written):
    """What a planner returns and a person approves."""

    title: str = ""
    reasoning: Prompt = ""
    look: Look = Look()
    keyframes: tuple[Keyframe, ...] = ()
    segments: tuple[Segment, ...] = ()

    def sha(self) -> str:
        """The content hash that an approval of the plan names.

        It leaves out the title, the reasoning, and the person's own pictures: these are approved with the
        stills that show them.
        """
        pictures = {listed: {"__all__": {"picture"}} for listed in ("characters", "places")}
        said = self.model_dump(mode="json", exclude={"title": True, "reasoning": True, "look": pictures})
        for keyframe in said["keyframes"]:
            keyframe["picture"] = None
            if keyframe["view"] is None:
                del keyframe["view"]  # keeps approvals from before there were views
        return digest(said)

    def keyframe(self, keyframe_id: str) -> Keyframe:
        return next(keyframe for keyframe in self.keyframes if keyframe.id == keyframe_id)

    def keyframes_of(self, segments: Collection[str]) -> list[str]:
        """The painted keyframes that only these segments show."""
        ends = {True: set[str | None](), False: set[str | None]()}
        for segment in self.segments:
            ends[segment.id in segments] |= {segment.first, segment.last}
        own = ends[True] - ends[False]
        return [keyframe.id for keyframe in self.keyframes if keyframe.id in own and keyframe.picture is None]

    def cuts(self) -> list[bool]:
        """For each segment, whether it starts with a keyframe of its own and not with the end of the one
        before."""
        pairs = zip((None, *self.segments), self.segments, strict=False)
        return [before is not None and is_cut(before, after) for before, after in pairs]

    def frames(self) -> int:
        return film_frames(len(self.segments), sum(self.cuts()))

    def starts(self) -> list[int]:
        """The film frame at which each segment starts."""
        return first_frames(self.cuts())


def is_cut(before: Segment, after: Segment) -> bool:
    """Whether `after` begins with another keyframe than `before` ends with."""
    return after.continuity != "chain" and after.first != before.last


class Backends(_Written):
    """Names of the chosen planner, image provider and video generator."""

    planner: str = "outline"
    images: str = "storyboard"
    video: str = "animatic"


Fit = Literal["fill", "fit", "blur"]


class Project(Plan):
    """project.yaml, schema 1: all that the person wants."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    prompt: Prompt = ""
    canvas: CanvasField = Canvas(1280, 720)
    fit: Fit = "fill"
    focus: tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]] = (0.5, 0.5)
    fps: Literal[16] = 16
    seed: Seed = 0
    wanted: Wanted = Wanted()
    backends: Backends = Backends()
    masters: bool = True
    """Whether masters are made (project.masters), where the image provider takes references."""
    settings: dict[str, Any] = Field(default_factory=dict)

    def plan(self) -> Plan:
        return Plan(**{name: getattr(self, name) for name in Plan.model_fields})


def broken_references(plan: Plan) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(location, sentence) for each id that is used twice, missing or misplaced, which no check of one field
    can find."""
    for listed in ("keyframes", "segments", "look.characters", "look.places", "look.props"):
        yield from _doubles(listed, plan)
    known = {keyframe.id for keyframe in plan.keyframes}
    for index, keyframe in enumerate(plan.keyframes):
        if problem := _wrong_view(plan, keyframe):
            yield ("keyframes", index, "view"), problem
    for index, segment in enumerate(plan.segments):
        at = ("segments", index)
        for field in ("first", "last"):
            named = getattr(segment, field)
            if named is not None and named not in known:
                yield (*at, field), f"there is no keyframe {named}"
        if segment.continuity == "chain":
            if index == 0:
                yield (*at, "continuity"), "the first segment has no segment before it to chain to"
            if segment.first is not None:
                yield (
                    (*at, "first"),
                    "a chained segment starts with the last frame of the one before: leave first out",
                )
        elif segment.first is None or segment.last is None:
            yield (*at, "first"), "a segment between keyframes names both its first and its last keyframe"
        goes_on = segment.transition in ("continue", "retime")
        if index and is_cut(plan.segments[index - 1], segment) and goes_on:
            yield (
                (*at, "transition"),
                "starts with a keyframe of its own: write transition: cut, dissolve or fade",
            )


def _wrong_view(plan: Plan, keyframe: Keyframe) -> str:
    if keyframe.view is None:
        return ""
    of = next((one for one in plan.keyframes if one.id == keyframe.view), None)
    if of is None:
        return f"there is no keyframe {keyframe.view}"
    return f"{of.id} takes its own view from another: name that one" if of.view or of is keyframe else ""


def _doubles(listed: str, plan: Plan) -> Iterator[tuple[tuple[str | int, ...], str]]:
    seen: set[str] = set()
    for index, item in enumerate(attrgetter(listed)(plan)):
        if item.id in seen:
            yield (*listed.split("."), index, "id"), f"{item.id} is used twice"
        seen.add(item.id)


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: object) -> str:
    """sha256 of canonical JSON: sorted keys, no spaces, UTF-8."""
    return hashlib.sha256(_CANONICAL.encode(value).encode("utf-8", "surrogatepass")).hexdigest()
