"""Other people's files become projects: what is taken, what is kept word for word, what is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from longvid_tui.backends.contract import PlanRequest
from longvid_tui.backends.planners.openai.brief import brief
from longvid_tui.backends.planners.outline.author import outline
from longvid_tui.project.canvas import Canvas
from longvid_tui.project.importers import Imported, NotImported, read
from longvid_tui.project.lint import lint
from longvid_tui.project.model import Wanted
from longvid_tui.strict_yaml import Problems


def imported(tmp_path: Path, name: str, text: str) -> Imported:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read(path)


def request(found: Imported) -> PlanRequest:
    return PlanRequest(found.prompt, Wanted(), Canvas(1280, 720))


SHOTS = ("A fox steps onto the frozen lake.", "The ice cracks under its paw.", "It leaps to the far shore.")

LISTS = {
    "numbered.md": "# The Fox\n\n" + "\n".join(f"{n}. {shot}" for n, shot in enumerate(SHOTS, 1)),
    "bullets.txt": "\n".join(f"- {shot}" for shot in SHOTS),
    "paragraphs.md": "\n\n".join(SHOTS),
    "table.md": "| # | Shot | Sound |\n|---|:---:|---|\n"
    + "\n".join(f"| {n} | {s} | wind |" for n, s in enumerate(SHOTS)),
    "shots.csv": "Nr,Description,Duration\n" + "\n".join(f'{n},"{shot}",5s' for n, shot in enumerate(SHOTS, 1)),
    "shots.tsv": "shot\n" + "\n".join(SHOTS) + "\n",
    "semicolon.csv": "Nr;Action\n" + "\n".join(f"{n};{shot}" for n, shot in enumerate(SHOTS, 1)),
    "play.fountain": "Title: The Fox\nAuthor: Somebody\n\nEXT. LAKE - DAWN\n\n" + "\n\n".join(SHOTS),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_shot_list_becomes_as_many_segments_with_its_words_as_they_are(tmp_path: Path, name: str) -> None:
    found = imported(tmp_path, name, LISTS[name])
    plan = outline(request(found))
    assert len(plan.segments) == len(SHOTS)
    for segment, shot in zip(plan.segments, SHOTS, strict=True):
        assert shot.rstrip(".") in segment.prompt
    assert brief(request(found)).shots == SHOTS
    assert any("3" in remark and "word for word" in remark for remark in found.remarks)


@pytest.mark.parametrize(("name", "title"), [("numbered.md", "The Fox"), ("play.fountain", "The Fox")])
def test_the_title_is_taken(tmp_path: Path, name: str, title: str) -> None:
    assert imported(tmp_path, name, LISTS[name]).title == title


def test_lengths_of_a_table_are_kept(tmp_path: Path) -> None:
    found = imported(tmp_path, "a.csv", "shot,seconds\nA fox runs.,10\nA hen hides.,5\n")
    assert len(outline(request(found)).segments) == 3


def test_a_table_with_keyframes_is_a_whole_plan(tmp_path: Path) -> None:
    text = (
        "first,action,last,transition,camera\n"
        "A shut door.,The door opens.,An open door.,,slow push in\n"
        ",A cat comes out.,A cat on the step.,,\n"
        "A dark street.,A lamp goes on.,A lit street.,cut,\n"
    )
    found = imported(tmp_path, "a.csv", text)
    assert found.plan is not None
    assert [keyframe.prompt for keyframe in found.plan.keyframes] == [
        "A shut door.", "An open door.", "A cat on the step.", "A dark street.", "A lit street.",
    ]  # fmt: skip
    assert [segment.prompt for segment in found.plan.segments] == [
        "The door opens. slow push in.", "A cat comes out.", "A lamp goes on.",
    ]  # fmt: skip
    assert found.plan.cuts() == [False, False, True]
    assert [finding for finding in lint(found.plan, Wanted()) if finding.severity == "error"] == []


def test_a_column_without_anything_to_see_is_listed(tmp_path: Path) -> None:
    found = imported(tmp_path, "a.csv", "shot,budget,sound\nA fox.,12,wind\nA hen.,13,rain\n")
    assert "Columns left out, for they show nothing: budget, sound." in found.remarks


def test_a_screenplay_keeps_scenes_cuts_and_speakers_but_not_their_words(tmp_path: Path) -> None:
    text = (
        "INT. KITCHEN - NIGHT\n\n*Marta* sets a bowl on the table.\n\nMARTA\n(smiling)\nEat now.\n\n"
        "CUT TO:\n\nA spoon sinks into the soup. [[too slow?]]\n\n/* never\n\nfilmed */\n\nEXT. YARD - DAWN #2#\n\nA dog barks."
    )
    found = imported(tmp_path, "a.fountain", text)
    lines = [line for line in found.prompt.splitlines() if line]
    assert lines == [
        "INT. KITCHEN - NIGHT",
        "1. Marta sets a bowl on the table.",
        "2. Marta speaks, smiling.",
        "CUT TO:",
        "3. A spoon sinks into the soup.",
        "EXT. YARD - DAWN",
        "4. A dog barks.",
    ]
    assert "Speeches are shown as speaking (1), for the film is silent." in found.remarks
    plan = outline(request(found))
    assert plan.cuts() == [False, False, True, True]


def test_pictures_are_keyframes_in_natural_order_with_the_words_beside_them(tmp_path: Path) -> None:
    for name in ("k10.png", "k9.JPG", "k1.webp"):
        (tmp_path / name).write_bytes(b"picture")
    (tmp_path / "k1.txt").write_text("The fog lifts.\n")
    found = read(tmp_path)
    assert found.plan is not None
    assert [path.name for path in found.pictures.values()] == ["k1.webp", "k9.JPG", "k10.png"]
    assert [keyframe.picture for keyframe in found.plan.keyframes] == list(found.pictures)
    assert found.plan.segments[0].prompt == "The fog lifts."
    assert any("without words of their own: 1" in remark for remark in found.remarks)
    assert [finding for finding in lint(found.plan, Wanted()) if finding.severity == "error"] == []


CONFIG = """\
task: flf2v-14B
size: 832*480
prompt: >
  A cat and a mouse
  share a cheese.
default_backend: wan2.1
generation_mode: keyframe
wan2_dir: ./Wan2.1
sample_steps: 30
sample_shift: 5.0
frame_num: 97
base_seed: 42
total_gpus: 8
image_generation_model: openai/gpt-image-1
openai_api_key: YOUR_OPENAI_API_KEY
stability_api_key: sk-stand-in-0123456789abcdef
prompt_enhancement_model: o4-mini
video_aspect_ratio: "9:16"
runway_ml:
  api_key: key_0123456789abcdef
remote_api_settings:
  max_retries: 3
  timeout: 600
  patience: 7
guidence_scale: 4
"""


def test_a_ttv_configuration_is_taken_told_or_listed(tmp_path: Path) -> None:
    found = imported(tmp_path, "pipeline_config.yaml", CONFIG)
    assert (found.prompt, found.size, found.seed) == ("A cat and a mouse share a cheese.", "832x480", 42)
    assert found.backends == {"planner": "openai", "images": "openai", "video": "wan"}
    told = "\n".join(found.remarks)
    for words in (
        "wan2_dir: ./Wan2.1 belongs into your own settings, as wan.repo.",
        "sample_steps: 30 belongs into your own settings, as wan.steps.",
        "sample_shift: 5.0 is ttv-pipeline's sample",
        "frame_num: 97 cannot be made by FLF2V",
        "video_aspect_ratio: 9:16 is not the shape of 832x480",
        "timeout: 600 belongs into your own settings, as openai.deadline_seconds.",
        "runway_ml: not called here",
        "guidence_scale: unknown to ttv-pipeline and to us, left out; did you mean guide_scale?",
        "remote_api_settings.patience: unknown",
    ):
        assert words in told
    assert told.count("unknown to") == 2


def test_keys_of_a_configuration_are_told_and_never_repeated(tmp_path: Path) -> None:
    found = imported(tmp_path, "pipeline_config.yaml", CONFIG)
    told = "\n".join(found.remarks)
    assert "stability_api_key: the key was left out; put it into STABILITY_API_KEY." in told
    assert "runway_ml.api_key: the key was left out." in told
    assert "openai_api_key" not in told, "a placeholder is no key"
    assert "0123456789abcdef" not in f"{found}"


KNOWN = [
    "task",
    "size",
    "prompt",
    "default_backend",
    "generation_mode",
    "wan2_dir",
    "flf2v_model_dir",
    "i2v_model_dir",
    "hunyuan_video",
    "total_gpus",
    "parallel_segments",
    "gpu_count",
    "chaining_max_retries",
    "chaining_use_fsdp_flags",
    "framepack_dir",
    "runway_ml",
    "google_veo",
    "minimax",
    "fal",
    "remote_api_settings",
    "image_generation_model",
    "reference_images_dir",
    "image_size",
    "auto_generate_initial",
    "single_keyframe_mode",
    "keyframe_position",
    "gemini_api_key",
    "openai_api_key",
    "openai_base_url",
    "stability_api_key",
    "image_router_api_key",
    "image_router_token",
    "prompt_enhancement_model",
    "keyframe_prompt_model",
    "video_aspect_ratio",
    "segment_duration_seconds",
    "frame_num",
    "sample_steps",
    "sample_shift",
    "guide_scale",
    "base_seed",
    "initial_image",
    "output_dir",
    "i2i_mode",
    "default_video_generation_backend",
]


def test_every_key_that_ttv_pipeline_reads_is_known(tmp_path: Path) -> None:
    text = "prompt: x\n" + "".join(f"{key}: 1\n" for key in KNOWN if key != "prompt")
    found = imported(tmp_path, "c.yaml", text)
    assert [remark for remark in found.remarks if "unknown to" in remark] == []


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.pdf", "x", "of no kind that can be imported"),
        ("a.yaml", "name: x\n", "no configuration of ttv-pipeline"),
        ("a.csv", "alpha,beta\n1,2\n", "no column with the shots"),
        ("a.csv", "shot\n", "holds no shots"),
        ("a.csv", "shot,last\n,the sea\n", "holds no shots"),
        ("a.md", " \n\n", "holds no words"),
        ("a.fountain", "Title: x\n\nMARTA\nHello.\n", None),
    ],
)
def test_what_cannot_be_imported_is_told_in_a_sentence(
    tmp_path: Path, name: str, text: str, why: str | None
) -> None:
    if why is None:
        assert imported(tmp_path, name, text).prompt == "1. Marta speaks."
        return
    with pytest.raises(NotImported, match=why):
        imported(tmp_path, name, text)


def test_broken_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(Problems, match=r"c\.yaml:2:"):
        imported(tmp_path, "c.yaml", "prompt: x\nsize: [1\n")


def test_files_that_are_not_there_not_text_or_too_few_are_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for name in ("none.csv", "none", "pipe.csv"):
        with pytest.raises(NotImported, match="cannot be read"):
            read(tmp_path / name)
    (tmp_path / "latin.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NotImported, match="not UTF-8"):
        read(tmp_path / "latin.md")
    with pytest.raises(NotImported, match="at least two"):
        read(tmp_path)
