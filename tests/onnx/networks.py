#!/usr/bin/env python3
"""Exports networks from PyTorch, with what they answer: python3 networks.py FOLDER [NAME..]

Each becomes FOLDER/NAME.npz: the model as both exporters write it (`dynamo`, `script`), rows of inputs (`x`) and PyTorch's
outputs for them (`y`). Weights are drawn from a seed; statistics of batch normalization are those of data like the rows,
so that numbers stay as large as in a trained network. Without names, every large network is made. Those of SMALL fit into
the repository: `tests/onnx/networks` has them, and tests run them without PyTorch.
"""

import io
import logging
import sys
import tempfile
import warnings
import zipfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
import torchvision
from torch import nn
from torch.nn import functional as F

SEED = 20261122
ROWS = 48
OPSETS = {"dynamo": 20, "script": 17}


class LeNet(nn.Module):
    def __init__(self, first=6, second=16, third=120, fourth=84):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, first, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
            nn.Conv2d(first, second, 5), nn.Tanh(), nn.AvgPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.LazyLinear(third), nn.Tanh(), nn.Linear(third, fourth), nn.Tanh(), nn.Linear(fourth, 10),
        )

    def forward(self, x):
        return self.classifier(self.features(x))


class Recurrent(nn.Module):
    """The last answer of a recurrent layer, classified."""

    def __init__(self, layer):
        super().__init__()
        self.layer, self.head = layer, nn.Linear(layer.hidden_size * (2 if layer.bidirectional else 1), 10)

    def forward(self, x):
        return self.head(self.layer(x)[0][:, -1])


class Causal(nn.Module):
    """A residual block of causal convolutions, as temporal convolution networks have them."""

    def __init__(self, channels, width, dilation):
        super().__init__()
        self.past = 2 * dilation
        self.first = nn.Conv1d(channels, width, 3, dilation=dilation)
        self.second = nn.Conv1d(width, width, 3, dilation=dilation)
        self.norms = nn.ModuleList([nn.BatchNorm1d(width), nn.BatchNorm1d(width)])
        self.skip = nn.Conv1d(channels, width, 1) if channels != width else nn.Identity()

    def forward(self, x):
        y = F.relu(self.norms[0](self.first(F.pad(x, (self.past, 0)))))
        y = F.relu(self.norms[1](self.second(F.pad(y, (self.past, 0)))))
        return F.relu(y + self.skip(x))


def tcn(width):
    blocks = [Causal(8, width, 1), Causal(width, width, 2), Causal(width, width, 4)]
    return nn.Sequential(*blocks, nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(width, 10))


class Attention(nn.Module):
    def __init__(self, width, heads, causal):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = (y.view(b, t, self.heads, c // self.heads).transpose(1, 2) for y in self.qkv(x).chunk(3, -1))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return self.out(y.transpose(1, 2).reshape(b, t, c))


class Block(nn.Module):
    def __init__(self, width, heads, causal):
        super().__init__()
        self.norms = nn.ModuleList([nn.LayerNorm(width), nn.LayerNorm(width)])
        self.attention = Attention(width, heads, causal)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        x = x + self.attention(self.norms[0](x))
        return x + self.mlp(self.norms[1](x))


class ViT(nn.Module):
    def __init__(self, width, heads, depth, image=32, patch=8):
        super().__init__()
        self.patch = nn.Conv2d(3, width, patch, patch)
        self.token = nn.Parameter(torch.randn(1, 1, width))
        self.places = nn.Parameter(torch.randn(1, (image // patch) ** 2 + 1, width))
        self.blocks = nn.Sequential(*[Block(width, heads, False) for _ in range(depth)])
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, 10)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.places
        return self.head(self.norm(self.blocks(x))[:, 0])


class GPT(nn.Module):
    def __init__(self, width, heads, depth, words=64, context=32):
        super().__init__()
        self.words, self.places = nn.Embedding(words, width), nn.Embedding(context, width)
        self.blocks = nn.Sequential(*[Block(width, heads, True) for _ in range(depth)])
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, words, bias=False)

    def forward(self, x):
        x = self.words(x) + self.places(torch.arange(x.shape[1]))
        return self.head(self.norm(self.blocks(x)))


def image(channels, size):
    """Smooth random fields: noise at several scales, brighter the larger."""

    def draw(rows):
        sums = torch.zeros(rows, channels, size, size)
        for step in (2, 4, 8, 16):
            noise = torch.randn(rows, channels, step, step)
            sums += F.interpolate(noise, size=(size, size), mode="bilinear") / step**0.5
        return sums

    return draw


def sequence(shape, axis):
    """Noise that remembers: each step is near the one before."""

    def draw(rows):
        return torch.randn(rows, *shape).cumsum(axis) / shape[axis - 1] ** 0.5

    return draw


def words(context):
    return lambda rows: torch.randint(0, 64, (rows, context))


def vision(name, size=64):
    return lambda: getattr(torchvision.models, name)(num_classes=10), image(3, size)


NETWORKS = {
    "lenet": (LeNet, image(1, 28)),
    "resnet18": vision("resnet18"),
    "mobilenet_v2": vision("mobilenet_v2"),
    "mobilenet_v3_small": vision("mobilenet_v3_small"),
    "efficientnet_b0": vision("efficientnet_b0"),
    "squeezenet": vision("squeezenet1_1"),
    "lstm": (lambda: Recurrent(nn.LSTM(16, 64, 2, batch_first=True)), sequence((24, 16), 1)),
    "gru": (lambda: Recurrent(nn.GRU(16, 64, batch_first=True, bidirectional=True)), sequence((24, 16), 1)),
    "tcn": (lambda: tcn(32), sequence((8, 64), 2)),
    "vit": (lambda: ViT(96, 3, 4), image(3, 32)),
    "gpt": (lambda: GPT(64, 4, 4), words(32)),
}

SMALL = {
    "small_lenet": (lambda: LeNet(4, 8, 30, 20), image(1, 20)),
    "small_lstm": (lambda: Recurrent(nn.LSTM(8, 24, batch_first=True)), sequence((12, 8), 1)),
    "small_gru": (lambda: Recurrent(nn.GRU(8, 20, batch_first=True, bidirectional=True)), sequence((12, 8), 1)),
    "small_tcn": (lambda: tcn(8), sequence((8, 32), 2)),
    "small_vit": (lambda: ViT(24, 2, 1, 16), image(3, 16)),
    "small_gpt": (lambda: GPT(16, 2, 1, context=16), words(16)),
}


def main(folder, *names):
    quiet()
    for name in names or NETWORKS:
        torch.manual_seed(SEED)
        make, draw = (NETWORKS | SMALL)[name]
        model = make()
        settle(model, draw)
        small = name in SMALL
        x = draw(ROWS // 3 if small else ROWS)
        with torch.no_grad():
            y = torch.cat([model(row[None]) for row in x])
        parts = {"x": x.numpy(), "y": y.numpy()}
        for exporter in OPSETS:
            parts[exporter] = np.frombuffer(exported(model, x[:1], exporter), np.uint8)
            check(parts[exporter].tobytes(), x, y)
        write(Path(folder) / f"{name}.npz", parts)
        print(name, sum(p.numel() for p in model.parameters()), flush=True)


def quiet():
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)


def settle(model, draw):
    """Runs data through, so that batch normalization knows their mean and variance. It moves most numbers over 0: where it
    only normalizes, each layer of drawn weights makes errors a tenth larger, fifty layers a hundred times, as no trained
    network does."""
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.momentum = None
            nn.init.uniform_(module.bias, 0.5, 1.5)
    model.train()
    for module in model.modules():
        if isinstance(module, (nn.Dropout, torchvision.ops.StochasticDepth)):
            module.eval()
    with torch.no_grad():
        for _ in range(4):
            model(draw(32))
    model.eval()


def exported(model, x, exporter):
    with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
        torch.onnx.export(
            model, (x,), file.name, dynamo=exporter == "dynamo", opset_version=OPSETS[exporter], input_names=["x"],
            output_names=["y"], external_data=False, verbose=False,
        )
        return Path(file.name).read_bytes()


def check(model, x, y):
    """ONNX Runtime must agree with PyTorch, or the export itself is wrong."""
    session = onnxruntime.InferenceSession(model)
    got = np.concatenate([session.run(None, {"x": row[None].numpy()})[0] for row in x])
    off = np.abs(got - y.numpy()).max() / np.abs(y.numpy()).max()
    if off > 1e-4:
        raise SystemExit(f"ONNX Runtime and PyTorch differ by {off}")


def write(path, parts):
    """Always the same bytes for the same arrays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, array in parts.items():
            data = io.BytesIO()
            np.lib.format.write_array(data, np.ascontiguousarray(array), version=(1, 0))
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), data.getvalue())


if __name__ == "__main__":
    main(*sys.argv[1:])
