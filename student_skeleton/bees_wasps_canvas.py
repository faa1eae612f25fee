"""A stack of pictures painted at once: balls, sticks, petals, noise, all on whole arrays. Given, nothing to fill in.

Every shape is given for all pictures of the stack together: a number per picture, `(n,)`, a point `(n, 2)` or
`(n, 3)`, a colour `(n, 3)`. Positions are in [-1, 1], x to the right, y up, z towards the eye. Only +, -, *, / and
square roots are used per pixel, which every machine rounds alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

FAR = np.float32(-9.0)


def per_picture(values: np.ndarray | float) -> np.ndarray:
    """Numbers `(n,)` as `(n, 1, 1)`, to meet planes `(n, height, width)`."""
    return np.asarray(values, np.float32).reshape(-1, 1, 1)


def as_planes(colour: np.ndarray) -> np.ndarray:
    """Colours `(n, 3)` as `(n, 3, 1, 1)`, to meet planes `(n, 3, height, width)`."""
    return colour[:, :, None, None].astype(np.float32)


def ramp(values: np.ndarray, low: np.ndarray | float, high: np.ndarray | float) -> np.ndarray:
    """0 up to `low`, 1 from `high` on, straight between."""
    return np.clip((values - low) / (high - low), 0, 1)


class Canvas:
    """What has been painted so far, and how near to the eye it is."""

    def __init__(self, n: int, size: int) -> None:
        middle = ((np.arange(size, dtype=np.float32) + np.float32(0.5)) * 2 / size - 1).astype(np.float32)
        self.x = middle[None, None, :]
        self.y = -middle[None, :, None]
        self.pixel = np.float32(2 / size)
        self.pixels = np.zeros((n, 3, size, size), np.float32)
        self.depth = np.full((n, size, size), FAR, np.float32)
        self.corners: list[tuple[int, int]] = [(0, 0)] * n

    @contextmanager
    def around(self, at: np.ndarray, reach: np.ndarray) -> Iterator[Canvas]:
        """A small canvas for what lies within `reach` of a place in each picture; what it gets, this one gets."""
        n, size = len(at), self.pixels.shape[-1]
        side = min(int(np.ceil(2 * reach.max() / self.pixel)) + 3, size)
        left = ((at[:, 0] + 1) / self.pixel - side / 2).round().clip(0, size - side).astype(int)
        top = ((1 - at[:, 1]) / self.pixel - side / 2).round().clip(0, size - side).astype(int)
        part = Canvas(n, side)
        part.corners = list(zip(top.tolist(), left.tolist(), strict=True))
        part.pixel = self.pixel
        part.x = self.x[0, 0, left[:, None] + np.arange(side)][:, None, :]
        part.y = self.y[0, top[:, None] + np.arange(side), 0][:, :, None]
        part.pixels, part.depth = part.cut(self.pixels), part.cut(self.depth)
        yield part
        for i, (top_i, left_i) in enumerate(part.corners):
            self.pixels[i, :, top_i : top_i + side, left_i : left_i + side] = part.pixels[i]
            self.depth[i, top_i : top_i + side, left_i : left_i + side] = part.depth[i]

    def cut(self, planes: np.ndarray) -> np.ndarray:
        """What of planes of the large canvas lies on this small one."""
        side = self.x.shape[-1]
        return np.stack(
            [planes[i, ..., top : top + side, left : left + side] for i, (top, left) in enumerate(self.corners)]
        )

    def paint(self, cover: np.ndarray, colour: np.ndarray) -> None:
        """Lay a colour `(n, 3)` or `(n, 3, height, width)` over what is there; `cover` 1 hides it."""
        difference = (as_planes(colour) if colour.ndim == 2 else colour) - self.pixels
        difference *= cover[:, None]
        self.pixels += difference

    def flat_distance(
        self, at: np.ndarray, turn: np.ndarray, radii: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Coordinates along and across an ellipse and the distance from its middle, each 1 at its edge."""
        dx, dy = self.x - per_picture(at[:, 0]), self.y - per_picture(at[:, 1])
        cos, sin = np.cos(turn), np.sin(turn)
        along = dx * per_picture(cos / radii[:, 0]) + dy * per_picture(sin / radii[:, 0])
        across = dy * per_picture(cos / radii[:, 1]) - dx * per_picture(sin / radii[:, 1])
        return along, across, np.sqrt(along * along + across * across)

    def ellipse(
        self, at: np.ndarray, turn: np.ndarray, radii: np.ndarray, soft: np.ndarray | float = 0.0
    ) -> np.ndarray:
        """Cover of an ellipse whose edge is `soft` wide, as a share of its size."""
        _, _, distance = self.flat_distance(at, turn, radii)
        width = per_picture(np.maximum(soft, self.pixel / radii.min(axis=1)))
        return np.clip((1 - distance) / width + np.float32(0.5), 0, 1)

    def stick(self, start: np.ndarray, end: np.ndarray, radius: np.ndarray, colour: np.ndarray) -> None:
        """A straight limb between two points `(n, 3)`, hidden by what is nearer."""
        reach = np.abs(end - start)[:, :2].max(axis=1) / 2 + radius
        with self.around((start + end)[:, :2] / 2, reach) as part:
            part._stick(start, end, radius, colour)

    def _stick(self, start: np.ndarray, end: np.ndarray, radius: np.ndarray, colour: np.ndarray) -> None:
        step = end - start
        length2 = np.maximum((step[:, :2] ** 2).sum(axis=1), 1e-6)
        dx, dy = self.x - per_picture(start[:, 0]), self.y - per_picture(start[:, 1])
        at = np.clip(dx * per_picture(step[:, 0] / length2) + dy * per_picture(step[:, 1] / length2), 0, 1)
        off_x, off_y = dx - at * per_picture(step[:, 0]), dy - at * per_picture(step[:, 1])
        distance = np.sqrt(off_x * off_x + off_y * off_y)
        z = per_picture(start[:, 2]) + at * per_picture(step[:, 2])
        cover = np.clip((per_picture(radius) - distance) / self.pixel + np.float32(0.5), 0, 1) * (z > self.depth)
        self.paint(cover, colour)
        self.depth = np.where(cover > 0.5, z, self.depth)

    def ball(self, centre: np.ndarray, axes: np.ndarray, rough: np.ndarray | None = None) -> Ball:
        """What is seen of an ellipsoid with the columns of `axes` `(n, 3, 3)` as half axes."""
        back = np.linalg.inv(axes)
        dx, dy = self.x - per_picture(centre[:, 0]), self.y - per_picture(centre[:, 1])
        flat = [dx * per_picture(back[:, i, 0]) + dy * per_picture(back[:, i, 1]) for i in range(3)]
        ray = back[:, :, 2]
        ray2 = per_picture((ray * ray).sum(axis=1))
        dot = sum(plane * per_picture(ray[:, i]) for i, plane in enumerate(flat))
        distance2 = sum(plane * plane for plane in flat) - dot * dot / ray2
        inside = np.sqrt(np.maximum(1 - distance2, 0))
        forward = inside / np.sqrt(ray2) - dot / ray2
        surface = [plane + forward * per_picture(ray[:, i]) for i, plane in enumerate(flat)]
        size = np.sqrt(np.sqrt(np.abs(np.linalg.det((axes @ axes.transpose(0, 2, 1))[:, :2, :2]))))
        edge = 1 - np.sqrt(np.maximum(distance2, 0))
        if rough is not None:
            edge = edge + rough
        cover = np.clip(edge * per_picture(size / self.pixel) + np.float32(0.5), 0, 1)
        return Ball(cover, per_picture(centre[:, 2]) + forward, surface, back)

    def put(self, ball: Ball, colour: np.ndarray, strength: np.ndarray | float = 1.0, solid: bool = True) -> None:
        """Paint a ball where nothing is nearer; what is not solid lets later things behind it be painted."""
        cover = ball.cover * (ball.depth > self.depth)
        self.paint(cover * strength, colour)
        if solid:
            self.depth = np.where(cover > 0.5, ball.depth, self.depth)

    def noise(self, rng: np.random.Generator, cells: tuple[int, int]) -> np.ndarray:
        """Smooth random planes in [0, 1] with so many patches across and up: the same at every resolution."""
        across, up = cells
        n, _, height, width = self.pixels.shape
        lattice = rng.random((n, up + 1, across + 1)).astype(np.float32)
        row, down = _between(height, up)
        column, right = _between(width, across)
        rows = lattice[:, row] + (lattice[:, row + 1] - lattice[:, row]) * down[None, :, None]
        return rows[:, :, column] + (rows[:, :, column + 1] - rows[:, :, column]) * right[None, None, :]


class Ball:
    """The visible side of an ellipsoid, pixel by pixel."""

    def __init__(self, cover: np.ndarray, depth: np.ndarray, surface: list[np.ndarray], back: np.ndarray) -> None:
        self.cover = cover
        self.depth = depth
        self.surface = surface
        """Coordinates along its three half axes, each in [-1, 1]."""
        self._back = back

    def light(self, direction: np.ndarray) -> np.ndarray:
        """How much a lamp far away in that direction `(n, 3)` lights it: 1 faces it, -1 is turned away."""
        lamp = np.einsum("nij,nj->ni", self._back, direction)
        lamp = lamp / np.linalg.norm(lamp, axis=1, keepdims=True)
        return sum(plane * per_picture(lamp[:, i]) for i, plane in enumerate(self.surface))


def _between(size: int, cells: int) -> tuple[np.ndarray, np.ndarray]:
    """For each pixel the lattice point before it and a smooth way to the next."""
    at = (np.arange(size) + 0.5) * cells / size
    before = np.minimum(at.astype(np.int64), cells - 1)
    way = at - before
    return before, (way * way * (3 - 2 * way)).astype(np.float32)
