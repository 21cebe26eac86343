"""The step and the loop: a batch forward, its errors back, the update; thousands of them in one call.

`run` is what the training calls. It takes rows, draws the order of each epoch, keeps the learning curves and
returns after a given number of steps, all without the interpreter lock.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from playground.engine import dice
from playground.engine.backends.kernels import dense, norms, tables
from playground.engine.backends.kernels.machine import (
    ACTIVATION,
    BATCH_NORM,
    BELOW,
    COLUMNS,
    DENSE,
    FIRST,
    KIND,
    LAYER_NORM,
    LIMIT,
    SKIP,
    SOFTMAX,
    SOURCE,
    START,
    UNITS,
    padded,
)
from playground.engine.backends.kernels.scalar import ENTRY, FAST
from playground.engine.backends.kernels.tables import CONSTANTS as CONSTANTS
from playground.engine.curves import is_recorded

CLIP_NONE, CLIP_VALUE, CLIP_NORM = range(3)
ACCURACY, R2 = range(2)

recorded = njit(is_recorded, **FAST)
whole_lanes = njit(padded, **FAST)


class Choices(NamedTuple):
    """What is chosen for training: places in the tables, and numbers.

    `places` (int64): loss, 1 when its gradient is by z, 1 when it averages over outputs, 1 when its terms are
    elementwise, optimizer, regularizer, 1 when that shrinks, clipping, metric.
    `numbers` (float64): rate of regularization, clipping limit, threshold of the metric.
    `hyper` (float64): the optimizer's parameters. `memory` (slots, P): the optimizer's.
    `held` (int64): the places of the parameters that stay; `kept` has room for their values.
    """

    places: Any
    numbers: Any
    hyper: Any
    memory: Any
    constants: Any
    numbers_here: Any
    held: Any
    kept: Any


LOSS, FROM_LOGITS, AVERAGE, ELEMENTWISE, OPTIMIZER, REGULARIZER, SHRINKS, CLIPPING, METRIC = range(9)
RATE, CLIP_LIMIT, THRESHOLD = range(3)

# Places in `counters` (int64).
EPOCH, ROW, STEP, UPDATES, RECORDS, ORDERED, STRIDE, DIVERGED, BATCH = range(9)


class Rows(NamedTuple):
    """Examples: `x` (rows, inputs) and `y` (rows, outputs), C-contiguous."""

    x: Any
    y: Any


# One batch -----------------------------------------------------------------------------------------------


@njit(**FAST)
def take(machine, rows, order, first, count, n):
    """Bring `count` rows from place `first` of `order` into the input's columns; the padding becomes 0."""
    x, y, values, target = rows.x, rows.y, machine.values, machine.target
    inputs, outputs = x.shape[1], y.shape[1]
    for i in range(count):
        row = order[first + i]
        for k in range(inputs):
            values[(k + 1) * n + i] = x[row, k]
        for k in range(outputs):
            target[k * n + i] = y[row, k]
    for k in range(inputs):
        for i in range(count, n):
            values[(k + 1) * n + i] = 0


@njit(**FAST)
def set_ones(machine, n):
    """Write the row of ones of every layer, for batches of `n` columns."""
    machine.values[:n] = 1
    for layer in range(machine.ops.shape[0]):
        start = machine.ops[layer, START]
        machine.values[start * n : (start + 1) * n] = 1


@njit(**FAST)
def forward(machine, n, count, training, bits, step):
    """Compute the values of every layer from the input's columns."""
    ops, values, sums, parameters = machine.ops, machine.values, machine.sums, machine.parameters
    for layer in range(ops.shape[0]):
        kind, units, columns = ops[layer, KIND], ops[layer, UNITS], ops[layer, COLUMNS]
        first, below, start = ops[layer, FIRST], ops[layer, BELOW], ops[layer, START]
        if kind == DENSE:
            dense.forward(parameters, first, units, columns, values, below, n, sums, start + 1)
            if ops[layer, ACTIVATION] == SOFTMAX:
                norms.softmax(sums, values, start, units, n)
            else:
                begin, end = (start + 1) * n, (start + 1 + units) * n
                tables.apply(ops[layer, ACTIVATION], sums, values, begin, end)
        elif kind == SKIP:
            norms.copy(values, below, values, start, units, n)
            norms.add(values, ops[layer, SOURCE], values, start, units, n)
        elif kind == BATCH_NORM:
            block = parameters[first : first + units * columns]
            momentum = machine.numbers[layer]
            norms.batch_norm(
                block, momentum, training, values, below, start, units, n, count, sums, machine.deltas
            )
        elif kind == LAYER_NORM:
            block = parameters[first : first + units * columns]
            norms.layer_norm(block, values, below, start, units, n, sums, machine.deltas)
        elif training:
            base = norms.step_base(bits, step, layer)
            scale = machine.numbers[layer]
            norms.silence(values, below, start, units, n, count, base, ops[layer, LIMIT], scale, sums)
        else:
            norms.copy(values, below, values, start, units, n)


@njit(**FAST)
def output_errors(machine, choices, n, count):
    """Write the output layer's deltas, dL/dz of the mean loss, from the batch's targets."""
    last = machine.ops.shape[0] - 1
    units, start = machine.ops[last, UNITS], machine.ops[last, START]
    begin, end = (start + 1) * n, (start + 1 + units) * n
    z, a, delta, grad = machine.sums, machine.values, machine.deltas, machine.grads
    scale = 1.0 / count
    if choices.places[AVERAGE]:
        scale /= units
    scale_here = machine.numbers.dtype.type(scale)
    from_logits = choices.places[FROM_LOGITS]
    errors = delta if from_logits else grad
    tables.loss_gradient(choices.places[LOSS], z, a, machine.target, scale_here, errors, begin, end)
    for unit in range(units):
        for i in range(count, n):
            errors[begin + unit * n + i] = 0
    if not from_logits:
        if machine.ops[last, ACTIVATION] == SOFTMAX:
            norms.softmax_back(grad, a, delta, start, units, n)
        else:
            tables.pull_back(machine.ops[last, ACTIVATION], grad, z, a, delta, begin, end)


@njit(**FAST)
def backward(machine, n, count):
    """Write all gradients, from the output layer's deltas to the first layer."""
    ops, values, sums, grads, deltas = (
        machine.ops,
        machine.values,
        machine.sums,
        machine.grads,
        machine.deltas,
    )
    parameters, gradients, turned = machine.parameters, machine.gradients, machine.turned
    last = ops.shape[0] - 1
    for layer in range(last, -1, -1):
        kind, units, columns = ops[layer, KIND], ops[layer, UNITS], ops[layer, COLUMNS]
        first, below, start = ops[layer, FIRST], ops[layer, BELOW], ops[layer, START]
        if kind == DENSE:
            if layer < last:
                begin, end = (start + 1) * n, (start + 1 + units) * n
                tables.pull_back(ops[layer, ACTIVATION], grads, sums, values, deltas, begin, end)
            dense.weight_gradients(
                deltas, start + 1, units, values, below, columns, n, gradients, first, turned
            )
            if layer > 0:
                dense.errors_back(parameters, first, units, columns, deltas, start + 1, n, grads, below)
        elif kind == SKIP:
            norms.copy(grads, start, grads, below, units, n)
        elif kind == BATCH_NORM:
            block = parameters[first : first + units * columns]
            gradient = gradients[first : first + units * columns]
            norms.batch_norm_back(block, gradient, grads, below, start, units, n, count, sums, deltas)
        elif kind == LAYER_NORM:
            block = parameters[first : first + units * columns]
            gradient = gradients[first : first + units * columns]
            norms.layer_norm_back(block, gradient, grads, below, start, units, n, sums, deltas)
        else:
            norms.silence_back(grads, below, start, units, n, sums)
        # The errors of a skip go to where it took its values from, too.
        for later in range(layer + 1, last):
            if ops[later, KIND] == SKIP and ops[later, SOURCE] == below:
                norms.add(grads, ops[later, START], grads, below, ops[later, UNITS], n)


@njit(**FAST)
def improve(machine, choices, rate, updates):
    """Add the price on weights, clip, and let the optimizer make its update number `updates`."""
    number = machine.numbers.dtype.type
    weights, gradients, mask = machine.parameters, machine.gradients, machine.mask
    penalty = choices.numbers[RATE]
    if penalty != 0.0:
        if choices.places[SHRINKS]:
            keep = number(rate * penalty)
            for i in range(weights.size):
                weights[i] -= keep * mask[i] * weights[i]
        else:
            tables.penalise(choices.places[REGULARIZER], weights, mask, number(penalty), gradients)
    for place in choices.held:
        gradients[place] = 0
    if choices.places[CLIPPING] != CLIP_NONE:
        clip(gradients, choices.places[CLIPPING], choices.numbers[CLIP_LIMIT])
    tables.constants(choices.places[OPTIMIZER], float(updates), rate, choices.hyper, choices.constants)
    for i in range(choices.constants.size):
        choices.numbers_here[i] = choices.constants[i]
    tables.update(choices.places[OPTIMIZER], weights, gradients, mask, choices.memory, choices.numbers_here)
    for i in range(choices.held.size):
        weights[choices.held[i]] = choices.kept[i]


@njit(**FAST)
def clip(gradients, how, limit):
    """Bring every gradient, or the length of all of them, within the limit."""
    number = gradients.dtype.type
    if how == CLIP_VALUE:
        most = number(limit)
        for i in range(gradients.size):
            g = gradients[i]
            gradients[i] = most if g > most else (-most if g < -most else g)
        return
    squares = number(0.0)
    for i in range(gradients.size):
        squares += gradients[i] * gradients[i]
    length = math.sqrt(squares)
    if length > limit:
        factor = number(limit / length)
        for i in range(gradients.size):
            gradients[i] *= factor


# Looking ---------------------------------------------------------------------------------------------------


@njit(**FAST)
def measure(machine, choices, rows, everyone, tile):
    """Return the sum of the losses over `rows`, and the metric's tally: right answers or squared errors."""
    count = rows.x.shape[0]
    last = machine.ops[machine.ops.shape[0] - 1]
    units, start = last[UNITS], last[START]
    loss, tally = 0.0, 0.0
    if count == 0:
        return loss, tally
    stride = 0
    for first in range(0, count, tile):
        here = min(tile, count - first)
        n = whole_lanes(here)
        if n != stride:
            set_ones(machine, n)
            stride = n
        take(machine, rows, everyone, first, here, n)
        forward(machine, n, here, False, 0, 0)
        begin, end = (start + 1) * n, (start + 1 + units) * n
        y, a = machine.target[: units * n], machine.values[begin:end]
        if choices.places[ELEMENTWISE]:
            terms = machine.grads
            tables.loss_terms(choices.places[LOSS], machine.sums, machine.values, y, terms, begin, end)
            for unit in range(units):
                for i in range(here):
                    loss += terms[begin + unit * n + i]
        else:
            loss += norms.cross_entropy(machine.sums, start, units, n, here, y)
        if choices.places[METRIC] == R2:
            tally += squared_errors(a, y, units, n, here)
        else:
            tally += right_answers(a, y, units, n, here, choices.numbers[THRESHOLD])
    return (loss / units if choices.places[AVERAGE] else loss), tally


@njit(**FAST)
def squared_errors(a, y, units, n, count):
    """Return the sum of (a - y)^2."""
    whole = 0.0
    for unit in range(units):
        for i in range(count):
            error = float(a[unit * n + i]) - float(y[unit * n + i])
            whole += error * error
    return whole


@njit(**FAST)
def right_answers(a, y, units, n, count, threshold):
    """Return how many examples are put into the right class; an answer that is no number is wrong."""
    right = 0.0
    for i in range(count):
        answer, truth, finite = 0, 0, a[i] == a[i]
        if units == 1:
            answer, truth = int(a[i] > threshold), int(y[i] > threshold)
        for unit in range(1, units):
            finite = finite and a[unit * n + i] == a[unit * n + i]
            if a[unit * n + i] > a[answer * n + i]:
                answer = unit
            if y[unit * n + i] > y[truth * n + i]:
                truth = unit
        right += 1.0 if finite and answer == truth else 0.0
    return right


@njit(**FAST)
def look(machine, x, result, since, tile):
    """Write what layer `since` and later answer to `x` (rows, inputs) to `result` (units, rows)."""
    ops = machine.ops
    for first in range(0, x.shape[0], tile):
        here = min(tile, x.shape[0] - first)
        n = whole_lanes(here)
        set_ones(machine, n)
        for k in range(x.shape[1]):
            for i in range(n):
                machine.values[(k + 1) * n + i] = x[first + i, k] if i < here else 0
        forward(machine, n, here, False, 0, 0)
        row = 0
        for layer in range(since, ops.shape[0]):
            for unit in range(ops[layer, UNITS]):
                at = (ops[layer, START] + 1 + unit) * n
                result[row, first : first + here] = machine.values[at : at + here]
                row += 1


# Many steps ------------------------------------------------------------------------------------------------


@njit(**FAST)
def shuffle(bits, epoch, order, keys, other, other_keys):
    """Write the order of an epoch: the rows sorted by their mixed counters, eight bits at a time."""
    base = norms.epoch_base(bits, epoch)
    for i in range(order.size):
        order[i] = i
        keys[i] = norms.mix((base + i) & dice.MASK)
    for shift in (0, 8, 16, 24):
        places = np.zeros(257, dtype=np.int64)
        for i in range(order.size):
            places[((keys[i] >> shift) & 255) + 1] += 1
        for digit in range(256):
            places[digit + 1] += places[digit]
        for i in range(order.size):
            digit = (keys[i] >> shift) & 255
            other[places[digit]], other_keys[places[digit]] = order[i], keys[i]
            places[digit] += 1
        order[:] = other
        keys[:] = other_keys


@njit(**FAST)
def record(machine, choices, train, test, counters, everyone, tile, records):
    """Add a row to the curves: epoch, sums of losses and tallies of the metric on both sets."""
    row = records[counters[RECORDS]]
    row[0] = counters[EPOCH]
    row[1], row[3] = measure(machine, choices, train, everyone, tile)
    row[2], row[4] = measure(machine, choices, test, everyone, tile)
    counters[RECORDS] += 1
    counters[STRIDE] = 0
    if not math.isfinite(row[1]):
        counters[DIVERGED] = 1


@njit(**ENTRY)
def run(machine, choices, train, test, counters, work, rates, until, tile, records):
    """Make up to `rates.size` steps, not beyond epoch `until`, and return how many.

    `counters` (int64) is where the run stands and is moved on; `work` are four int64 arrays for the order
    of the rows and a fifth, 0, 1, 2, ... as long as the longer set. Stops early when `records` (k, 5) is
    full or a loss is no number any more.
    """
    order, keys, other, other_keys, everyone, bits = work
    total = train.x.shape[0]
    done = 0
    while done < rates.size and counters[EPOCH] < until:
        if counters[ORDERED] != counters[EPOCH]:
            shuffle(bits, counters[EPOCH], order, keys, other, other_keys)
            counters[ORDERED] = counters[EPOCH]
        count = min(counters[BATCH], total - counters[ROW])
        n = whole_lanes(count)
        if counters[STRIDE] != n:
            set_ones(machine, n)
            counters[STRIDE] = n
        take(machine, train, order, counters[ROW], count, n)
        for i in range(choices.held.size):
            choices.kept[i] = machine.parameters[choices.held[i]]
        forward(machine, n, count, True, bits, counters[STEP])
        output_errors(machine, choices, n, count)
        backward(machine, n, count)
        counters[UPDATES] += 1
        improve(machine, choices, rates[done], counters[UPDATES])
        counters[STEP] += 1
        counters[ROW] += count
        done += 1
        if counters[ROW] >= total:
            counters[ROW] = 0
            counters[EPOCH] += 1
            if recorded(counters[EPOCH]) or counters[EPOCH] >= until:
                record(machine, choices, train, test, counters, everyone, tile, records)
                if counters[DIVERGED] or counters[RECORDS] >= records.shape[0]:
                    break
    return done


@njit(**ENTRY)
def measure_now(machine, choices, train, test, counters, everyone, tile, records):
    """Record the losses as they are, between two epochs too."""
    record(machine, choices, train, test, counters, everyone, tile, records)


@njit(**ENTRY)
def look_now(machine, x, result, since, tile):
    """Write what the units of layer `since` and later answer to `x`, as `look`."""
    look(machine, x, result, since, tile)


@njit(**ENTRY)
def order_now(bits, epoch, order):
    """Write the order of an epoch, as `dice.order`."""
    keys, other, other_keys = np.zeros_like(order), np.zeros_like(order), np.zeros_like(order)
    shuffle(bits, epoch, order, keys, other, other_keys)
