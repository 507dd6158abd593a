"""PyTorch's side of `cargo xtask bench-train`: the same networks, weights, batches, and optimizer as
std-ext/train/examples/speed.rs.

    peers.py given WORKLOAD GIVEN.npz      draws weights and a batch
    peers.py run WORKLOAD GIVEN.npz THREADS SECONDS
"""

import json
import resource
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def mlp():
    return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 7 * 7, 10))


class Attention(nn.Module):
    def __init__(self, size, heads):
        super().__init__()
        self.heads = heads
        self.in_proj = nn.Linear(size, 3 * size)
        self.out_proj = nn.Linear(size, size)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.in_proj(x).view(b, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out_proj(y.transpose(1, 2).reshape(b, t, d))


class Block(nn.Module):
    def __init__(self, size, heads, hidden):
        super().__init__()
        self.norm1 = nn.LayerNorm(size)
        self.attention = Attention(size, heads)
        self.norm2 = nn.LayerNorm(size)
        self.up = nn.Linear(size, hidden)
        self.down = nn.Linear(hidden, size)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Characters(nn.Module):
    def __init__(self, vocabulary=65, size=128, context=128):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, size)
        self.places = nn.Embedding(context, size)
        self.blocks = nn.Sequential(*[Block(size, 4, 4 * size) for _ in range(4)])
        self.norm = nn.LayerNorm(size)
        self.head = nn.Linear(size, vocabulary)

    def forward(self, x):
        return self.head(self.norm(self.blocks(self.tokens(x) + self.places.weight)))


def network(workload):
    return {"mlp": mlp, "cnn": cnn, "transformer": Characters}[workload]()


def batch(workload, rng):
    if workload == "transformer":
        return rng.integers(0, 65, (16, 128)), rng.integers(0, 65, (16, 128))
    shape = (64, 784) if workload == "mlp" else (64, 1, 28, 28)
    return rng.normal(size=shape).astype(np.float32), rng.integers(0, 10, 64)


def given(workload, path):
    torch.manual_seed(1)
    x, y = batch(workload, np.random.default_rng(1))
    weights = {name: tensor.numpy() for name, tensor in network(workload).state_dict().items()}
    np.savez(path, x=x, y=y, **weights)


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def run(workload, path, threads, seconds):
    torch.set_num_threads(int(threads))
    idle = resident()
    arrays = dict(np.load(path))
    x, y = torch.from_numpy(arrays.pop("x")), torch.from_numpy(arrays.pop("y")).flatten()
    net = network(workload)
    net.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, fused=True)

    def step():
        optimizer.zero_grad()
        logits = net(x)
        loss = F.cross_entropy(logits.view(-1, logits.shape[-1]), y)
        loss.backward()
        optimizer.step()
        return loss

    losses = [step().item() for _ in range(50)]
    start, steps = time.perf_counter(), 0
    while time.perf_counter() - start < float(seconds):
        step()
        steps += 1
    rate = steps * y.numel() / (time.perf_counter() - start)
    grown = resident() - idle
    print(json.dumps({"rate": rate, "losses": losses, "grown": grown, "version": f"pytorch {torch.__version__}"}))


if __name__ == "__main__":
    {"given": given, "run": run}[sys.argv[1]](*sys.argv[2:])
