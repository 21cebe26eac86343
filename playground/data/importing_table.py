"""Makes a table of one's own from a file that was understood, and keeps account of every row and column."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from playground.data.base import FloatArray, IndexArray
from playground.data.importing import SHOWN, Fault, short, unique
from playground.data.importing_columns import MAX_VALUES, Column, Sheet, is_whole
from playground.data.importing_layout import DELIMITERS, ImportRefused
from playground.data.table import MAX_COLUMNS, MAX_NAME, MAX_TABLE_CLASSES, Table

Goal = Literal["regression", "binary", "multi-class"]
GOALS: tuple[Goal, ...] = ("regression", "binary", "multi-class")

FEWEST_ROWS = 4
MAX_GUESSED_CLASSES = 10
TARGETS = (
    "target",
    "label",
    "class",
    "species",
    "y",
    "outcome",
    "category",
    "output",
    "result",
    "diagnosis",
    "type",
    "kind",
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What is to be learnt from which columns; with `repair`, missing inputs are filled in."""

    target: str
    features: tuple[str, ...]
    goal: Goal
    repair: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Repair:
    """What was put in the place of the values that a column lacked, and on which lines."""

    column: str
    value: str
    lines: IndexArray

    def __str__(self) -> str:
        shown = ", ".join(f"{line:,}" for line in self.lines[:5])
        more = f" and {len(self.lines) - 5:,} more" if len(self.lines) > 5 else ""
        lines = "line" if len(self.lines) == 1 else "lines"
        return f"{self.column}: {self.value}, in {lines} {shown}{more}"


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """What became of every row and column of a file."""

    read: int
    used: int
    inputs: int
    goal: Goal
    classes: int
    blank: int
    dropped: tuple[Fault, ...]
    repaired: tuple[Repair, ...]
    left_out: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]

    def sentence(self) -> str:
        """Return the whole in a sentence."""
        inputs = "1 input" if self.inputs == 1 else f"{self.inputs} inputs"
        what = f", {self.classes} classes" if self.classes else ""
        left = len(self.dropped)
        out = "" if not left else f"; {left:,} {'row is' if left == 1 else 'rows are'} left out"
        filled = sum(len(repair.lines) for repair in self.repaired)
        filled_words = (
            "" if not filled else f"; {filled:,} missing {'value is' if filled == 1 else 'values are'}"
        )
        mended = f"{filled_words} filled in" if filled else ""
        return f"{self.used:,} of {self.read:,} rows, {inputs}{what}{out}{mended}."

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON has it."""
        return {
            "rows": self.read,
            "used": self.used,
            "inputs": self.inputs,
            "task": self.goal,
            "classes": self.classes,
            "blank_lines": self.blank,
            "dropped": [fault._asdict() for fault in self.dropped],
            "repaired": [
                {"column": one.column, "value": one.value, "lines": one.lines.tolist()}
                for one in self.repaired
            ],
            "left_out": [{"column": name, "reason": reason} for name, reason in self.left_out],
            "notes": list(self.notes),
        }


# Proposing ----------------------------------------------------------------------------------------------


def propose(
    sheet: Sheet,
    target: str | None = None,
    features: tuple[str, ...] | None = None,
    task: Goal | None = None,
    repair: bool = False,
) -> Choices:
    """Return what is probably to be learnt; what is given is taken as it is.

    Raises ImportRefused where there is nothing to learn, or nothing to learn it from.
    """
    if len(sheet.columns) < 2:
        named = DELIMITERS[sheet.layout.delimiter]
        raise ImportRefused(
            f"There is one column only (between columns there should be: {named.lower()}), and a table "
            "needs an input and a target. Choose another delimiter, if there is one."
        )
    chosen = sheet.column(target) if target is not None else _usual_target(sheet)
    if features is None:
        features = tuple(
            column.name for column in sheet.columns if column.name != chosen.name and not column.why
        )
    else:
        features = tuple(sheet.column(name).name for name in dict.fromkeys(features))
    return Choices(chosen.name, features, task or usual_goal(chosen), repair)


def _usual_target(sheet: Sheet) -> Column:
    usable = [column for column in sheet.columns if not column.why]
    if not usable:
        reasons = "; ".join(f"“{column.name}”: {column.why}" for column in sheet.columns[:3])
        raise ImportRefused(f"No column can be learnt: {reasons}. Choose a target yourself, or another file.")
    named = {column.name.lower(): column for column in reversed(usable)}
    return next((named[name] for name in TARGETS if name in named), usable[-1])


def usual_goal(column: Column) -> Goal:
    """Return what is usually learnt of a column; a few whole numbers are taken as classes."""
    count = class_count(column)
    few_integers = column.numbers is not None and count <= MAX_GUESSED_CLASSES and is_whole(column.numbers)
    if column.numbers is not None and not few_integers:
        return "regression"
    return "binary" if count == 2 else "multi-class"


def class_count(column: Column) -> int:
    """Return how many classes there are in a column."""
    if column.numbers is None:
        return len(column.values)
    return len(np.unique(column.numbers[~np.isnan(column.numbers)]))


# Building -----------------------------------------------------------------------------------------------


def build(sheet: Sheet, choices: Choices, name: str) -> tuple[Table, Report]:
    """Return the table that is asked for, and what became of every row; `name` is where it comes from.

    A row without a target is never repaired: an invented answer would be learnt. Raises ImportRefused.
    """
    target = sheet.column(choices.target)
    features = [sheet.column(feature) for feature in choices.features]
    _check_choices(target, features, choices)
    blamed = features if not choices.repair else []
    keep = ~target.absent
    for column in blamed:
        keep &= ~column.absent
    _check_rows(sheet, keep, [target, *blamed])
    lines = sheet.lines[keep]
    parts = [_inputs(column, keep, lines) for column in features]
    columns = [label for labels, _, _ in parts for label in labels]
    if len(columns) > MAX_COLUMNS:
        raise ImportRefused(
            f"That makes {len(columns):,} inputs, since each value of a category is one, and there can be at "
            f"most {MAX_COLUMNS}: leave out some columns."
        )
    inputs = np.empty((len(lines), len(columns)))
    place = 0
    for found, values, _ in parts:
        inputs[:, place : (place := place + len(found))] = values
    targets, classes = _targets(target, keep, lines, choices.goal)
    labels = unique([short(column, MAX_NAME) for column in [*columns, target.name]])
    report = Report(
        read=sheet.total,
        used=len(lines),
        inputs=len(columns),
        goal="regression" if not classes else "binary" if len(classes) == 2 else "multi-class",
        classes=len(classes),
        blank=sheet.blank,
        dropped=tuple(
            sorted((*sheet.faults, *_dropped(sheet, [target, *blamed])), key=lambda fault: fault.line)
        ),
        repaired=tuple(repair for _, _, repair in parts if repair is not None),
        left_out=_left_out(sheet, choices),
        notes=(*sheet.notes, *_notes(target, choices)),
    )
    about = f"From {name}: {target.name} is learnt. {report.sentence()}"
    table = Table(short(name, MAX_NAME), labels[:-1], inputs, labels[-1], targets, classes, about)
    return table, report


def _check_choices(target: Column, features: list[Column], choices: Choices) -> None:
    if not features:
        raise ImportRefused("There is no input: choose at least one column besides the target.")
    for column in features:
        if column.name == target.name:
            raise ImportRefused(
                f"“{target.name}” is the target, so it cannot be an input as well: leave it out."
            )
        if column.absent.all():
            raise ImportRefused(f"“{column.name}” holds no values: leave it out.")
        if column.numbers is None and len(column.values) > MAX_VALUES:
            raise ImportRefused(
                f"“{column.name}” has {len(column.values):,} different texts, and at most {MAX_VALUES} can "
                "become inputs: leave it out."
            )
    count = class_count(target)
    if count == 0:
        raise ImportRefused(f"“{target.name}” holds no values: choose another target.")
    if count == 1:
        raise ImportRefused(
            f"“{target.name}” is the same in every row, so there is nothing to learn: choose another target."
        )
    if choices.goal == "regression" and target.numbers is None:
        raise ImportRefused(f"“{target.name}” holds words, not numbers: learn it as classes.")
    if choices.goal != "regression" and count > MAX_TABLE_CLASSES:
        remedy = "learn it as a number" if target.numbers is not None else "choose another target"
        raise ImportRefused(
            f"“{target.name}” has {count:,} different values, and there can be at most {MAX_TABLE_CLASSES} "
            f"classes: {remedy}."
        )


def _check_rows(sheet: Sheet, keep: npt.NDArray[np.bool_], columns: list[Column]) -> None:
    found = int(keep.sum())
    if found >= FEWEST_ROWS:
        return
    lacking = max(columns, key=lambda column: int(column.absent.sum()))
    missing = int(lacking.absent.sum())
    if not missing:
        raise ImportRefused(f"There are {found} rows, and at least {FEWEST_ROWS} are needed: add some.")
    help_ = (
        "Choose another target" if lacking is columns[0] else "Leave it out, or have missing values repaired"
    )
    raise ImportRefused(
        f"Only {found} of {sheet.total:,} rows can be used, and at least {FEWEST_ROWS} are needed: "
        f"“{lacking.name}” lacks {missing:,} values. {help_}."
    )


def _dropped(sheet: Sheet, columns: list[Column]) -> list[Fault]:
    """Return for each row that cannot be used the first reason."""
    faults: list[Fault] = []
    seen = np.zeros(len(sheet.lines), dtype=np.bool_)
    for column in columns:
        rows = np.flatnonzero(column.absent & ~seen)
        seen[rows] = True
        faults += [
            Fault(line, column.name, short(column.faulty.get(row, ""), SHOWN), column.reason(row))
            for row, line in zip(rows.tolist(), sheet.lines[rows].tolist(), strict=True)
        ]
    return faults


def _inputs(
    column: Column, keep: npt.NDArray[np.bool_], lines: IndexArray
) -> tuple[list[str], FloatArray, Repair | None]:
    """Return a column's inputs (labels, values (n, k)) in the rows that are kept, and what was filled in."""
    absent = column.absent[keep]
    repair: Repair | None = None
    if column.numbers is not None:
        numbers = column.numbers[keep]
        if absent.any():
            median = float(np.median(numbers[~absent])) if not absent.all() else 0.0
            numbers[absent] = median
            repair = Repair(column.name, f"{median:g}, the median", lines[absent])
        return [column.name], numbers[:, None], repair
    codes = column.codes[keep]
    if absent.any():
        counts = np.bincount(codes[~absent], minlength=len(column.values))
        usual = int(counts.argmax())
        codes[absent] = usual
        repair = Repair(column.name, f"“{column.values[usual]}”, the most frequent", lines[absent])
    there = np.unique(codes)
    labels = [f"{column.name}={column.values[code]}" for code in there.tolist()]
    return labels, (codes[:, None] == there).astype(np.float64), repair


def _targets(
    column: Column, keep: npt.NDArray[np.bool_], lines: IndexArray, goal: Goal
) -> tuple[FloatArray | IndexArray, tuple[str, ...]]:
    values = column.numbers[keep] if column.numbers is not None else column.codes[keep]
    found, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    if len(found) < 2:
        raise ImportRefused(
            f"“{column.name}” is the same in every row that can be used, so there is nothing to learn: "
            "choose another target."
        )
    if goal == "regression":
        return values, ()
    if column.numbers is not None:
        names = [class_name(value) for value in found.tolist()]
    else:
        names = [column.values[code] for code in found.tolist()]
    if goal == "binary" and len(found) != 2:
        raise ImportRefused(f"“{column.name}” has {len(found)} classes: the task is multi-class, not binary.")
    single = np.flatnonzero(counts == 1)
    if len(single):
        line = int(lines[places == single[0]][0])
        others = len(single) - 1
        more = f" The same goes for {others} more {'class' if others == 1 else 'classes'}." if others else ""
        raise ImportRefused(
            f"The class “{short(names[single[0]], SHOWN)}” has a single row (line {line:,}), which cannot be "
            f"both learnt and tested: add rows of it, or delete that one.{more}"
        )
    return places.astype(np.int64), unique([short(" ".join(name.split()), MAX_NAME) for name in names])


def class_name(value: float) -> str:
    """Return what a class is called that stands in a file as a number; two numbers never alike."""
    return f"{value:.17g}" if float(f"{value:.15g}") != value else f"{value:.15g}"


def _left_out(sheet: Sheet, choices: Choices) -> tuple[tuple[str, str], ...]:
    used = {choices.target, *choices.features}
    return tuple(
        (column.name, column.why or "it was not chosen")
        for column in sheet.columns
        if column.name not in used
    )


def _notes(target: Column, choices: Choices) -> list[str]:
    if target.numbers is None or choices.goal == "regression":
        return []
    return [
        f"“{target.name}” holds {class_count(target)} different numbers and is learnt as classes; "
        "as a number it would be regression."
    ]


def first_faults(faults: tuple[Fault, ...], most: int) -> list[str]:
    """Return the faults as sentences, at most so many and then how many more there are."""
    shown = [f"{str(fault)[0].upper()}{str(fault)[1:]}." for fault in faults[:most]]
    return shown if len(faults) <= most else [*shown, f"And {len(faults) - most:,} more."]
