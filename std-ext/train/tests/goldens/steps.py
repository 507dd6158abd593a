"""Optimizers, schedules of learning rates, and clipping."""

import torch
from torch import optim
from torch.optim import lr_scheduler

from record import draw, note

STEPS = 10
OPTIMIZERS = {
    "Sgd": lambda p: optim.SGD(p, 0.125),
    "Sgd decay": lambda p: optim.SGD(p, 0.125, weight_decay=0.25),
    "Sgd momentum": lambda p: optim.SGD(p, 0.0625, momentum=0.875, weight_decay=0.0625),
    "Sgd dampening": lambda p: optim.SGD(p, 0.0625, momentum=0.9, dampening=0.25),
    "Sgd nesterov": lambda p: optim.SGD(p, 0.0625, momentum=0.9, nesterov=True, weight_decay=0.0625),
    "Adam": lambda p: optim.Adam(p, 0.01),
    "Adam decay": lambda p: optim.Adam(p, 0.01, (0.8, 0.95), 1e-6, 0.0625),
    "AdamW": lambda p: optim.AdamW(p, 0.01),
    "AdamW decay": lambda p: optim.AdamW(p, 0.01, (0.8, 0.95), 1e-6, 0.25),
    "RmsProp": lambda p: optim.RMSprop(p, 0.01),
    "RmsProp momentum": lambda p: optim.RMSprop(p, 0.005, 0.9, 1e-6, 0.0625, 0.875),
    "Adagrad": lambda p: optim.Adagrad(p, 0.05),
    "Adagrad decay": lambda p: optim.Adagrad(p, 0.05, 0.25, 0.0625, eps=1e-6),
}
# Of a rate of 0.5; Midge's factors are relative to it.
SCHEDULES = {
    "StepLR": lambda o: lr_scheduler.StepLR(o, 7, 0.5),
    "CosineAnnealingLR": lambda o: lr_scheduler.CosineAnnealingLR(o, 39, 0.05),
    "LambdaLR": lambda o: lr_scheduler.LambdaLR(o, lambda step: min(1.0, (step + 1) / 12)),
    "LambdaLR cosine": lambda o: lr_scheduler.SequentialLR(
        o, [lr_scheduler.LambdaLR(o, lambda step: (step + 1) / 8), lr_scheduler.CosineAnnealingLR(o, 31)], [8]),
    "OneCycleLR": lambda o: lr_scheduler.OneCycleLR(o, 0.5, 40),
    "OneCycleLR early": lambda o: lr_scheduler.OneCycleLR(o, 0.5, 40, pct_start=0.1),
}


def steps(name, make):
    """Parameters after each step along gradients that are given."""
    parameter = draw(name, [6], -1.0, 1.0).requires_grad_()
    start, gradients = parameter.detach().clone(), draw(name + "'", [STEPS, 6])
    gradients[3] = 0.0
    optimizer, after = make([parameter]), []
    for gradient in gradients:
        parameter.grad = gradient.clone()
        optimizer.step()
        after.append(parameter.detach().clone())
    return {"name": name, "inputs": [note(start), note(gradients)], "output": note(torch.stack(after))}


def rates(name, make):
    """The rate of each of forty steps."""
    optimizer = optim.SGD([torch.zeros(1, requires_grad=True)], 0.5)
    schedule, all_rates = make(optimizer), []
    for _ in range(40):
        all_rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return {"name": name, "inputs": [], "output": note(torch.tensor(all_rates, dtype=torch.float64))}


def plateau():
    optimizer = optim.SGD([torch.zeros(1, requires_grad=True)], 0.5)
    schedule = lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=2, threshold=0.0625, min_lr=0.1)
    losses = torch.tensor([3.0, 2.0, 1.9375, 1.9375, 1.9375, 1.0, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 0.5],
                          dtype=torch.float64)
    all_rates = []
    for loss in losses:
        schedule.step(loss)
        all_rates.append(optimizer.param_groups[0]["lr"])
    return {"name": "ReduceLROnPlateau", "inputs": [note(losses)],
            "output": note(torch.tensor(all_rates, dtype=torch.float64))}


def clipped(name, limit):
    gradients = [draw(name, [3, 2]), draw(name + "'", [4])]
    parameters = [torch.zeros_like(g).requires_grad_() for g in gradients]
    for parameter, gradient in zip(parameters, gradients):
        parameter.grad = gradient.clone()
    norm = torch.nn.utils.clip_grad_norm_(parameters, limit)
    return {"name": name, "inputs": [note(g) for g in gradients], "output": note(norm),
            "gradients": [note(p.grad) for p in parameters]}


def cases():
    for name, make in OPTIMIZERS.items():
        yield steps(name, make)
    for name, make in SCHEDULES.items():
        yield rates(name, make)
    yield plateau()
    yield clipped("clip_grad_norm 1", 1.0)
    yield clipped("clip_grad_norm 100", 100.0)
