"""The report on a run: one page with its settings, its network, what it looks like and how good it is."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from playground import __version__, paths
from playground.data.base import PART_NAMES
from playground.engine.activations import ACTIVATIONS
from playground.engine.layers import LAYERS, LayerShape
from playground.engine.metrics import mae, rmse
from playground.experiment import files
from playground.experiment.check import check
from playground.experiment.prepare import Prepared
from playground.experiment.words import layer_names
from playground.export import page
from playground.export.code import SCRIPTS
from playground.export.code.recipe import recipe_of
from playground.tables import by_key
from playground.training.advice import Curves, advice
from playground.training.messages import Look
from playground.training.still import still
from playground.ui.figures import figures, four_digits, percent_in_tenths
from playground.ui.panels.evaluation_line import TOO_GOOD, in_words
from playground.ui.pictures import Drawing, as_png, as_svg, diagram_drawing, plot_drawing
from playground.ui.plots import PLOTS
from playground.ui.seen import Seen
from playground.ui.settings_words import data_rows, training_rows
from playground.ui.theme.tokens import DARK, LIGHT, Theme

LARGEST_SVG = 600_000
"""Bytes beyond which a picture of very many points is put into the page as pixels."""
LARGEST_JSON = 2_000_000
WAITING = "The test rows have not been looked at yet: they wait until the choices are made."


def write_report(path: Path, seen: Seen) -> None:
    """Write the report on a run to one HTML file. Raises OSError; what was there is then as it was."""
    paths.write_atomically(path, report(seen).encode("utf-8"))


def report(seen: Seen, now: datetime | None = None) -> str:
    """Return the report on a run as HTML, with the date of `now`."""
    experiment, prepared = seen.experiment, seen.prepared
    when = (now or datetime.now().astimezone()).strftime("%Y-%m-%d %H:%M")
    program = f"Neural-network playground {__version__}"
    head = page.paragraph(f"{when}  ·  {program}", muted=True) + page.paragraph(experiment.about)
    sections = [
        page.section("Result", page.table(_figures(seen)), *_of_the_test_rows(seen)),
        page.section("What there is to say", page.bullets(_words(seen))),
        page.section("Data", page.table(data_rows(experiment)), _counts(prepared)),
        page.section("Network", _drawn(diagram_drawing(LIGHT, seen)), _summary(seen)),
        page.section("Training", page.table(training_rows(experiment)), *_changes(seen)),
        page.section("Pictures", *_pictures(seen)),
        page.section("Code", page.code_block(SCRIPTS[0].training(recipe_of(experiment)))),
        page.section("How to reproduce it", *_reproduction(seen)),
    ]
    return page.page(experiment.name, program, head, sections, (_colours(LIGHT), _colours(DARK)))


def _colours(theme: Theme) -> dict[str, str]:
    """Return the page's colours; figures are drawn for white paper, whatever lies around them."""
    return {
        "ink": theme.text,
        "soft": theme.muted,
        "line": theme.hairline,
        "ground": theme.surface,
        "raised": theme.raised,
        "paper": LIGHT.surface,
        "pencil": LIGHT.muted,
    }


# Figures ------------------------------------------------------------------------------------------------


def _figures(seen: Seen) -> list[tuple[str, str]]:
    """Return the figures at the end of the curves, each with the rows it was measured on."""
    prepared, history, watched = seen.prepared, seen.history, seen.prepared.watched
    rows = [("Epochs", f"{seen.snapshot.epoch:,}"), ("Steps", f"{seen.snapshot.step:,}")]
    if not len(history):
        return rows
    for values, part, used in (
        (history.train_loss, "train", prepared.train_rows),
        (history.watched_loss, watched, prepared.watched_rows),
    ):
        on = f"on {len(used):,} {part} rows"
        rows.append((f"{part.capitalize()} loss", f"{four_digits(float(values[-1]))} {on}"))
    regression = prepared.plan.task == "regression"
    for values, part in ((history.train_metric, "train"), (history.watched_metric, watched)):
        value = float(values[-1])
        if regression:
            rows.append((f"{part.capitalize()} R²", four_digits(value)))
        else:
            rows.append((f"{part.capitalize()} accuracy", percent_in_tenths(value)))
    return rows + (_errors(seen) if regression else [])


def _errors(seen: Seen) -> list[tuple[str, str]]:
    """Return the errors on the watched rows in the unit of the target."""
    prepared = seen.prepared
    answers = still(prepared, seen.snapshot, Look(predictions=True)).predictions[prepared.watched_rows]
    targets = prepared.sample.targets[prepared.watched_rows]
    if not np.isfinite(answers).all():
        return []
    unit = f" {prepared.sample.unit}" if prepared.sample.unit else ""
    name = prepared.watched.capitalize()
    found = (("MAE", mae(answers, targets)), ("RMSE", rmse(answers, targets)))
    return [(f"{name} {label}", f"{figures(value, 3)}{unit}") for label, value in found]


def _of_the_test_rows(seen: Seen) -> Sequence[str]:
    """Return what the test rows said: every look at them, or that there was none."""
    prepared = seen.prepared
    if not prepared.has_validation:
        text = "The curves were watched on the test rows, so choices made by them have seen these rows."
        return (page.paragraph(text, muted=True),)
    name = prepared.test_name
    looks = [in_words(one, prepared) for one in seen.experiment.evaluations if one.test_rows == name]
    if not looks:
        return (page.paragraph(WAITING),)
    counted = "1 look at the test rows:" if len(looks) == 1 else f"{len(looks)} looks at the test rows:"
    return page.paragraph(counted), page.bullets(looks), page.paragraph(TOO_GOOD, muted=True)


def _words(seen: Seen) -> list[str]:
    """Return how the training went, and what is unwise about the experiment."""
    curves = Curves()
    curves.add(seen.history)
    found = [seen.snapshot.problem or "", seen.snapshot.stopped]
    if not seen.snapshot.problem:
        found.append(advice(curves, seen.prepared.plan, seen.prepared.watched))
    found += [problem.message for problem in (*check(seen.experiment), *seen.prepared.problems)]
    return list(dict.fromkeys(text for text in found if text))


def _changes(seen: Seen) -> Sequence[str]:
    """Return what was changed while the network was trained."""
    if not seen.changes:
        return ()
    told = [f"epoch {epoch:,.0f}: {text}" for epoch, text in seen.changes]
    return page.paragraph("Changed on the way:"), page.bullets(told)


# Data and network ---------------------------------------------------------------------------------------


def _counts(prepared: Prepared) -> str:
    """Return a table of how many rows of each class every part has."""
    names = prepared.plan.class_names
    rows = []
    for part, used in zip(PART_NAMES, prepared.parts.all, strict=True):
        if len(used):
            targets = prepared.sample.targets[used]
            each = [f"{np.count_nonzero(targets == index):,}" for index in range(len(names))]
            rows.append([part, f"{len(used):,}", *each])
    return page.table(rows, ("Part", "Rows", *names), numbers=range(1, 2 + len(names)))


def _summary(seen: Seen) -> str:
    """Return a table of the layers: what each answers with, and how many numbers it has."""
    plan = seen.prepared.plan
    names = [*layer_names(seen.experiment.layers), "Output"]
    rows = [["Inputs", "", f"(rows, {plan.shapes[0].inputs:,})", "0"]]
    for name, shape in zip(names, plan.shapes, strict=True):
        rows.append([name, _kind(shape), f"(rows, {shape.units:,})", f"{shape.size:,}"])
    kept = sum(shape.size - shape.trained for shape in plan.shapes)
    total = f"{plan.parameters:,} parameters are trained"
    averages = f"; {kept:,} more are running averages" if kept else ""
    layers = page.table(rows, ("Layer", "What it does", "Output shape", "Parameters"), numbers=(3,))
    return layers + page.paragraph(f"{total}{averages}.")


def _kind(shape: LayerShape) -> str:
    """Return what a layer does in a few words."""
    kind = by_key(LAYERS, shape.kind, "kind of layer")
    if shape.kind == "dense":
        return f"{kind.label}, {by_key(ACTIVATIONS, shape.activation, 'activation').label}"
    values = zip(kind.parameters, shape.parameters, strict=True)
    return ", ".join([kind.label, *(f"{spec.label.lower()} {value:g}" for spec, value in values)])


# Pictures -----------------------------------------------------------------------------------------------


def _drawn(drawing: Drawing) -> str:
    svg = as_svg(drawing)
    if len(svg) > LARGEST_SVG:
        return page.png_figure(as_png(drawing, 2.0), drawing.name)
    return page.svg_figure(svg, drawing.name)


def _pictures(seen: Seen) -> list[str]:
    """Return every plot that fits the run."""
    made = []
    for plot in PLOTS:
        if plot.group != "instrument" and plot.fits(seen.prepared.plan):
            with plot_drawing(plot, LIGHT, seen) as drawing:
                made.append(_drawn(drawing))
    return made


# Again --------------------------------------------------------------------------------------------------


def _reproduction(seen: Seen) -> list[str]:
    """Return how to train the same network again."""
    name = "experiment.json"
    command = f"playground train {name} --epochs {max(1, seen.snapshot.epoch)}"
    text = files.dump(seen.experiment)
    parts = [page.paragraph(f"Keep the experiment below as {name}, then:"), page.code_block(command)]
    if seen.changes:
        text_on_changes = (
            "It began with other weights, or was changed while it was trained: see “Changed on the way”. "
            "From the experiment alone it comes out otherwise."
        )
        parts.append(page.paragraph(text_on_changes))
    if len(text) > LARGEST_JSON:
        parts[0] = page.paragraph(
            f"The rows of this experiment are too many for a page: save it from the program as {name}, then:"
        )
        return parts
    return [*parts, page.details(f"The experiment ({name})", page.code_block(text))]
