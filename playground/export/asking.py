"""Asks a trained network about rows of a file: finds its inputs among the columns, and writes the answers."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from playground import paths
from playground.data.importing import SHOWN, Fault, short
from playground.data.importing_columns import Column, Sheet
from playground.data.importing_layout import ImportRefused
from playground.data.importing_table import class_name
from playground.data.table import MAX_NAME
from playground.engine.metrics import r2
from playground.export.model import ExportFailedError
from playground.export.pipeline import Pipeline

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Rows (n, columns) that a network can be asked about, and the line of each in the file.

    `truth` has what is known to be right, a class's name or a number, None where the file does not say.
    `left_out` are rows that cannot be used; `notes` say what was assumed.
    """

    rows: FloatArray
    lines: tuple[int, ...]
    truth: tuple[str | float | None, ...]
    left_out: tuple[Fault, ...]
    notes: tuple[str, ...]


def question(pipeline: Pipeline, sheet: Sheet) -> Question:
    """Return the rows of a file that was read; ImportRefused names the columns it lacks."""
    notes: list[str] = []
    found = [_inputs(sheet, name) for name in pipeline.columns]
    target = next((column for column in sheet.columns if column.name == pipeline.target), None)
    missing = [name for name, one in zip(pipeline.columns, found, strict=True) if one is None]
    if len(missing) == len(pipeline.columns):
        in_order = _in_order(sheet, pipeline)
        found, target = list(in_order), None
        names = ", ".join(column.name for column, _ in in_order)
        notes.append(
            f"No column is called as the network's inputs are, so they were taken in order: {names}."
        )
    elif missing:
        raise ImportRefused(
            f"The network needs {', '.join(f'“{name}”' for name in missing[:5])}: there is no such column. "
            f"There are: {', '.join(sheet.names[:12])}."
        )
    used = [one for one in found if one is not None]
    keep = np.ones(len(sheet.lines), dtype=np.bool_)
    faults = list(sheet.faults)
    for column, _ in used:
        known = {
            name[len(column.name) + 1 :] for name in pipeline.columns if name.startswith(f"{column.name}=")
        }
        strange = _unknown(column, known if column.name not in pipeline.columns else set())
        for row in np.flatnonzero((column.absent | strange) & keep).tolist():
            text = short(column.faulty.get(row, ""), SHOWN)
            reason = column.reason(row) or f"the network knows no {column.name} “{_texts(column)[row]}”"
            faults.append(Fault(int(sheet.lines[row]), column.name, text, reason))
        keep &= ~(column.absent | strange)
    if not keep.any():
        raise ImportRefused("No row has a number for every input of the network, so there is nothing to ask.")
    return Question(
        np.column_stack([values[keep] for _, values in used]),
        tuple(sheet.lines[keep].tolist()),
        tuple(_value(target, row) for row in np.flatnonzero(keep).tolist()),
        tuple(sorted(faults, key=lambda fault: fault.line)),
        tuple(notes),
    )


def _inputs(sheet: Sheet, name: str) -> tuple[Column, FloatArray] | None:
    """Return the column an input comes from and its values; one value of a category is called name=value.

    A value that occurs in no row is 0 in all of them.
    """
    for column in sheet.columns:
        if column.name == name and column.numbers is not None:
            return column, column.numbers
    for column in sheet.columns:
        if name.startswith(f"{column.name}="):
            said = _texts(column)
            return column, (said == name[len(column.name) + 1 :]).astype(np.float64)
    return None


def _texts(column: Column) -> npt.NDArray[np.object_]:
    """Return what stands in every row of a column."""
    if column.numbers is not None:
        return np.array([class_name(value) for value in column.numbers.tolist()], dtype=object)
    return np.array([*column.values, ""], dtype=object)[column.codes]


def _unknown(column: Column, known: set[str]) -> npt.NDArray[np.bool_]:
    """Return in which rows (n,) a column of categories has a value that the network was not taught."""
    if not known:
        return np.zeros(len(column.absent), dtype=np.bool_)
    return ~np.isin(_texts(column), list(known)) & ~column.absent


def _in_order(sheet: Sheet, pipeline: Pipeline) -> list[tuple[Column, FloatArray]]:
    """Return as many columns of numbers as there are inputs; ImportRefused when there are more or fewer."""
    numbers = [(column, column.numbers) for column in sheet.columns if column.numbers is not None]
    if len(numbers) != len(pipeline.columns):
        wanted = ", ".join(f"“{name}”" for name in pipeline.columns[:12])
        raise ImportRefused(
            f"The network needs {wanted}, and the file has other columns: {', '.join(sheet.names[:12])}."
        )
    return numbers


def _value(column: Column | None, row: int) -> str | float | None:
    if column is None or column.absent[row]:
        return None
    if column.numbers is None:
        return column.values[int(column.codes[row])]
    return float(column.numbers[row])


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a network says to a question: `outputs` (n, outputs), and what each row of them means."""

    pipeline: Pipeline
    question: Question
    outputs: FloatArray
    meanings: list[str] | list[float]

    def score(self) -> tuple[str, float, int] | None:
        """Return accuracy or R2 and over how many rows; None where the file does not know what is right."""
        pairs = zip(self.question.truth, self.meanings, strict=True)
        known = [(true, said) for true, said in pairs if true is not None]
        if not known:
            return None
        if self.pipeline.encoding != "real":
            right = [_is(true, str(said)) for true, said in known]
            return "accuracy", sum(right) / len(right), len(known)
        if not all(isinstance(true, float) for true, _ in known):
            return None
        true, said = np.array(known, dtype=np.float64).T
        return "r2", r2(said, true), len(known)

    def write(self, path: Path) -> None:
        """Write a row for each answer, with its line in the file that was asked about."""
        pipeline = self.pipeline
        header = ["line", *pipeline.columns, f"predicted {pipeline.target}"]
        if pipeline.encoding != "real":
            header += [f"output {number}" for number in range(1, self.outputs.shape[1] + 1)]
            if pipeline.encoding == "one_hot":
                header[-len(pipeline.classes) :] = [f"output {name}" for name in pipeline.classes]
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(header)
        rows = zip(self.question.lines, self.question.rows.tolist(), self.meanings, self.outputs, strict=True)
        for line, inputs, meaning, outputs in rows:
            more = [] if pipeline.encoding == "real" else outputs.tolist()
            writer.writerow([line, *inputs, meaning, *more])
        try:
            paths.write_atomically(path, text.getvalue().encode("utf-8"))
        except OSError as error:
            raise ExportFailedError(f"{path} could not be written: {error.strerror or error}.") from error


def _is(true: str | float, said: str) -> bool:
    """Whether what stands in a file is the class that was said, as tables name it."""
    if isinstance(true, float):
        return class_name(true) == said
    return short(" ".join(true.split()), MAX_NAME) == said


def ask(pipeline: Pipeline, sheet: Sheet) -> Answer:
    """Return what a network says about the rows of a file that was read."""
    asked = question(pipeline, sheet)
    outputs = pipeline.outputs(asked.rows)
    return Answer(pipeline, asked, outputs, pipeline.answers(outputs))
