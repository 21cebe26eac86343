"""What the scripts that use NumPy share: the rows of a file, features, scaling, and what answers mean."""

from collections.abc import Callable, Sequence

import numpy as np

from playground.data.scaling import Scaler
from playground.engine.activations import ACTIVATIONS
from playground.export.code.recipe import Recipe
from playground.export.code.texts import READABLE, Array, assigned, encoded, nested, place, quoted, words
from playground.export.expressions import NUMPY, Language, Node, activation, feature, write
from playground.tables import by_key

HIGHEST, LOWEST = 1.0, -1.0


class Numbers:
    """How the arrays of one script are written; `most` is how many numbers of the layers may be shown.

    `used_bytes`: some array was written as bytes, so that the script needs the function that reads them.
    """

    def __init__(self, recipe: Recipe, most: int | None = None) -> None:
        count = recipe.pipeline.parameters if recipe.pipeline else 0
        self.readable, self._shown = count <= READABLE, most is None or count <= most
        self.used_bytes = False

    def layer(self, name: str, array: Array) -> str:
        """Return the line that gives an array of a layer its name."""
        if not self._shown:
            return f"{name} = {place(array)}"
        return f"{name} = {self.text(array, self.readable)}"

    def text(self, array: Array, readable: bool = True) -> str:
        """Return an array as an expression."""
        if readable and array.size <= READABLE:
            kind = ", dtype=np.float32" if array.dtype == np.float32 else ""
            return f"np.array({nested(array)}{kind})"
        self.used_bytes = True
        return f'decoded({encoded(array)}, "<f{array.dtype.itemsize}", {array.shape})'


DECODED = '''
def decoded(text, kind, shape):
    """Return the numbers whose bytes stand in a text, in base64."""
    return np.frombuffer(base64.b64decode(text), dtype=kind).reshape(shape)
'''

READ = '''
def read(path):
    """Return the columns (n, {columns}) of a CSV file as numbers."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        table = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (table.fieldnames or [])]
        if missing:
            sys.exit(f"{{path}} has no column {{missing[0]!r}}; it needs: {{', '.join(COLUMNS)}}.")
        rows = []
        for row in table:
            try:
                rows.append([float(row[name]) for name in COLUMNS])
            except (TypeError, ValueError) as error:
                sys.exit(f"{{path}}, line {{table.line_num}}: {{error}}")
    return {array}
'''
NUMPY_ROWS = "np.array(rows).reshape(-1, len(COLUMNS))"

MAIN = '''
def main():
    """Answer the rows of the CSV file that is named on the command line."""
    if len(sys.argv) < 2:
        sys.exit("Name a file: python SCRIPT.py DATA.csv, with --outputs for the network's own numbers.")
    rows = read(sys.argv[1])
    found = {listed} if "--outputs" in sys.argv else [[answer] for answer in predict(rows)]
    csv.writer(sys.stdout, lineterminator="\\n").writerows(found)


if __name__ == "__main__":
    main()
'''


def opening(recipe: Recipe, library: str, needs: str) -> str:
    """Return the docstring of a script with trained weights."""
    count = len(recipe.shapes)
    what = f"{count} {'layer' if count == 1 else 'layers'}, trained in the neural-network playground"
    return f'''"""{words(recipe.name)}: {what}, as {library}.

    python SCRIPT.py DATA.csv              prints an answer for every row of a CSV file
    python SCRIPT.py DATA.csv --outputs    prints what the network answers in numbers

predict(rows) answers rows of numbers in the order of COLUMNS. {needs}
"""'''


def names_of_columns(recipe: Recipe) -> str:
    """Return the lines that name columns, target and classes."""
    lines = [
        assigned("COLUMNS", map(quoted, recipe.columns)),
        f"TARGET = {quoted(recipe.target)}",
    ]
    if recipe.classes:
        lines.append(assigned("CLASSES", map(quoted, recipe.classes)))
    return "\n".join(lines)


def features(recipe: Recipe) -> str:
    """Return the function that makes features (n, k) of raw rows (n, d)."""
    return "\n".join(
        [
            "def features(rows):",
            f'    """Return the features (n, {len(recipe.features)}) of raw rows '
            f'(n, {len(recipe.feature_columns)})."""',
            *(f"    {line}" for line in _features(recipe)),
        ]
    )


def _features(recipe: Recipe) -> list[str]:
    columns = recipe.feature_columns
    if recipe.features == columns:
        return ["return rows"]
    if set(recipe.features) <= set(columns):
        places = [str(columns.index(key)) for key in recipe.features]
        return [f"return rows[:, [{', '.join(places)}]]"]
    used: dict[str, int] = {}

    def given(column: str) -> str:
        used[column] = columns.index(column)
        return recipe.names[column]

    made = [write(feature(key, columns), NUMPY, given) for key in recipe.features]
    constant = [not isinstance(feature(key, columns), Node) for key in recipe.features]
    texts = [
        f"np.full(len(rows), {text})" if fixed else text for text, fixed in zip(made, constant, strict=True)
    ]
    lines = [f"{recipe.names[column]} = rows[:, {place}]" for column, place in used.items()]
    return [*lines, *_stacked(texts)]


def _stacked(texts: Sequence[str]) -> list[str]:
    line = f"return np.column_stack([{', '.join(texts)}])"
    if len(line) < 90:
        return [line]
    return ["return np.column_stack(", "    [", *(f"        {text}," for text in texts), "    ]", ")"]


def is_plain(recipe: Recipe) -> bool:
    """Whether the features are the columns as they are."""
    return recipe.features == recipe.feature_columns


# Scaling ----------------------------------------------------------------------------------------------------


def scaled(scaler: Scaler, numbers: Numbers) -> str:
    """Return the numbers and the function that scale features (n, k); "" where they stay as they are."""
    lines, steps = [], []
    if scaler.logged is not None and scaler.floor is not None:
        lines += [f"LOGGED = {numbers.text(scaler.logged)}", f"FLOOR = {numbers.text(scaler.floor)}"]
        steps.append("x = np.where(LOGGED, np.log(np.maximum(x, FLOOR)), x)")
    result = "x"
    if scaler.mean.any():
        lines.append(f"MEAN = {numbers.text(scaler.mean)}")
        result = "(x - MEAN)"
    if scaler.rotation is not None:
        lines.append(f"ROTATION = {numbers.text(scaler.rotation)}")
        result = f"{result} @ ROTATION"
    if (scaler.scale != 1.0).any():
        lines.append(f"SCALE = {numbers.text(scaler.scale)}")
        result = f"{result} / SCALE"
    if not lines:
        return ""
    text = '    """Return features (n, k) as the network takes them: of a common size."""'
    head = ["", "", "def scaled(x):", text, *(f"    {step}" for step in steps)]
    return "\n".join([*lines, *head, f"    return {result}"])


def target_scaled(scaler: Scaler) -> tuple[float, float]:
    """Return the scale and the mean that bring an output into the unit of the target."""
    return float(np.atleast_1d(scaler.scale)[0]), float(np.atleast_1d(scaler.mean)[0])


def into_unit(recipe: Recipe) -> str:
    """Return what is added to an expression of outputs to have them in the unit of the target."""
    if recipe.encoding != "real" or recipe.pipeline is None:
        return ""
    scale, mean = target_scaled(recipe.pipeline.target_scaler)
    return (f" * {scale!r}" if scale != 1.0 else "") + (f" + {mean!r}" if mean != 0.0 else "")


def as_inputs(recipe: Recipe, is_scaled: bool) -> str:
    """Return the expression that makes what the network takes of raw rows."""
    made = "np.asarray(rows, dtype=float)"
    made = made if is_plain(recipe) else f"features({made})"
    return f"scaled({made})" if is_scaled else made


# Answers ----------------------------------------------------------------------------------------------------


def outputs(recipe: Recipe, lines: Sequence[str]) -> str:
    """Return the function from raw rows to outputs, whose body is `lines`."""
    count = recipe.shapes[-1].units
    text = f'"""Return what the network answers (n, {count}) to raw rows (n, {len(recipe.columns)})."""'
    return "\n".join(["def outputs(rows):", *(f"    {line}" for line in [text, *lines])])


def indices(recipe: Recipe) -> str:
    """Return the expression for the indices of classes, of outputs called `found`."""
    if recipe.encoding == "one_hot":
        return "found.argmax(axis=1)"
    return f"(found[:, 0] > {recipe.threshold}).astype(int)"


def predict(recipe: Recipe) -> str:
    """Return the function that says what outputs mean."""
    real = recipe.encoding == "real"
    last = "found[:, 0].tolist()" if real else f"[CLASSES[index] for index in {indices(recipe)}]"
    return predicting(recipe, ["found = outputs(rows)", f"return {last}"])


def predicting(recipe: Recipe, lines: Sequence[str]) -> str:
    """Return the function `predict` whose body is `lines`."""
    what = f"the {words(recipe.target, 40)}" if recipe.encoding == "real" else "the class"
    text = f'"""Return {what} for each of the raw rows (n, {len(recipe.columns)})."""'
    return "\n".join(["def predict(rows):", *(f"    {line}" for line in [text, *lines])])


def probabilities(recipe: Recipe) -> str:
    """Return the expression for the shares (n, classes) of outputs `found`; "" where they are none."""
    key = recipe.shapes[-1].activation
    bounds = by_key(ACTIVATIONS, key, "activation").bounds
    if recipe.encoding == "one_hot":
        return "found" if key == "softmax" else ""
    if recipe.encoding == "unit" and bounds == (0.0, HIGHEST):
        return "np.hstack([1.0 - found, found])"
    if recipe.encoding == "signed" and bounds == (LOWEST, HIGHEST):
        return "np.hstack([1.0 - found, 1.0 + found]) / 2.0"
    return ""


# Functions --------------------------------------------------------------------------------------------------


def used_activations(recipe: Recipe) -> list[str]:
    """Return the keys of the activations that are more than nothing, each once."""
    shapes = [shape for shape in recipe.shapes if shape.kind == "dense"]
    return list(dict.fromkeys(shape.activation for shape in shapes if shape.activation != "linear"))


def function(key: str, language: Language, by_hand: Callable[[str], str] | None = None) -> str:
    """Return the function of an activation; `by_hand` writes one that mixes units."""
    record = by_key(ACTIVATIONS, key, "activation")
    if not record.elementwise:
        assert by_hand is not None
        return by_hand(key)
    text = f'    """Return {words(record.formula)}."""'
    return f"def {key}(z):\n{text}\n    return {write(activation(key), language)}"


def joined(*parts: str, lines: int = 2) -> str:
    """Return the parts of a script that are not empty, with empty lines between them."""
    return ("\n" * (lines + 1)).join(part.strip("\n") for part in parts if part) + "\n"


def head(
    recipe: Recipe,
    library: str,
    needs: str,
    numbers: Numbers,
    *libraries: str,
    own: Sequence[str] = ("csv", "sys"),
) -> str:
    """Return what a script with trained weights begins with; `libraries` are lines of imports."""
    return joined(
        opening(recipe, library, needs),
        imports(numbers, *libraries, standard=own),
        names_of_columns(recipe),
        lines=1,
    )


def tail(recipe: Recipe) -> str:
    """Return what a script that uses NumPy ends with."""
    return joined(
        predict(recipe),
        READ.format(columns=len(recipe.columns), array=NUMPY_ROWS),
        MAIN.format(listed="outputs(rows).tolist()"),
    )


def imports(numbers: Numbers | None, *libraries: str, standard: Sequence[str] = ("csv", "sys")) -> str:
    """Return the lines that import modules of Python's own, and then `libraries`, which are whole lines."""
    first = [*(["base64"] if numbers and numbers.used_bytes else []), *standard]
    own = "\n".join(f"import {name}" for name in sorted(first))
    return "\n\n".join(part for part in (own, "\n".join(libraries)) if part)
