"""Writes the plan of every example in this folder anew, from its own prompt."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from longvid_tui.backends.contract import PlanRequest
from longvid_tui.backends.planners.outline.author import outline
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.model import Wanted


def main() -> None:
    yaml = YAML()
    yaml.width = 112
    yaml.allow_unicode = True
    for file in sorted(Path(__file__).parent.glob("*.yaml")):
        example = yaml.load(file.read_text(encoding="utf-8"))
        prompt, wanted = str(example["prompt"]), Wanted(**example.get("wanted", {}))
        plan = outline(PlanRequest(prompt, wanted, Canvas(1280, 720)))
        told = {"prompt": LiteralScalarString(prompt.strip() + "\n")}
        if wanted != Wanted():
            told["wanted"] = wanted.model_dump(exclude_none=True)
        with file.open("w", encoding="utf-8") as out:
            yaml.dump(told | {"plan": plan.model_dump(mode="json", exclude_defaults=True)}, out)
        print(f"{file.name}: {len(plan.segments)} segments, {len(plan.keyframes)} keyframes")


if __name__ == "__main__":
    main()
