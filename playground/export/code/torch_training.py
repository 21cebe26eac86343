"""How the network is trained in PyTorch: optimizers, losses, schedules by their names there, and the loop."""

from collections.abc import Mapping

from playground.engine.initializers import INITIALIZERS as ENGINE_INITIALIZERS
from playground.engine.losses import LOSSES as ENGINE_LOSSES
from playground.engine.optimizers import OPTIMIZERS as ENGINE_OPTIMIZERS
from playground.engine.optimizers import RPROP_LARGEST, RPROP_SMALLEST
from playground.experiment.model import TrainingSettings
from playground.export.code import common, torch_script
from playground.export.code.common import joined
from playground.export.code.recipe import Recipe
from playground.export.code.texts import filled, number, words
from playground.export.code.training import (
    Call,
    batch_size,
    called,
    comments,
    data,
    factor,
    hyper,
    imports,
    left_out,
    loss_term,
    opening,
    places,
    required,
    unless,
)
from playground.tables import by_key


def _optimizer(kind: str, **arguments: str | float) -> Call:
    """Return what writes an optimizer; a text names one of our parameters, after it PyTorch's default."""

    def call(settings: TrainingSettings, hyper: dict[str, float]) -> str:
        made: dict[str, str | float | None] = {"lr": settings.learning_rate}
        for key, value in arguments.items():
            ours, _, default = value.partition(" ") if isinstance(value, str) else ("", "", "")
            made[key] = unless(hyper[ours], float(default)) if ours else value
        if settings.regularizer == "l2" and settings.regularization_rate:
            made["weight_decay"] = settings.regularization_rate
        return _with_parameters(kind, made)

    return call


def _with_parameters(kind: str, arguments: Mapping[str, str | float | None]) -> str:
    return called(f"torch.optim.{kind}", arguments).replace("(", "(model.parameters(), ", 1)


def _adam(kind: str) -> Call:
    def call(settings: TrainingSettings, hyper: dict[str, float]) -> str:
        betas = (hyper["beta1"], hyper["beta2"])
        made: dict[str, str | float | None] = {
            "lr": settings.learning_rate,
            "betas": None if betas == (0.9, 0.999) else f"({betas[0]}, {betas[1]})",
            "eps": hyper["epsilon"],
            "weight_decay": hyper.get("weight_decay"),
        }
        if kind == "Adam" and settings.regularizer == "l2" and settings.regularization_rate:
            made["weight_decay"] = settings.regularization_rate
        return _with_parameters(kind, made)

    return call


def _rprop(settings: TrainingSettings, hyper: dict[str, float]) -> str:
    etas = f"({hyper['decrease']}, {hyper['increase']})"
    sizes = f"({RPROP_SMALLEST!r}, {RPROP_LARGEST!r})"
    return _with_parameters("Rprop", {"lr": settings.learning_rate, "etas": etas, "step_sizes": sizes})


def _lbfgs(_settings: TrainingSettings, hyper: dict[str, float]) -> str:
    made: dict[str, str | float | None] = {"max_iter": hyper["iterations"], "history_size": hyper["memory"]}
    return _with_parameters("LBFGS", {**made, "line_search_fn": '"strong_wolfe"'})


OPTIMIZERS: Mapping[str, Call] = {
    "sgd": _optimizer("SGD"),
    "momentum": _optimizer("SGD", momentum="beta 0"),
    "nesterov": lambda settings, hyper: (
        _optimizer("SGD", momentum="beta 0")(settings, hyper)[:-1] + ", nesterov=True)"
    ),
    "adagrad": _optimizer("Adagrad", eps="epsilon 1e-10"),
    "rmsprop": _optimizer("RMSprop", alpha="rho 0.99", eps="epsilon 1e-8"),
    "adam": _adam("Adam"),
    "adamw": _adam("AdamW"),
    "rprop": _rprop,
    "lbfgs": _lbfgs,
}
"""Optimizers that PyTorch has."""
LOSSES: Mapping[str, str] = {
    "mse": "nn.MSELoss()",
    "mae": "nn.L1Loss()",
    "huber": "nn.HuberLoss()",
    "binary_cross_entropy": "nn.BCEWithLogitsLoss()",
    "softmax_cross_entropy": "nn.CrossEntropyLoss()",
}
"""Losses that PyTorch computes as we do; those from sums take in the last activation."""
INITIALIZERS: Mapping[str, str] = {
    "zeros": "nn.init.zeros_({})",
    "constant": "nn.init.constant_({}, 0.5)",
    "uniform": "nn.init.uniform_({}, -0.5, 0.5)",
    "normal": "nn.init.normal_({}, std=0.1)",
    "glorot_uniform": "nn.init.xavier_uniform_({})",
    "glorot_normal": "nn.init.xavier_normal_({})",
    "he_uniform": 'nn.init.kaiming_uniform_({}, nonlinearity="relu")',
    "he_normal": 'nn.init.kaiming_normal_({}, nonlinearity="relu")',
    "lecun_uniform": 'nn.init.kaiming_uniform_({}, nonlinearity="linear")',
    "lecun_normal": 'nn.init.kaiming_normal_({}, nonlinearity="linear")',
    "orthogonal": "nn.init.orthogonal_({})",
}


def training(recipe: Recipe) -> str:
    """Return the script that makes the model and trains it in a loop."""
    loop, loss = _loop(recipe), _loss(recipe)
    own = loss if loss.startswith("def") else ""
    libraries = ("import numpy as np", "import torch", "from torch import nn")
    head = joined(opening(recipe, "PyTorch"), imports(*libraries, body=loop), lines=1)
    kind = f"torch.{recipe.precision}"
    tensors = f"X, y = torch.tensor(X, dtype={kind}), torch.tensor(y, dtype={kind})"
    return joined(
        head,
        torch_script.functions(recipe),
        joined(
            torch_script.model(recipe), _first_weights(recipe), _held(recipe), "" if own else loss, lines=1
        ),
        own,
        "" if common.is_plain(recipe) else common.features(recipe),
        joined(data(recipe), tensors, comments(left_out(recipe, *_notes(recipe))), loop, lines=1),
    )


def _notes(recipe: Recipe) -> list[str]:
    """Return in words what PyTorch does otherwise."""
    notes, settings = [], required(recipe).settings
    if settings.optimizer not in OPTIMIZERS:
        label = by_key(ENGINE_OPTIMIZERS, settings.optimizer, "optimizer").label
        notes.append(f"PyTorch has no {label}: Adam stands in for it here.")
    if settings.optimizer == "rmsprop":
        notes.append("PyTorch adds eps beside the root of the squares, the playground under it.")
    if any(shape.kind == "batch_norm" for shape in recipe.shapes):
        notes.append("PyTorch keeps the running variance of batch norm with n - 1, the playground with n.")
    return notes


def _modules(recipe: Recipe) -> list[str]:
    """Return the expressions for the first module of each layer: "model[2]" or "model.layer3[0]"."""
    found = []
    for place in torch_script.module_names(recipe):
        parts = place.split(".")
        inner = [f"[{part}]" for part in parts if part.isdigit()]
        found.append(f"model{''.join([*(f'.{part}' for part in parts if not part.isdigit()), *inner])}")
    return found


def _held(recipe: Recipe) -> str:
    """Return the lines that freeze layers, and those that switch links off for the first time."""
    plan, modules, lines = required(recipe), _modules(recipe), []
    for place in sorted(plan.frozen):
        lines.append(f"{modules[place - 1]}.requires_grad_(False)  # frozen")
        if recipe.shapes[place - 1].kind == "batch_norm":
            lines.append(f"{modules[place - 1]}.momentum = 0.0  # its averages stay, too")
    return "\n".join([*lines, *_switched_off(recipe)])


def _switched_off(recipe: Recipe) -> list[str]:
    off, modules = required(recipe).off, _modules(recipe)
    lines = [f"    {modules[place - 1]}.weight[{places(links)}] = 0" for place, links in off.items()]
    return ["with torch.no_grad():  # links that are switched off", *lines] if lines else []


def _first_weights(recipe: Recipe) -> str:
    """Return the lines that draw the first weights, layers that begin alike together."""
    groups: dict[str, list[str]] = {}
    for module, shape in zip(_modules(recipe), recipe.shapes, strict=True):
        if shape.kind == "dense":
            groups.setdefault(shape.initializer, []).append(module)
    lines = []
    for key, layers in groups.items():
        if key not in INITIALIZERS:
            continue
        bias = by_key(ENGINE_INITIALIZERS, key, "initializer").bias
        drawn = [INITIALIZERS[key].format("layer.weight")]
        drawn.append(f"nn.init.constant_(layer.bias, {bias})" if bias else "nn.init.zeros_(layer.bias)")
        if len(groups) == 1:
            lines += ["for layer in model.modules():", "    if isinstance(layer, nn.Linear):"]
            lines += [f"        {line}" for line in drawn]
        else:
            lines += [f"for layer in {filled(layers, before=15)}:", *(f"    {line}" for line in drawn)]
    return "\n".join(lines)


def _loss(recipe: Recipe) -> str:
    """Return the line that makes the loss, of answers and targets."""
    key = required(recipe).settings.loss
    if key in LOSSES:
        return f"loss_of = {LOSSES[key]}"
    record = by_key(ENGINE_LOSSES, key, "loss")
    total = "mean()" if record.average else "sum(dim=1).mean()"
    text = f'    """Return the mean over rows of {words(record.formula)}."""'
    return f"def loss_of(a, y):\n{text}\n    return ({loss_term(key, torch_script.TORCH)}).{total}"


def _loop(recipe: Recipe) -> str:
    """Return the optimizer and the loop over epochs and batches."""
    plan = required(recipe)
    settings = plan.settings
    chosen = settings.optimizer if settings.optimizer in OPTIMIZERS else "adam"
    settings = (
        settings
        if chosen == settings.optimizer
        else settings.replace(optimizer="adam", optimizer_parameters={})
    )
    multiplier = factor(recipe)
    lines = [f"optimizer = {OPTIMIZERS[chosen](settings, hyper(settings))}"]
    if multiplier:
        lines.append(f"rate = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: {multiplier})")
    lines += ["", f"for epoch in range({plan.epochs}):"]
    lines += [f"    {line}" for line in (_solved(recipe) if chosen == "lbfgs" else _steps(recipe))]
    return "\n".join([*lines, *(["    rate.step()"] if multiplier else [])])


def _price(settings: TrainingSettings) -> str:
    if settings.regularizer != "l1" or not settings.regularization_rate:
        return ""
    weights = "weight.abs().sum() for weight in model.parameters() if weight.dim() == 2"
    return f" + {number(settings.regularization_rate)} * sum({weights})"


def _solved(recipe: Recipe) -> list[str]:
    return [
        "def closure():",
        "    optimizer.zero_grad()",
        f"    loss = loss_of(model(X), y){_price(required(recipe).settings)}",
        "    loss.backward()",
        "    return loss",
        "",
        "optimizer.step(closure)",
        *_switched_off(recipe),
    ]


def _steps(recipe: Recipe) -> list[str]:
    settings = required(recipe).settings
    lines = [
        f"loss = loss_of(model(X[batch]), y[batch]){_price(settings)}",
        "optimizer.zero_grad()",
        "loss.backward()",
    ]
    limit = number(settings.clip_limit)
    if settings.clipping == "value":
        lines.append(f"nn.utils.clip_grad_value_(model.parameters(), {limit})")
    if settings.clipping == "norm":
        lines.append(f"nn.utils.clip_grad_norm_(model.parameters(), {limit})")
    lines.append("optimizer.step()")
    if settings.regularizer == "weight_decay" and settings.regularization_rate:
        share = number(settings.learning_rate * settings.regularization_rate)
        lines += ["with torch.no_grad():", "    for weight in model.parameters():"]
        learns = " and weight.requires_grad" if required(recipe).frozen else ""
        lines.append(f"        weight -= {share} * weight if weight.dim() == 2{learns} else 0")
    lines += _switched_off(recipe)
    rows = batch_size(recipe)
    return [f"for batch in torch.randperm(len(X)).split({rows}):", *(f"    {line}" for line in lines)]
