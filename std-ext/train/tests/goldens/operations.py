"""Operations between tensors, and losses. What PyTorch calls otherwise than Midge stands here under Midge's name."""

import torch
import torch.nn.functional as F

from record import derived, draw

# Midge's name: PyTorch's function. All of them are drawn over [-2, 2].
UNARY = {
    "neg": torch.neg, "abs": torch.abs, "sign": torch.sign, "exp": torch.exp, "tanh": torch.tanh,
    "sigmoid": torch.sigmoid, "erf": torch.erf, "sin": torch.sin, "cos": torch.cos, "relu": torch.relu,
    "floor": torch.floor, "round": torch.round, "gelu": F.gelu, "swish": F.silu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.25), "elu": lambda x: F.elu(x, 0.75),
    "clamp": lambda x: torch.clamp(x, -0.5, 1.25), "powf 2": lambda x: x ** 2, "powf 3": lambda x: x ** 3,
    "powf -1": lambda x: x ** -1, "powf 0": lambda x: x ** 0, "recip": torch.reciprocal,
}
# Drawn over [0.25, 2].
POSITIVE = {"log": torch.log, "sqrt": torch.sqrt, "powf 1.75": lambda x: x ** 1.75}
BINARY = {
    "add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div, "maximum": torch.maximum,
    "minimum": torch.minimum,
}
COMPARE = {"greater": torch.gt, "greater_equal": torch.ge, "equal": torch.eq}
AXES = {"all": (0, 1, 2), "0": (0,), "1": (1,), "2": (2,), "0 2": (0, 2)}


def whole(*numbers):
    return torch.tensor(numbers, dtype=torch.int64)


def real(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def tensor_cases():
    for name, function in UNARY.items():
        yield derived(name, function, [draw(name, [3, 5])])
    for name, function in POSITIVE.items():
        yield derived(name, function, [draw(name, [3, 5], 0.25)])
    for name, function in BINARY.items():
        yield derived(name, function, [draw(name, [2, 3, 4]), draw(name + "'", [3, 1], 0.25)])
        yield derived(name + " row", function, [draw(name, [4]), draw(name + "'", [2, 3, 4], 0.25)])
    yield derived("pow", torch.pow, [draw("pow", [2, 3, 4], 0.25), draw("pow'", [3, 1])])
    same = [real(1, 2, 3, 3, -1, 0), real(2, 1, 3, -3, -1, 0)]
    for name, function in COMPARE.items():
        yield derived(name, lambda a, b, f=function: f(a, b).double(), same)
    yield derived("select", lambda a, b: torch.where(real(1, 0, -2, 0) != 0, a, b),
                  [draw("select", [3, 4]), draw("select'", [3, 1])])
    yield from edges()
    yield from reductions()
    yield from movement()
    yield from lookups()
    yield from products()
    yield from windows()


def edges():
    """Where functions have a kink, a pole, or equal arguments."""
    zeros = real(0, 1, -1, 0.5)
    for name in ["relu", "abs", "sign", "leaky_relu", "elu", "powf 2", "powf 3", "powf 0", "floor"]:
        yield derived(name + " edge", UNARY[name], [zeros])
    yield derived("clamp edge", UNARY["clamp"], [real(-100, 1.125, -0.625, 1.375)])
    yield derived("round edge", torch.round, [real(0.5, 1.5, 2.5, -0.5)])
    yield derived("pow edge", torch.pow, [real(0, 0, 2, 0.5), real(2, 0, 0, 1)])
    far = real(-100, -20, 20, 100)
    for name in ["sigmoid", "tanh", "gelu", "swish", "elu", "erf"]:
        yield derived(name + " far", UNARY[name], [far])
    yield derived("softmax far", lambda x: torch.softmax(x, 0), [real(1000, 999, -1000)])
    yield derived("log_softmax far", lambda x: torch.log_softmax(x, 0), [real(1000, 999, -1000)])
    ties = torch.tensor([[1.0, 3, 3], [2, 2, 2]], dtype=torch.float64)
    yield derived("amax ties", lambda x: x.amax(1), [ties])
    yield derived("amin ties", lambda x: x.amin(1), [ties])


def reductions():
    for label, axes in AXES.items():
        for name, function in {
            "sum": lambda x, a=axes: x.sum(a), "mean": lambda x, a=axes: x.mean(a, keepdim=True),
            "var": lambda x, a=axes: x.var(a, correction=1), "amax": lambda x, a=axes: x.amax(a),
            "amin": lambda x, a=axes: x.amin(a, keepdim=True),
        }.items():
            yield derived(f"{name} {label}", function, [draw(name, [2, 3, 4])])
    yield derived("var biased", lambda x: x.var(1, correction=0, keepdim=True), [draw("var", [2, 3, 4])])
    for axis in [0, 1, 2]:
        x = draw("softmax", [2, 3, 4])
        yield derived(f"softmax {axis}", lambda x, a=axis: torch.softmax(x, a), [x])
        yield derived(f"log_softmax {axis}", lambda x, a=axis: torch.log_softmax(x, a), [x])
        yield derived(f"argmax {axis}", lambda x, a=axis: torch.argmax(x, a), [x])


def movement():
    x, y = draw("x", [2, 3, 4]), draw("y", [2, 2, 4])
    yield derived("reshape", lambda x: x.reshape(4, -1), [x])
    yield derived("flatten", lambda x: x.flatten(1), [x])
    yield derived("permute", lambda x: x.permute(2, 0, 1), [x])
    yield derived("transpose", lambda x: x.transpose(0, -1), [x])
    yield derived("unsqueeze", lambda x: x.unsqueeze(1), [x])
    yield derived("squeeze", lambda x: x.squeeze(1), [draw("squeeze", [3, 1, 2])])
    yield derived("expand", lambda x: x.expand(2, 3, 4), [draw("expand", [3, 1])])
    yield derived("narrow", lambda x: x.narrow(1, 1, 2), [x])
    yield derived("at", lambda x: x.select(2, 3), [x])
    yield derived("chunk", lambda x: x.chunk(2, 2)[0] * x.chunk(2, 2)[1], [x])
    yield derived("cat", lambda x, y: torch.cat([x, y, x], 1), [x, y])
    yield derived("stack", lambda x, y: torch.stack([x, y], 1), [x, draw("z", [2, 3, 4])])
    yield derived("pad", lambda x: F.pad(x, [1, 2]), [x])


def lookups():
    x = draw("x", [2, 3, 4])
    places = whole(2, 0, 1, 1, 2, 0, 0, 0).reshape(2, 1, 4)
    yield derived("index_select", lambda x, i: x.index_select(1, i), [x, whole(2, 0, 2, 1)])
    yield derived("embedding", lambda x, i: F.embedding(i, x), [draw("table", [5, 3]), whole(4, 0, 4, 2).reshape(2, 2)])
    yield derived("gather", lambda x, i: x.gather(1, i), [x, places])
    yield derived("scatter_add", lambda x, i, v: x.scatter_add(1, i, v), [x, places, draw("v", [2, 1, 4])])
    yield derived("one_hot", lambda i: F.one_hot(i, 5).double(), [whole(4, 0, 2)])


def products():
    for label, a, b in [
        ("plain", [3, 4], [4, 5]), ("batched", [2, 3, 4], [2, 4, 5]), ("one right", [2, 3, 4], [4, 5]),
        ("one left", [3, 4], [2, 4, 5]), ("broadcast", [2, 1, 3, 4], [3, 4, 2]), ("long", [2, 67], [67, 3]),
    ]:
        yield derived(f"matmul {label}", torch.matmul, [draw(label, a), draw(label + "'", b)])
    yield derived("matmul turned", lambda x: x @ x.transpose(1, 2), [draw("turned", [2, 3, 4])])
    inputs = [draw("linear", [2, 3, 4]), draw("weight", [5, 4]), draw("bias", [5])]
    yield derived("linear", F.linear, inputs)
    yield derived("linear without bias", F.linear, inputs[:2])


def windows():
    image = draw("image", [1, 4, 7, 5])
    for label, stride, padding, dilation in [("plain", 1, 1, 1), ("odd", (2, 3), (2, 1), (2, 1))]:
        for groups in [1, 2, 4]:
            inputs = [image, draw("filter", [4, 4 // groups, 3, 2]), draw("bias", [4])]
            yield derived(f"conv2d {label} {groups}", lambda x, w, b, s=stride, p=padding, d=dilation, g=groups:
                          F.conv2d(x, w, b, s, p, d, g), inputs)
    yield derived("conv2d uneven", lambda x, w: F.conv2d(F.pad(x, [1, 0, 0, 2]), w),
                  [image, draw("filter", [3, 4, 3, 2])])
    yield derived("conv2d pointwise", F.conv2d, [image, draw("point", [3, 4, 1, 1])])
    yield derived("conv1d", lambda x, w, b: F.conv1d(x, w, b, 2, 1, 2, 1),
                  [draw("signal", [2, 3, 9]), draw("filter", [4, 3, 3]), draw("bias", [4])])
    image = draw("pool", [2, 3, 6, 5])
    yield derived("max_pool2d", lambda x: F.max_pool2d(x, 2), [image])
    yield derived("max_pool2d odd", lambda x: F.max_pool2d(x, (3, 2), (2, 1), 1, (1, 2)), [image])
    yield derived("max_pool2d ties", lambda x: F.max_pool2d(x, 2), [torch.ones(1, 1, 2, 4, dtype=torch.float64)])
    for padded in [True, False]:
        yield derived(f"avg_pool2d {'padded' if padded else 'unpadded'}", lambda x, p=padded:
                      F.avg_pool2d(x, (3, 2), (2, 1), 1, count_include_pad=p), [image])
    yield derived("adaptive_avg_pool2d", lambda x: F.adaptive_avg_pool2d(x, (4, 2)), [image])
    yield derived("adaptive_avg_pool2d one", lambda x: F.adaptive_avg_pool2d(x, 1), [image])
    for label, size in [("", (4, 2)), (" even", (3, 5)), (" one", 1)]:
        yield derived("adaptive_max_pool2d" + label, lambda x, s=size: F.adaptive_max_pool2d(x, s), [image])
    signal = draw("signal pool", [2, 3, 11])
    yield derived("max_pool1d", lambda x: F.max_pool1d(x, 3, 2, 1), [signal])
    yield derived("avg_pool1d", lambda x: F.avg_pool1d(x, 3, 2, 1), [signal])
    yield derived("avg_pool1d unpadded", lambda x: F.avg_pool1d(x, 3, 2, 1, count_include_pad=False), [signal])
    yield derived("adaptive_avg_pool1d", lambda x: F.adaptive_avg_pool1d(x, 4), [signal])


def loss_cases():
    """Means over all elements, as PyTorch's reduction="mean"; kl_div as its "batchmean"."""
    x, y = draw("x", [4, 3]), draw("y", [4, 3])
    p, q = draw("p", [4, 3], 0.125, 0.875), draw("q", [4, 3], 0.125, 0.875)
    classes, some = whole(2, 0, 1, 1), whole(2, -100, 1, -100)
    yield derived("mse", F.mse_loss, [x, y])
    yield derived("l1", F.l1_loss, [x, y])
    yield derived("huber", lambda x, y: F.huber_loss(x, y, delta=0.75), [x, y])
    yield derived("bce", F.binary_cross_entropy, [p, q])
    yield derived("bce edge", lambda p: F.binary_cross_entropy(p.detach(), real(1, 1, 0)), [real(0, 1, 0.5)])
    yield derived("bce_with_logits", F.binary_cross_entropy_with_logits, [x, q])
    yield derived("bce_with_logits far", F.binary_cross_entropy_with_logits, [real(-100, 100, 40), real(1, 1, 0)])
    yield derived("cross_entropy", F.cross_entropy, [x, classes])
    yield derived("cross_entropy ignored", F.cross_entropy, [x, some])
    yield derived("cross_entropy smooth", lambda x, c: F.cross_entropy(x, c, label_smoothing=0.25), [x, classes])
    yield derived("cross_entropy sequence", lambda x, c: F.cross_entropy(x.flatten(0, 1), c.flatten()),
                  [draw("s", [2, 2, 3]), classes.reshape(2, 2)])
    yield derived("nll", F.nll_loss, [x, classes])
    yield derived("kl_div", lambda x, y: F.kl_div(x, y, reduction="batchmean"), [x, q])
    yield derived("kl_div edge", lambda x: F.kl_div(x, real(0, 1, 0.5), reduction="batchmean"), [real(-1, -2, -3)])
    yield derived("hinge", lambda x, y: torch.relu(1 - x * y).mean(), [x, torch.sign(y)])
