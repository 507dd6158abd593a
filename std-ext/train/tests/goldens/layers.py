"""Layers with their parameters. Parameters keep PyTorch's names; tests/goldens.rs says what Midge calls them."""

import torch
from torch import nn

from record import draw, note, weights


class Attention(nn.MultiheadAttention):
    """Self-attention of one tensor, which may see only what was before."""

    def __init__(self, size, heads, causal):
        super().__init__(size, heads, batch_first=True)
        self.causal = causal

    def forward(self, x):
        return super().forward(x, x, x, attn_mask=mask(x) if self.causal else None, need_weights=False)[0]


class Block(nn.TransformerEncoderLayer):
    """A causal block with normalization first."""

    def __init__(self):
        super().__init__(6, 3, 12, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)

    def forward(self, x):
        return super().forward(x, src_mask=mask(x))


class Outputs(nn.Module):
    """The outputs of a recurrent layer, without its last state."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x)[0]

    def named_parameters(self, *args, **kwargs):
        return self.layer.named_parameters(*args, **kwargs)

    def state_dict(self, *args, **kwargs):
        return self.layer.state_dict(*args, **kwargs)


def mask(x):
    return torch.full([x.shape[1], x.shape[1]], -torch.inf, dtype=x.dtype).triu(1)


def case(name, layer, x, train=True):
    layer = layer.double().train(train)
    with torch.no_grad():
        for key, tensor in layer.state_dict().items():
            if tensor.is_floating_point():
                low = 0.25 if key == "running_var" else -1.0
                tensor.copy_(draw(name + key, tensor.shape, low, 1.0))
    real = lambda state: {k: note(t) for k, t in state.items() if t.is_floating_point()}
    state = real(layer.state_dict())
    leaf = x.clone().requires_grad_() if x.is_floating_point() else x
    output = layer(leaf)
    (output * weights(output)).sum().backward()
    made = {"name": name, "inputs": [note(x)], "state": state, "output": note(output)}
    made["gradients"] = [note(leaf.grad) if x.is_floating_point() else None]
    made["state_gradients"] = {k: note(p.grad) for k, p in layer.named_parameters()}
    after = real(layer.state_dict())
    made["after"] = {k: after[k] for k in after if k.startswith("running_")}
    return made


def cases():
    image, signal, sequence = draw("image", [2, 4, 6, 5]), draw("signal", [2, 4, 9]), draw("sequence", [2, 5, 6])
    yield case("Linear", nn.Linear(6, 3), sequence)
    yield case("Linear without bias", nn.Linear(6, 3, bias=False), sequence)
    yield case("Conv2d", nn.Conv2d(4, 3, (3, 2)), image)
    yield case("Conv2d odd", nn.Conv2d(4, 6, (3, 2), (2, 1), (2, 1), (2, 1), groups=2), image)
    yield case("Conv2d same", nn.Conv2d(4, 3, (3, 2), padding="same"), image)
    yield case("Conv2d without bias", nn.Conv2d(4, 3, 3, bias=False), image)
    yield case("depthwise", nn.Conv2d(4, 4, 3, padding=1, groups=4), image)
    yield case("Conv1d", nn.Conv1d(4, 3, 3, 2, 1, 2), signal)
    yield case("BatchNorm", nn.BatchNorm2d(4), image)
    yield case("BatchNorm of rows", nn.BatchNorm1d(6), draw("rows", [5, 6]))
    yield case("BatchNorm in evaluation", nn.BatchNorm2d(4), image, False)
    yield case("LayerNorm", nn.LayerNorm(6), sequence)
    yield case("GroupNorm", nn.GroupNorm(2, 4), image)
    yield case("InstanceNorm", nn.InstanceNorm2d(4, affine=True), image)
    yield case("MaxPool2d", nn.MaxPool2d((3, 2), (2, 1), 1), image)
    yield case("AvgPool2d", nn.AvgPool2d((3, 2), (2, 1), 1), image)
    yield case("AdaptiveAvgPool2d", nn.AdaptiveAvgPool2d((3, 2)), image)
    yield case("AdaptiveMaxPool2d", nn.AdaptiveMaxPool2d((4, 2)), image)
    yield case("MaxPool1d", nn.MaxPool1d(3, 2, 1), signal)
    yield case("AvgPool1d", nn.AvgPool1d(3, 2, 1), signal)
    yield case("AdaptiveAvgPool1d", nn.AdaptiveAvgPool1d(4), signal)
    for layer in [nn.ReLU(), nn.Sigmoid(), nn.Tanh(), nn.GELU(), nn.SiLU(), nn.Softmax(-1), nn.LogSoftmax(-1),
                  nn.Flatten(), nn.LeakyReLU(0.25), nn.ELU(0.75)]:
        yield case(type(layer).__name__, layer, sequence)
    yield case("Embedding", nn.Embedding(5, 3), torch.tensor([[4, 0], [4, 2]]))
    yield case("MultiheadAttention", Attention(6, 2, False), sequence)
    yield case("MultiheadAttention causal", Attention(6, 3, True), sequence)
    yield case("TransformerEncoderLayer", Block(), sequence)
    for kind in [nn.RNN, nn.GRU, nn.LSTM]:
        yield case(kind.__name__, Outputs(kind(6, 4, batch_first=True)), sequence)
