"""The three products of a Dense layer: values forward, gradients of the weights, errors back.

All arrays are flat. A layer's block [b W] is (units, columns), columns = 1 + inputs, and begins at a given
place, because a part cut out of an array costs the counting of one more reference. Values are (rows of the
network's units, n) with n a multiple of `LANES`, and start at a given row, the first of which is all ones.
Small layers are done here, four units by sixteen examples in registers; large ones by the BLAS.
"""

import numpy as np
from numba import njit

from playground.engine.backends.kernels.lanes import (
    LANES,
    WIDE,
    load,
    multiply_add,
    spread,
    spread_from,
    store,
    total,
)
from playground.engine.backends.kernels.scalar import FAST

TURN_FROM = 8
"""Units from which it pays to turn the values first, so that sums run along the weights and not across."""

BLAS_FROM = 6_000_000
"""Multiplications from which a product is given to the BLAS, which first copies what it multiplies."""


@njit(**FAST)
def forward(block, begin, units, columns, values, below, n, sums, above):
    """Write z = [b W] [1 x] to `sums` at row `above`, from `values` at row `below`."""
    if units * columns * n >= BLAS_FROM:
        weights = block[begin : begin + units * columns].reshape(units, columns)
        x = values[below * n : (below + columns) * n].reshape(columns, n)
        np.dot(weights, x, sums[above * n : (above + units) * n].reshape(units, n))
        return
    x = (below + 1) * n  # the row of ones is left out: the bias is where the sum begins
    for first in range(0, n - n % WIDE, WIDE):
        for unit in range(0, units - units % 4, 4):
            _forward_four(
                block, begin + unit * columns, columns, values, x + first, n, sums, (above + unit) * n + first
            )
        for unit in range(units - units % 4, units):
            row = begin + unit * columns
            p = spread_from(block, row)
            q = p
            for k in range(columns - 1):
                w = spread_from(block, row + 1 + k)
                p = multiply_add(w, load(values, x + k * n + first), p)
                q = multiply_add(w, load(values, x + k * n + first + LANES), q)
            store(sums, (above + unit) * n + first, p)
            store(sums, (above + unit) * n + first + LANES, q)
    if n % WIDE:
        first = n - LANES
        for unit in range(units):
            row = begin + unit * columns
            p = spread_from(block, row)
            for k in range(columns - 1):
                p = multiply_add(spread_from(block, row + 1 + k), load(values, x + k * n + first), p)
            store(sums, (above + unit) * n + first, p)


@njit(**FAST)
def _forward_four(block, row, columns, values, x, n, sums, z):
    """Write the sums of four units for sixteen examples."""
    row1, row2, row3 = row + columns, row + 2 * columns, row + 3 * columns
    p0 = spread_from(block, row)
    p1 = spread_from(block, row1)
    p2 = spread_from(block, row2)
    p3 = spread_from(block, row3)
    q0, q1, q2, q3 = p0, p1, p2, p3
    for k in range(1, columns):
        p = load(values, x + (k - 1) * n)
        q = load(values, x + (k - 1) * n + LANES)
        w = spread_from(block, row + k)
        p0 = multiply_add(w, p, p0)
        q0 = multiply_add(w, q, q0)
        w = spread_from(block, row1 + k)
        p1 = multiply_add(w, p, p1)
        q1 = multiply_add(w, q, q1)
        w = spread_from(block, row2 + k)
        p2 = multiply_add(w, p, p2)
        q2 = multiply_add(w, q, q2)
        w = spread_from(block, row3 + k)
        p3 = multiply_add(w, p, p3)
        q3 = multiply_add(w, q, q3)
    store(sums, z, p0)
    store(sums, z + LANES, q0)
    store(sums, z + n, p1)
    store(sums, z + n + LANES, q1)
    store(sums, z + 2 * n, p2)
    store(sums, z + 2 * n + LANES, q2)
    store(sums, z + 3 * n, p3)
    store(sums, z + 3 * n + LANES, q3)


@njit(**FAST)
def weight_gradients(deltas, above, units, values, below, columns, n, gradient, begin, turned):
    """Write dL/d[b W] = delta [1 x]^T to `gradient`, the layer's block; `turned` is room for some of x."""
    if units * columns * n >= BLAS_FROM:
        delta = deltas[above * n : (above + units) * n].reshape(units, n)
        x = values[below * n : (below + columns) * n].reshape(columns, n)
        np.dot(delta, x.T, gradient[begin : begin + units * columns].reshape(units, columns))
        return
    done = 0
    if units >= TURN_FROM:
        done = _turned_gradients(deltas, above, units, values, below, columns, n, gradient, begin, turned)
    nothing = spread(gradient.dtype.type(0.0))
    for unit in range(units):
        d = (above + unit) * n
        row = begin + unit * columns
        for k in range(done, columns - columns % 4, 4):
            x = (below + k) * n
            a, b, c, e = nothing, nothing, nothing, nothing
            for i in range(0, n, LANES):
                delta = load(deltas, d + i)
                a = multiply_add(delta, load(values, x + i), a)
                b = multiply_add(delta, load(values, x + n + i), b)
                c = multiply_add(delta, load(values, x + 2 * n + i), c)
                e = multiply_add(delta, load(values, x + 3 * n + i), e)
            gradient[row + k] = total(a)
            gradient[row + k + 1] = total(b)
            gradient[row + k + 2] = total(c)
            gradient[row + k + 3] = total(e)
        for k in range(columns - columns % 4, columns):
            x = (below + k) * n
            a = nothing
            for i in range(0, n, LANES):
                a = multiply_add(load(deltas, d + i), load(values, x + i), a)
            gradient[row + k] = total(a)


@njit(**FAST)
def _turned_gradients(deltas, above, units, values, below, columns, n, gradient, begin, turned):
    """Write the gradients of as many columns as fill whole pairs of lanes, and return how many those are."""
    whole = columns - columns % WIDE
    nothing = spread(gradient.dtype.type(0.0))
    for first in range(0, whole, WIDE):
        for k in range(WIDE):  # as many columns as stay in the nearest cache until every unit has had them
            x = (below + first + k) * n
            for i in range(n):
                turned[i * WIDE + k] = values[x + i]
        for unit in range(0, units - units % 4, 4):
            d = (above + unit) * n
            p0, p1, p2, p3 = nothing, nothing, nothing, nothing
            q0, q1, q2, q3 = nothing, nothing, nothing, nothing
            for i in range(n):
                p = load(turned, i * WIDE)
                q = load(turned, i * WIDE + LANES)
                e = spread_from(deltas, d + i)
                p0 = multiply_add(e, p, p0)
                q0 = multiply_add(e, q, q0)
                e = spread_from(deltas, d + n + i)
                p1 = multiply_add(e, p, p1)
                q1 = multiply_add(e, q, q1)
                e = spread_from(deltas, d + 2 * n + i)
                p2 = multiply_add(e, p, p2)
                q2 = multiply_add(e, q, q2)
                e = spread_from(deltas, d + 3 * n + i)
                p3 = multiply_add(e, p, p3)
                q3 = multiply_add(e, q, q3)
            at = begin + unit * columns + first
            store(gradient, at, p0)
            store(gradient, at + LANES, q0)
            store(gradient, at + columns, p1)
            store(gradient, at + columns + LANES, q1)
            store(gradient, at + 2 * columns, p2)
            store(gradient, at + 2 * columns + LANES, q2)
            store(gradient, at + 3 * columns, p3)
            store(gradient, at + 3 * columns + LANES, q3)
        for unit in range(units - units % 4, units):
            d = (above + unit) * n
            p, q = nothing, nothing
            for i in range(n):
                e = spread_from(deltas, d + i)
                p = multiply_add(e, load(turned, i * WIDE), p)
                q = multiply_add(e, load(turned, i * WIDE + LANES), q)
            store(gradient, begin + unit * columns + first, p)
            store(gradient, begin + unit * columns + first + LANES, q)
    return whole


@njit(**FAST)
def errors_back(block, begin, units, columns, deltas, above, n, grads, below):
    """Write dL/dx = W^T delta to `grads` at row `below`, whose first row (of the ones) is left to chance."""
    if units * columns * n >= BLAS_FROM:
        delta = deltas[above * n : (above + units) * n].reshape(units, n)
        back = grads[below * n : (below + columns) * n].reshape(columns, n)
        weights = block[begin : begin + units * columns].reshape(units, columns)
        np.dot(weights.T, delta, back)
        return
    nothing = spread(block.dtype.type(0.0))
    inputs = columns - 1
    for first in range(0, n - n % WIDE, WIDE):
        for k in range(0, inputs - inputs % 4, 4):
            back = (below + 1 + k) * n + first
            _back_four(block, begin + 1 + k, units, columns, deltas, above * n + first, n, grads, back)
        for k in range(inputs - inputs % 4, inputs):
            p, q = nothing, nothing
            for unit in range(units):
                w = spread_from(block, begin + unit * columns + 1 + k)
                d = (above + unit) * n + first
                p = multiply_add(w, load(deltas, d), p)
                q = multiply_add(w, load(deltas, d + LANES), q)
            back = (below + 1 + k) * n + first
            store(grads, back, p)
            store(grads, back + LANES, q)
    if n % WIDE:
        first = n - LANES
        for k in range(inputs):
            p = nothing
            for unit in range(units):
                w = spread_from(block, begin + unit * columns + 1 + k)
                p = multiply_add(w, load(deltas, (above + unit) * n + first), p)
            store(grads, (below + 1 + k) * n + first, p)


@njit(**FAST)
def _back_four(block, column, units, columns, deltas, d, n, grads, back):
    """Write the errors of four inputs for sixteen examples."""
    nothing = spread(block.dtype.type(0.0))
    p0, p1, p2, p3 = nothing, nothing, nothing, nothing
    q0, q1, q2, q3 = nothing, nothing, nothing, nothing
    for unit in range(units):
        p = load(deltas, d + unit * n)
        q = load(deltas, d + unit * n + LANES)
        at = unit * columns + column
        w = spread_from(block, at)
        p0 = multiply_add(w, p, p0)
        q0 = multiply_add(w, q, q0)
        w = spread_from(block, at + 1)
        p1 = multiply_add(w, p, p1)
        q1 = multiply_add(w, q, q1)
        w = spread_from(block, at + 2)
        p2 = multiply_add(w, p, p2)
        q2 = multiply_add(w, q, q2)
        w = spread_from(block, at + 3)
        p3 = multiply_add(w, p, p3)
        q3 = multiply_add(w, q, q3)
    store(grads, back, p0)
    store(grads, back + LANES, q0)
    store(grads, back + n, p1)
    store(grads, back + n + LANES, q1)
    store(grads, back + 2 * n, p2)
    store(grads, back + 2 * n + LANES, q2)
    store(grads, back + 3 * n, p3)
    store(grads, back + 3 * n + LANES, q3)
