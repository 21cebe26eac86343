"""Dropout, batch and layer normalization and skips, forward and backward.

Arrays are flat, (rows, n): a layer's values begin at a row of ones, `start`, then come its units. Each
layer may keep what it needs for the way back in its own rows of `sums` and `deltas`. Only the first `count`
of the n examples are real; the others are padding, whose errors must stay 0.
"""

import math

import numpy as np
from numba import njit

from playground.engine import dice
from playground.engine.backends.kernels.scalar import FAST, compiled
from playground.engine.layers import EPSILON

WHOLE = np.dtype(np.int64)
mix = compiled(dice.mix, WHOLE)
step_base = compiled(dice.step_base, WHOLE)
epoch_base = compiled(dice.epoch_base, WHOLE)


@njit(**FAST)
def copy(source, begin, target, start, units, n):
    """Copy the units' rows behind row `begin` of `source` to those behind row `start` of `target`."""
    target[(start + 1) * n : (start + 1 + units) * n] = source[(begin + 1) * n : (begin + 1 + units) * n]


@njit(**FAST)
def add(source, begin, target, start, units, n):
    """Add the units' rows behind row `begin` of `source` to those behind row `start` of `target`."""
    x = source[(begin + 1) * n : (begin + 1 + units) * n]
    y = target[(start + 1) * n : (start + 1 + units) * n]
    for i in range(x.size):
        y[i] += x[i]


@njit(**FAST)
def silence(values, below, start, units, n, count, base, limit, scale, sums):
    """Write the values, silenced by chance and scaled up, and keep the factors in `sums`."""
    for unit in range(units):
        row = (start + 1 + unit) * n
        factors = sums[row : row + n]
        x = values[(below + 1 + unit) * n : (below + 2 + unit) * n]
        y = values[row : row + n]
        first = base + unit * count
        for i in range(n):
            factors[i] = scale if mix((first + i) & dice.MASK) >= limit else scale * 0
            y[i] = x[i] * factors[i]


@njit(**FAST)
def silence_back(grads, below, start, units, n, sums):
    """Pass errors back through the factors that were kept."""
    error = grads[(start + 1) * n : (start + 1 + units) * n]
    factors = sums[(start + 1) * n : (start + 1 + units) * n]
    back = grads[(below + 1) * n : (below + 1 + units) * n]
    for i in range(error.size):
        back[i] = error[i] * factors[i]


@njit(**FAST)
def batch_norm(block, momentum, training, values, below, start, units, n, count, sums, deltas):
    """Normalise each unit over the batch (training) or by its running averages, which training moves.

    Ioffe and Szegedy (2015), algorithm 1. The variance is that of the batch itself (divided by its size).
    """
    number = block.dtype.type
    for unit in range(units):
        row = (start + 1 + unit) * n
        x = values[(below + 1 + unit) * n : (below + 2 + unit) * n]
        kept = block[unit * 4 : unit * 4 + 4]
        mean, variance = kept[2], kept[3]
        if training:
            mean = number(0.0)
            for i in range(count):
                mean += x[i]
            mean /= number(count)
            variance = number(0.0)
            for i in range(count):
                variance += (x[i] - mean) * (x[i] - mean)
            variance /= number(count)
            kept[2] = momentum * kept[2] + (number(1.0) - momentum) * mean
            kept[3] = momentum * kept[3] + (number(1.0) - momentum) * variance
        inverse = number(1.0) / number(math.sqrt(variance + number(EPSILON)))
        deltas[row] = inverse
        normal, y = sums[row : row + n], values[row : row + n]
        for i in range(n):
            normal[i] = (x[i] - mean) * inverse
            y[i] = kept[1] * normal[i] + kept[0]


@njit(**FAST)
def batch_norm_back(block, gradient, grads, below, start, units, n, count, sums, deltas):
    """Write the gradients of beta and gamma and pass errors back; the averages have gradient 0."""
    number = block.dtype.type
    for unit in range(units):
        row = (start + 1 + unit) * n
        normal, error = sums[row : row + n], grads[row : row + n]
        beta, gamma = number(0.0), number(0.0)
        for i in range(count):
            beta += error[i]
            gamma += error[i] * normal[i]
        gradient[unit * 4] = beta
        gradient[unit * 4 + 1] = gamma
        gradient[unit * 4 + 2] = number(0.0)
        gradient[unit * 4 + 3] = number(0.0)
        beta /= number(count)
        gamma /= number(count)
        factor = block[unit * 4 + 1] * deltas[row]
        back = grads[(below + 1 + unit) * n : (below + 2 + unit) * n]
        for i in range(n):
            back[i] = factor * (error[i] - beta - normal[i] * gamma)
        for i in range(count, n):
            back[i] = number(0.0)


@njit(**FAST)
def layer_norm(block, values, below, start, units, n, sums, deltas):
    """Normalise each example over the units (Ba, Kiros and Hinton 2016, equation 3)."""
    number = block.dtype.type
    mean = sums[start * n : (start + 1) * n]
    inverse = deltas[start * n : (start + 1) * n]
    mean[:] = number(0.0)
    inverse[:] = number(0.0)
    for unit in range(units):
        x = values[(below + 1 + unit) * n : (below + 2 + unit) * n]
        for i in range(n):
            mean[i] += x[i]
    for i in range(n):
        mean[i] /= number(units)
    for unit in range(units):
        x = values[(below + 1 + unit) * n : (below + 2 + unit) * n]
        for i in range(n):
            inverse[i] += (x[i] - mean[i]) * (x[i] - mean[i])
    for i in range(n):
        inverse[i] = number(1.0) / number(math.sqrt(inverse[i] / number(units) + number(EPSILON)))
    for unit in range(units):
        row = (start + 1 + unit) * n
        x = values[(below + 1 + unit) * n : (below + 2 + unit) * n]
        normal, y = sums[row : row + n], values[row : row + n]
        for i in range(n):
            normal[i] = (x[i] - mean[i]) * inverse[i]
            y[i] = block[unit * 2 + 1] * normal[i] + block[unit * 2]


@njit(**FAST)
def layer_norm_back(block, gradient, grads, below, start, units, n, sums, deltas):
    """Write the gradients of beta and gamma and pass errors back."""
    number = block.dtype.type
    inverse = deltas[start * n : (start + 1) * n]
    mean = sums[start * n : (start + 1) * n]  # no longer needed: the mean error, then that times `normal`
    along = grads[start * n : (start + 1) * n]
    mean[:] = number(0.0)
    along[:] = number(0.0)
    for unit in range(units):
        row = (start + 1 + unit) * n
        normal, error = sums[row : row + n], grads[row : row + n]
        beta, gamma = number(0.0), number(0.0)
        scale = block[unit * 2 + 1] / number(units)
        for i in range(n):
            beta += error[i]
            gamma += error[i] * normal[i]
            mean[i] += scale * error[i]
            along[i] += scale * error[i] * normal[i]
        gradient[unit * 2] = beta
        gradient[unit * 2 + 1] = gamma
    for unit in range(units):
        row = (start + 1 + unit) * n
        normal, error = sums[row : row + n], grads[row : row + n]
        back = grads[(below + 1 + unit) * n : (below + 2 + unit) * n]
        for i in range(n):
            back[i] = inverse[i] * (block[unit * 2 + 1] * error[i] - mean[i] - normal[i] * along[i])


@njit(**FAST)
def softmax(sums, values, start, units, n):
    """Write the shares of each example; its largest sum is moved to 0, so that nothing overflows."""
    number = values.dtype.type
    largest = sums[start * n : (start + 1) * n]
    largest[:] = sums[(start + 1) * n : (start + 2) * n]
    for unit in range(1, units):
        z = sums[(start + 1 + unit) * n : (start + 2 + unit) * n]
        for i in range(n):
            largest[i] = z[i] if z[i] > largest[i] or z[i] != z[i] else largest[i]
    for i in range(n):
        whole = number(0.0)
        for unit in range(units):
            row = (start + 1 + unit) * n
            share = number(math.exp(sums[row + i] - largest[i]))
            values[row + i] = share
            whole += share
        for unit in range(units):
            values[(start + 1 + unit) * n + i] /= whole


@njit(**FAST)
def softmax_back(grads, values, deltas, start, units, n):
    """Write delta = a (grad - sum of grad a) for each example."""
    number = values.dtype.type
    for i in range(n):
        along = number(0.0)
        for unit in range(units):
            row = (start + 1 + unit) * n
            along += grads[row + i] * values[row + i]
        for unit in range(units):
            row = (start + 1 + unit) * n
            deltas[row + i] = values[row + i] * (grads[row + i] - along)


@njit(**FAST)
def cross_entropy(sums, start, units, n, count, targets):
    """Return the sum over the examples of -sum y log softmax(z), from the sums z and targets (units, n)."""
    whole = 0.0
    for i in range(count):
        largest = sums[(start + 1) * n + i]
        for unit in range(1, units):
            z = sums[(start + 1 + unit) * n + i]
            largest = z if z > largest or z != z else largest
        shares, reached = 0.0, 0.0
        for unit in range(units):
            z = sums[(start + 1 + unit) * n + i] - largest
            shares += math.exp(z)
            reached += targets[unit * n + i] * z
        whole += math.log(shares) - reached
    return whole
