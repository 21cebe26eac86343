"""C header: the whole pipeline as one file of C99, with no allocation and nothing but the C library.

`NAME_predict(x, out)` takes the raw columns as doubles; NAME is made of the network's name. Features and
scaling are computed in double, layers in the network's precision with sums in double. Formulas are written
from their trees; names of columns and classes stand in strings and comments, escaped, and nowhere else.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from playground.engine.layers import EPSILON
from playground.export.arrays import named
from playground.export.c_text import (
    array,
    block,
    comment,
    constant,
    identifier,
    is_packed,
    language,
    packed,
    string,
)
from playground.export.expressions import activation, feature, write
from playground.export.pipeline import FloatArray, Pipeline

EXAMPLE = """\
/* {title}: a neural network as one C99 header. It allocates nothing and needs only the C library.
 *
 * {NAME}_INPUTS raw numbers go in, in the order of {name}_columns; {outputs}.
 *
 *     #include <stdio.h>
 *     #include "this_file.h"
 *
 *     int main(void)
 *     {{
 *         double x[{NAME}_INPUTS] = {{0}}, out[{NAME}_OUTPUTS];
 *         {name}_predict(x, out);
 *         printf({format}, {shown});
 *         return 0;
 *     }}
 *
 * Compile it with: cc -std=c99 -O2 example.c -lm
 */
#ifndef {NAME}_H
#define {NAME}_H

#include <math.h>
#include <stddef.h>

#define {NAME}_INPUTS {inputs}
#define {NAME}_FEATURES {features}
#define {NAME}_OUTPUTS {units}
#define {NAME}_TARGET {target}
"""

HELPERS = {
    "max": "({real} a, {real} b)\n{{\n    return (a >= b || a != a) ? a : b;\n}}\n",
    "min": "({real} a, {real} b)\n{{\n    return (a <= b || a != a) ? a : b;\n}}\n",
    "sign": "({real} x)\n{{\n    return (x > 0) ? {one} : (x < 0) ? -{one} : x;\n}}\n",
}
"""Functions that C lacks, or has with another answer where a number is not one."""

LITTLE_ENDIAN = """
/* Large matrices are written as the bytes of their numbers, the lowest byte first, which compiles faster. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "The numbers in this file are written for processors that keep the lowest byte first."
#endif
"""

DENSE = """
static inline void {function}(size_t units, size_t inputs, const {real} *weight, const {real} *bias,
    const {real} *x, {real} *a)
{{
    for (size_t u = 0; u < units; u++) {{
        double z = (double)bias[u];
        for (size_t i = 0; i < inputs; i++)
            z += (double)weight[{index}] * (double)x[i];
        a[u] = ({real})z;
    }}
}}
"""

NORMALISED = """
static inline void {name}_normalise(size_t units, const {real} *x, {real} *a)
{{
    double mean = 0.0, variance = 0.0;
    for (size_t u = 0; u < units; u++)
        mean += (double)x[u] / (double)units;
    for (size_t u = 0; u < units; u++)
        variance += ((double)x[u] - mean) * ((double)x[u] - mean) / (double)units;
    for (size_t u = 0; u < units; u++)
        a[u] = ({real})(((double)x[u] - mean) / sqrt(variance + {epsilon}));
}}
"""

SOFTMAX = """
static inline void {name}_softmax(size_t units, {real} *a)
{{
    {real} most = a[0];
    double sum = 0.0;
    for (size_t u = 1; u < units; u++)
        most = (a[u] > most) ? a[u] : most;
    for (size_t u = 0; u < units; u++) {{
        a[u] = exp{f}(a[u] - most);
        sum += (double)a[u];
    }}
    for (size_t u = 0; u < units; u++)
        a[u] = ({real})((double)a[u] / sum);
}}
"""

CLASSIFY_ONE = """
/* The index in {name}_classes of what x is. */
static inline int {name}_classify(const double x[{NAME}_INPUTS])
{{
    double out[{NAME}_OUTPUTS];
    {name}_predict(x, out);
    return out[0] > {threshold};
}}
"""

CLASSIFY_LARGEST = """
/* The index in {name}_classes of what x is. */
static inline int {name}_classify(const double x[{NAME}_INPUTS])
{{
    double out[{NAME}_OUTPUTS];
    int largest = 0;
    {name}_predict(x, out);
    for (int i = 1; i < {NAME}_OUTPUTS; i++)
        largest = (out[i] > out[largest]) ? i : largest;
    return largest;
}}
"""


def write_header(pipeline: Pipeline, path: Path) -> None:
    """Write the header."""
    path.write_text(source(pipeline), encoding="utf-8")


def source(pipeline: Pipeline) -> str:
    """Return the text of the header."""
    return _Header(pipeline).text()


class _Header:
    """One header in the making."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.real = "float" if pipeline.precision == "float32" else "double"
        self.f = "f" if self.real == "float" else ""
        self.name = identifier(pipeline.name)
        self.words = {"name": self.name, "NAME": self.name.upper(), "real": self.real, "f": self.f}

    def text(self) -> str:
        """Return all of it."""
        predict = self._predict()
        functions = "".join(self._functions())
        helpers = "".join(self._helpers(functions + predict))
        data = "".join((*self._names(), *self._scaling(), *self._arrays()))
        ending = f"\n#endif /* {self.name.upper()}_H */\n"
        guard = LITTLE_ENDIAN if "char bytes[" in data else ""
        return "".join((self._head(), guard, data, helpers, functions, predict, self._classify(), ending))

    def _fill(self, template: str, **more: object) -> str:
        return template.format(**self.words, **more)

    def _head(self) -> str:
        one = self.pipeline
        classes = bool(one.classes)
        shown = f"{self.name}_classes[{self.name}_classify(x)]" if classes else "out[0]"
        return self._fill(
            EXAMPLE,
            title=comment(one.name),
            outputs=f"out says how much speaks for each of {self.name}_classes"
            if one.encoding == "one_hot"
            else f"out[0] above {one.threshold} means the second of {self.name}_classes"
            if classes
            else f"out[0] is {comment(one.target)}",
            format='"%s\\n"' if classes else '"%g\\n"',
            shown=shown,
            inputs=len(one.columns),
            features=len(one.features),
            units=one.shapes[-1].units,
            target=string(one.target),
        )

    def _names(self) -> Iterator[str]:
        yield from self._strings("columns", "INPUTS", self.pipeline.columns)
        if self.pipeline.classes:
            yield f"\n#define {self.name.upper()}_CLASSES {len(self.pipeline.classes)}\n"
            yield from self._strings("classes", "CLASSES", self.pipeline.classes)

    def _strings(self, what: str, count: str, names: tuple[str, ...]) -> Iterator[str]:
        yield f"\nstatic const char *const {self.name}_{what}[{self.name.upper()}_{count}] = {{\n"
        yield from (f"    {string(one)},\n" for one in names)
        yield "};\n"

    def _array(self, name: str, numbers: FloatArray, real: str) -> Iterator[str]:
        write_array = packed if is_packed(numbers) else array
        return write_array(f"{self.name}_{name}", numbers, real)

    def _scaling(self) -> Iterator[str]:
        scaler = self.pipeline.input_scaler
        yield from self._array("mean", np.atleast_1d(scaler.mean), "double")
        yield from self._array("scale", np.atleast_1d(scaler.scale), "double")
        if scaler.rotation is not None:
            yield "\n/* A line of the matrix after another. */"
            yield from self._array("rotation", scaler.rotation, "double")
        if scaler.logged is not None and scaler.floor is not None:
            yield "\n/* Of these features the logarithm is taken, of numbers not below the floor. */"
            yield from self._array("logged", scaler.logged.astype(np.float64), "double")
            yield from self._array("floor", scaler.floor, "double")

    def _arrays(self) -> Iterator[str]:
        """Yield the numbers of every layer; a weight has a row for each unit."""
        for place, arrays in enumerate(named(self.pipeline), 1):
            for name, numbers in arrays.items():
                yield from self._array(f"{name}_{place}", numbers.astype(self.pipeline.precision), self.real)

    def _helpers(self, body: str) -> Iterator[str]:
        """Yield the functions that `body` calls and C lacks."""
        for real in dict.fromkeys(("double", self.real)):
            f = "f" if real == "float" else ""
            for short, definition in HELPERS.items():
                called = f"{self.name}_{short}{f}"
                if f"{called}(" in body:
                    yield f"\nstatic inline {real} {called}"
                    yield definition.format(real=real, one=f"1.0{f}")

    def _functions(self) -> Iterator[str]:
        """Yield a function for each kind of layer and each activation that there is."""
        shapes = self.pipeline.shapes
        kinds, activations = ({getattr(s, key) for s in shapes} for key in ("kind", "activation"))
        index = "u * inputs + i"
        for is_in_bytes in sorted({is_packed(one) for one in self.pipeline.weights}):
            function = f"{self.name}_dense_packed" if is_in_bytes else f"{self.name}_dense"
            yield self._fill(DENSE, function=function, index=self._index(index) if is_in_bytes else index)
        if "layer_norm" in kinds:
            yield self._fill(NORMALISED, epsilon=EPSILON)
        if "softmax" in activations:
            yield self._fill(SOFTMAX)
        for key in sorted(activations - {"softmax", "linear"}):
            formula = write(activation(key), language(self.name, self.real))
            yield f"\nstatic inline {self.real} {self.name}_g_{key}({self.real} z)\n"
            yield f"{{\n    return {formula};\n}}\n"

    def _index(self, index: str, real: str = "") -> str:
        """Return where number `index` of a packed matrix stands."""
        return f"({index}) + ({index}) / {block(real or self.real)}"

    # The function that predicts -----------------------------------------------------------------------------

    def _predict(self) -> str:
        capital = self.name.upper()
        lines = [*self._inputs(), *self._layers()]
        body = "".join(f"    {line}\n" if line else "\n" for line in lines)
        unused = "" if "x[" in body else "    (void)x;\n"
        return (
            "\n/* What the network answers to the raw numbers x. */\n"
            f"static inline void {self.name}_predict(const double x[{capital}_INPUTS], "
            f"double out[{capital}_OUTPUTS])\n{{\n{unused}{body}}}\n"
        )

    def _inputs(self) -> Iterator[str]:
        """Yield the lines that make the network's inputs of the columns."""
        one, name, count = self.pipeline, self.name, f"{self.name.upper()}_FEATURES"
        places = {column: f"x[{place}]" for place, column in enumerate(one.columns)}
        each = f"for (size_t i = 0; i < {count}; i++)"
        yield f"double f[{count}];"
        yield f"{self.real} a0[{count}];"
        if one.features == one.columns:
            yield f"{each} f[i] = x[i];"
        else:
            plain = language(name, "double")
            for place, key in enumerate(one.features):
                formula = write(feature(key, one.columns), plain, places.__getitem__)
                yield f"f[{place}] = {formula}; /* {comment(key)} */"
        if one.input_scaler.logged is not None:
            yield f"{each} if ({name}_logged[i] > 0.0) f[i] = log({name}_max(f[i], {name}_floor[i]));"
        if one.input_scaler.rotation is None:
            yield f"{each} a0[i] = ({self.real})((f[i] - {name}_mean[i]) / {name}_scale[i]);"
            return
        yield f"{each} {{"
        yield "    double sum = 0.0;"
        yield f"    for (size_t j = 0; j < {count}; j++)"
        index = f"j * {count} + i"
        in_bytes = is_packed(one.input_scaler.rotation)
        factor = f".numbers[{self._index(index, 'double')}]" if in_bytes else f"[{index}]"
        yield f"        sum += (f[j] - {name}_mean[j]) * {name}_rotation{factor};"
        yield f"    a0[i] = ({self.real})(sum / {name}_scale[i]);"
        yield "}"

    def _layers(self) -> Iterator[str]:
        """Yield the lines of every layer, each with an array of its own for what it answers."""
        values = ["a0"]
        for number, shape in enumerate(self.pipeline.shapes, 1):
            if shape.kind == "dropout":
                values.append(values[-1])
                continue
            yield from ("", f"{self.real} a{number}[{shape.units}]; /* {shape.kind} */")
            yield from self._layer(number, values)
            values.append(f"a{number}")
        outputs, last = self.pipeline.shapes[-1].units, values[-1]
        yield ""
        if self.pipeline.encoding == "real":
            scale, mean = (float(np.ravel(one)[0]) for one in self._target())
            yield f"out[0] = (double){last}[0] * {scale!r} + {mean!r};"
        else:
            yield f"for (size_t i = 0; i < {outputs}; i++) out[i] = (double){last}[i];"

    def _target(self) -> tuple[FloatArray, FloatArray]:
        return self.pipeline.target_scaler.scale, self.pipeline.target_scaler.mean

    def _layer(self, place: int, values: list[str]) -> Iterator[str]:
        """Yield the lines that compute one layer's answers; `values` are the arrays before it."""
        shape, name, x, a = self.pipeline.shapes[place - 1], self.name, values[-1], f"a{place}"
        each = f"for (size_t i = 0; i < {shape.units}; i++)"

        def own(what: str) -> str:
            return f"{name}_{what}_{place}"

        if shape.kind == "dense":
            in_bytes = is_packed(self.pipeline.weights[place - 1])
            dense, numbers = ("dense_packed", ".numbers") if in_bytes else ("dense", "")
            yield f"{name}_{dense}({shape.units}, {shape.inputs}, {own('weight')}{numbers},"
            yield f"    {own('bias')}, {x}, {a});"
            if shape.activation == "softmax":
                yield f"{name}_softmax({shape.units}, {a});"
            elif shape.activation != "linear":
                yield f"{each} {a}[i] = {name}_g_{shape.activation}({a}[i]);"
        elif shape.kind == "batch_norm":
            epsilon = constant(EPSILON, self.real)
            yield f"{each} {a}[i] = {own('gamma')}[i] * ({x}[i] - {own('mean')}[i])"
            yield f"        / sqrt{self.f}({own('variance')}[i] + {epsilon}) + {own('beta')}[i];"
        elif shape.kind == "layer_norm":
            yield f"{name}_normalise({shape.units}, {x}, {a});"
            yield f"{each} {a}[i] = {own('gamma')}[i] * {a}[i] + {own('beta')}[i];"
        else:
            yield f"{each} {a}[i] = {x}[i] + {values[shape.source]}[i];"

    def _classify(self) -> str:
        if not self.pipeline.classes:
            return ""
        template = CLASSIFY_LARGEST if self.pipeline.encoding == "one_hot" else CLASSIFY_ONE
        return self._fill(template, threshold=self.pipeline.threshold)
