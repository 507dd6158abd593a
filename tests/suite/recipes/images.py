"""Cases of the operators that move the pixels of images, and of those that pad.

A module of `make.py`; it does nothing when run by itself.
"""

import numpy as np

from movement import IMAGE, NONE, move, shaped
from net import options

MARGINS = (
    ("image", IMAGE, (NONE, (1, 2), (2, 1), NONE)),
    ("axis_0", IMAGE, ((1, 1), NONE, NONE, NONE)),
    ("axis_3", IMAGE, (NONE, NONE, NONE, (1, 1))),
    ("all_axes", (2, 3, 2, 3), ((1, 0), (1, 2), (0, 1), (2, 2))),
    ("rank_1", (5,), ((2, 3),)),
    ("rank_2", (3, 4), ((1, 1), (0, 2))),
    ("rank_3", (2, 3, 4), ((0, 1), (2, 0), (1, 1))),
    ("axis_1", IMAGE, (NONE, (0, 2), NONE, NONE)),
    ("axis_2", IMAGE, (NONE, NONE, (3, 0), NONE)),
    ("nothing", IMAGE, (NONE,) * 4),
)


def pad(kind):
    for name, shape, margins in MARGINS:
        yield name, lambda d, shape=shape, margins=margins: d.net.pad(d.input(shape), margins)
    image = (NONE, (1, 1), (2, 2), NONE)
    yield "zero_low", lambda d: d.net.pad(d.input(IMAGE, zero=-128), image)
    yield "int64_margins", lambda d: d.net.pad(d.input(IMAGE), image, np.int64)


def padv2(kind):
    def case(name, shape, margins):
        def build(d):
            x = d.input(shape)
            value = d.constant((), x.scale, x.zero)
            to = np.pad(shaped(shape), margins).shape
            return d.net.alike("PADV2", [x, d.net.ints(*margins), value], to, options("PadV2"))

        return name, build

    for row in MARGINS[:7]:
        yield case(*row)


def mirror_pad(kind):
    def case(name, shape, margins, mode):
        to = np.pad(shaped(shape), margins).shape
        return name, lambda d: move(d, "MIRROR_PAD", shape, to, [margins], options("MirrorPad", mode=mode))

    yield case("reflect", IMAGE, (NONE, (1, 2), (2, 1), NONE), 0)
    yield case("symmetric", IMAGE, (NONE, (1, 2), (2, 1), NONE), 1)
    yield case("reflect_all", (2, 3, 4, 3), ((1, 0), (2, 1), (3, 3), (2, 0)), 0)
    yield case("symmetric_all", (2, 3, 4, 3), ((2, 1), (3, 1), (0, 4), (1, 3)), 1)
    yield case("reflect_rank_1", (7,), ((3, 6),), 0)
    yield case("symmetric_rank_2", (3, 4), ((3, 2), (4, 1)), 1)


def resize(operator, o):
    def case(name, shape, to, align=False, half=False):
        def build(d):
            x = d.input(shape)
            made = (shape[0], *to, shape[3])
            return d.net.alike(
                operator, [x, d.net.ints(*to)], made, options(o, alignCorners=align, halfPixelCenters=half)
            )

        return name, build

    def table(kind):
        yield case("double", (1, 3, 4, 2), (6, 8))
        yield case("odd", (1, 3, 5, 3), (7, 4))
        yield case("half_pixel", (1, 3, 4, 2), (5, 7), half=True)
        yield case("align_corners", (1, 4, 3, 2), (7, 5), align=True)
        yield case("smaller", (1, 7, 8, 1), (3, 3))
        yield case("batch", (2, 2, 3, 2), (4, 4), half=True)
        yield case("same", (1, 3, 4, 2), (3, 4))
        yield case("from_one_pixel", (1, 1, 1, 3), (3, 2))
        yield case("smaller_half_pixel", (1, 8, 7, 2), (3, 4), half=True)
        yield case("smaller_align_corners", (1, 8, 7, 2), (3, 4), align=True)

    return table


def depth_to_space(kind):
    def case(name, shape, n):
        b, h, w, c = shape
        to = (b, h * n, w * n, c // n // n)
        return name, lambda d: move(d, "DEPTH_TO_SPACE", shape, to, o=options("DepthToSpace", blockSize=n))

    for name, shape, n in (
        ("two", (1, 2, 3, 8), 2),
        ("three", (1, 2, 2, 9), 3),
        ("batch", (2, 2, 1, 4), 2),
        ("one_pixel", (1, 1, 1, 12), 2),
        ("one", (1, 3, 2, 2), 1),
        ("four", (1, 1, 2, 16), 4),
    ):
        yield case(name, shape, n)


def space_to_depth(kind):
    def case(name, shape, n):
        b, h, w, c = shape
        to = (b, h // n, w // n, c * n * n)
        return name, lambda d: move(d, "SPACE_TO_DEPTH", shape, to, o=options("SpaceToDepth", blockSize=n))

    for name, shape, n in (
        ("two", (1, 4, 6, 2), 2),
        ("three", (1, 6, 3, 1), 3),
        ("batch", (2, 4, 2, 1), 2),
        ("to_one_pixel", (1, 2, 2, 3), 2),
        ("one", (1, 3, 2, 2), 1),
        ("four", (1, 4, 8, 1), 4),
    ):
        yield case(name, shape, n)


def space_to_batch_nd(kind):
    def case(name, shape, block, margins):
        n, k = len(block), int(np.prod(block))
        to = [shape[0] * k] + [(s + sum(m)) // b for s, b, m in zip(shape[1:], block, margins)] + list(shape[1 + n :])
        return name, lambda d: move(d, "SPACE_TO_BATCH_ND", shape, to, [block, margins], options("SpaceToBatchND"))

    yield case("two", (1, 4, 6, 2), (2, 2), (NONE, NONE))
    yield case("margins", (1, 3, 4, 2), (2, 3), ((1, 0), (1, 1)))
    yield case("batch", (2, 4, 2, 1), (2, 1), (NONE, (0, 1)))
    yield case("rank_3", (1, 6, 3), (3,), (NONE,))
    yield case("rank_3_margins", (2, 5, 2), (2,), ((0, 1),))
    yield case("dilation", (1, 5, 5, 3), (2, 2), ((2, 3), (2, 3)))


def batch_to_space_nd(kind):
    def case(name, shape, block, crops):
        n, k = len(block), int(np.prod(block))
        to = [shape[0] // k] + [s * b - sum(c) for s, b, c in zip(shape[1:], block, crops)] + list(shape[1 + n :])
        return name, lambda d: move(d, "BATCH_TO_SPACE_ND", shape, to, [block, crops], options("BatchToSpaceND"))

    yield case("two", (4, 2, 3, 2), (2, 2), (NONE, NONE))
    yield case("crops", (6, 2, 2, 2), (2, 3), ((1, 0), (1, 1)))
    yield case("batch", (4, 2, 3, 1), (2, 1), (NONE, (0, 1)))
    yield case("rank_3", (3, 2, 3), (3,), (NONE,))
    yield case("rank_3_crops", (4, 3, 2), (2,), ((0, 1),))
    yield case("dilation", (4, 5, 5, 1), (2, 2), ((2, 3), (2, 3)))


TABLES = {
    "pad": pad,
    "padv2": padv2,
    "mirror_pad": mirror_pad,
    "resize_nearest_neighbor": resize("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighbor"),
    "resize_bilinear": resize("RESIZE_BILINEAR", "ResizeBilinear"),
    "depth_to_space": depth_to_space,
    "space_to_depth": space_to_depth,
    "space_to_batch_nd": space_to_batch_nd,
    "batch_to_space_nd": batch_to_space_nd,
}
