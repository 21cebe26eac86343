"""What the person prefers, as one frozen record whose fields describe themselves.

Each field's metadata has `label`, `help` and `group` for the settings dialog, and says which values are
allowed: `choices` (pairs of value and label), `range` (lowest, highest; with `unlimited` also FLAT_OUT) or
`most` (length of a list). Everything about the network belongs to the experiment, not here.
"""

import math
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any

# Speed without a limit. It is written to the file as null, since JSON has no infinity.
FLAT_OUT = math.inf

MAX_RECENT_FILES = 10
MAX_EXPORT_FORMATS = 50

# What the program remembers by itself; a dialog need not show this group.
REMEMBERED = "Remembered"


@dataclass(frozen=True, slots=True)
class Settings:
    """The person's preferences. Making one with a value that is not allowed raises ValueError."""

    theme: str = field(
        default="system",
        metadata={
            "label": "Theme",
            "help": "Light or dark colours, or whatever your desktop uses.",
            "group": "Look",
            "choices": (("system", "As the system"), ("light", "Light"), ("dark", "Dark")),
        },
    )
    projector: bool = field(
        default=False,
        metadata={
            "label": "Projector size",
            "help": "Larger type and thicker lines, so that the last row can read them.",
            "group": "Look",
        },
    )
    motion: bool = field(
        default=True,
        metadata={
            "label": "Short animations",
            "help": "Lets things glide to their place instead of jumping.",
            "group": "Look",
        },
    )
    device: str = field(
        default="auto",
        metadata={
            "label": "Train on",
            "help": "Where the network is computed; small networks are usually faster on the CPU.",
            "group": "Training",
            "choices": (
                ("auto", "Choose for me"),
                ("compiled", "CPU (compiled)"),
                ("numpy", "CPU (NumPy)"),
                ("cuda", "GPU (CuPy)"),
            ),
        },
    )
    # Flat out, a small network is done before one has seen it learn.
    speed: float = field(
        default=1000.0,
        metadata={
            "label": "Speed",
            "help": "Training steps a second at most, or flat out.",
            "group": "Training",
            "range": (1.0, 1_000_000.0),
            "unlimited": True,
        },
    )
    show_test_points: bool = field(
        default=False,
        metadata={
            "label": "Show test points",
            "help": "Draws the points the network is tested on beside those it learns from.",
            "group": "Plots",
        },
    )
    discretize: bool = field(
        default=False,
        metadata={
            "label": "Discretize output",
            "help": "Shows only the decision of the network, not how sure it is.",
            "group": "Plots",
        },
    )
    show_contour: bool = field(
        default=True,
        metadata={
            "label": "Show the boundary",
            "help": "Draws the line on which the network cannot decide.",
            "group": "Plots",
        },
    )
    show_mistakes: bool = field(
        default=False,
        metadata={
            "label": "Show mistakes",
            "help": "Puts a ring round every point whose class the network does not recognise.",
            "group": "Plots",
        },
    )
    log_scale: bool = field(
        default=True,
        metadata={
            "label": "Logarithmic loss",
            "help": "Spaces the loss by factors of ten, so that small losses can be told apart.",
            "group": "Plots",
        },
    )
    smoothing: float = field(
        default=0.0,
        metadata={
            "label": "Smoothing",
            "help": "Smooths the loss curves: 0 shows them as they are, 0.99 only their trend.",
            "group": "Plots",
            "range": (0.0, 0.99),
        },
    )
    brush_size: float = field(
        default=0.5,
        metadata={
            "label": "Brush size",
            "help": "The radius of the brush that paints points, in units of the axes.",
            "group": REMEMBERED,
            "range": (0.0, 2.0),
        },
    )
    brush_jitter: float = field(
        default=0.1,
        metadata={
            "label": "Jitter",
            "help": "How far chance moves each painted point, in units of the axes.",
            "group": REMEMBERED,
            "range": (0.0, 1.0),
        },
    )
    recent_files: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": "Recent files",
            "help": "The experiments opened last, the latest first.",
            "group": REMEMBERED,
            "most": MAX_RECENT_FILES,
        },
    )
    last_folder: str = field(
        default="",
        metadata={
            "label": "Last folder",
            "help": "Where the next file dialog begins.",
            "group": REMEMBERED,
        },
    )
    export_folder: str = field(
        default="",
        metadata={
            "label": "Export folder",
            "help": "Where the last network was exported to.",
            "group": REMEMBERED,
        },
    )
    export_formats: tuple[str, ...] = field(
        default=("npz", "onnx", "numpy_script"),
        metadata={
            "label": "Export formats",
            "help": "The formats that were ticked last.",
            "group": REMEMBERED,
            "most": MAX_EXPORT_FORMATS,
        },
    )
    tips_seen: bool = field(
        default=False,
        metadata={
            "label": "Tips were seen",
            "help": "The hints for the first start are not shown again.",
            "group": REMEMBERED,
        },
    )

    def __post_init__(self) -> None:
        for spec in fields(self):
            problem = problem_with(spec, getattr(self, spec.name))
            if problem is not None:
                raise ValueError(f"{spec.name} {problem}")


def problem_with(spec: Field[Any], value: object) -> str | None:
    """Return what is wrong with `value` for the field `spec`, as the end of a sentence; None if nothing."""
    metadata = spec.metadata
    if isinstance(spec.default, bool):
        return None if isinstance(value, bool) else "must be true or false"
    if "range" in metadata:
        lowest, highest = metadata["range"]
        # True is a number to Python, but never what was meant here.
        number = isinstance(value, int | float) and not isinstance(value, bool)
        unlimited = metadata.get("unlimited", False) and value == FLAT_OUT
        if number and (unlimited or lowest <= value <= highest):
            return None
        return f"must be a number from {lowest:,g} to {highest:,.12g}"
    if "most" in metadata:
        most = metadata["most"]
        if isinstance(value, tuple) and len(value) <= most and all(isinstance(item, str) for item in value):
            return None
        return f"must be a list of at most {most} texts"
    if not isinstance(value, str):
        return "must be a text"
    allowed = [key for key, _ in metadata.get("choices", ())]
    return None if not allowed or value in allowed else f"must be one of {', '.join(allowed)}"


def with_recent_file(settings: Settings, path: str) -> Settings:
    """Return `settings` with `path` as the latest of the recent files, named once, the oldest dropped."""
    others = tuple(name for name in settings.recent_files if name != path)
    return replace(settings, recent_files=(path, *others)[:MAX_RECENT_FILES])
