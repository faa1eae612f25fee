"""A seeded generator of pictures of bees and wasps: backgrounds, light, camera. Given, nothing to fill in.

The insects themselves are in `bees_wasps_insects`, the brush in `bees_wasps_canvas`. Bees and wasps sit on the same
blossoms, leaves and stones in the same light and are equally large, so no colour and no brightness tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bees_wasps_canvas import Canvas, as_planes, per_picture, ramp
from bees_wasps_insects import Insects, paint_insects

BEE_SHARE = 0.53
WRONG_LABELS = 0.02
STACK = 32
"""Pictures painted at once: few enough to stay in the processor's cache."""

GREENS = np.array([[0.16, 0.30, 0.08], [0.30, 0.48, 0.14], [0.45, 0.60, 0.25], [0.10, 0.18, 0.08], [0.55, 0.62, 0.38]])
PETALS = np.array(
    [
        [0.95, 0.80, 0.10],
        [0.93, 0.55, 0.12],
        [0.88, 0.40, 0.62],
        [0.60, 0.40, 0.75],
        [0.93, 0.92, 0.90],
        [0.80, 0.18, 0.22],
        [0.72, 0.60, 0.85],
        [0.96, 0.75, 0.80],
    ]
)
GROUNDS = np.array(
    [
        [0.55, 0.53, 0.50],
        [0.48, 0.36, 0.25],
        [0.70, 0.60, 0.45],
        [0.62, 0.38, 0.28],
        [0.82, 0.80, 0.77],
        [0.30, 0.27, 0.24],
        [0.45, 0.50, 0.55],
    ]
)
SKIES = np.array([[0.55, 0.68, 0.85], [0.80, 0.84, 0.88], [0.65, 0.72, 0.62], [0.20, 0.22, 0.20], [0.75, 0.68, 0.60]])


def draw_bees_wasps(
    count: int, image_size: int = 32, *, seed: int | Sequence[int] = 0, wrong_labels: float = WRONG_LABELS
) -> tuple[np.ndarray, np.ndarray]:
    """Draw bees and wasps, in mixed order.

    Parameters
    ----------
    count : int
        How many; 53 % are bees.
    image_size : int
        Height and width in pixels; the same seed gives the same scenes at every size.
    seed : int or sequence of int
        Other seeds, other pictures.
    wrong_labels : float
        Which share carries the other kind's label, as in every real collection.

    Returns
    -------
    images : array of uint8, shape (count, image_size, image_size, 3)
    labels : array of int64, shape (count,)
        0 bee, 1 wasp.
    """
    rng = np.random.default_rng(seed)
    kinds = (np.arange(count) >= round(BEE_SHARE * count)).astype(np.int64)
    rng.shuffle(kinds)
    labels = kinds.copy()
    wrong = rng.choice(count, round(wrong_labels * count), replace=False)
    labels[wrong] = 1 - labels[wrong]
    stacks = [kinds[start : start + STACK] for start in range(0, count, STACK)]
    drawn = [_stack(*stack, image_size) for stack in zip(stacks, rng.spawn(len(stacks)), strict=True)]
    return np.concatenate(drawn), labels


def _stack(kinds: np.ndarray, rng: np.random.Generator, image_size: int) -> np.ndarray:
    n = len(kinds)
    canvas = Canvas(n, 2 * image_size)
    insects = Insects(rng, kinds)
    lamp = np.stack([rng.normal(0, 0.6, n), rng.uniform(0.2, 1.0, n), rng.uniform(0.4, 1.0, n)], axis=1)
    lamp /= np.linalg.norm(lamp, axis=1, keepdims=True)
    _paint_backgrounds(canvas, rng, insects.at[:, :2])
    _soften(canvas, rng.uniform(0, 1, n) ** 2 * 0.06)
    _paint_shadow(canvas, insects, lamp)
    paint_insects(canvas, insects, rng, lamp)
    _paint_in_front(canvas, rng)
    _soften(canvas, rng.uniform(0, 1, n) ** 3 * 0.04)
    return _photograph(canvas.pixels, rng)


def _pick(rng: np.random.Generator, palette: np.ndarray, n: int) -> np.ndarray:
    """A colour for each picture, near one of the palette."""
    picked = palette[rng.integers(len(palette), size=n)]
    return (picked * rng.uniform(0.75, 1.2, (n, 1)) + rng.normal(0, 0.03, (n, 3))).clip(0, 1)


def _blend(first: np.ndarray, second: np.ndarray, share: np.ndarray) -> np.ndarray:
    """From the first colour `(n, 3)` (share 0) to the second (share 1), as planes."""
    return as_planes(first) + share[:, None] * as_planes(second - first)


def _paint_backgrounds(canvas: Canvas, rng: np.random.Generator, at: np.ndarray) -> None:
    n = len(at)
    chosen = rng.integers(len(BACKGROUNDS), size=n)
    for number, background in enumerate(BACKGROUNDS):
        rows = np.flatnonzero(chosen == number)
        if len(rows):
            part = Canvas(len(rows), canvas.pixels.shape[-1])
            background(part, rng, at[rows])
            canvas.pixels[rows] = part.pixels


def _meadow(canvas: Canvas, rng: np.random.Generator, at: np.ndarray) -> None:
    """Leaves and grass out of focus, with blurred blossoms."""
    n = len(at)
    cells = int(rng.integers(2, 6))
    canvas.pixels[:] = _blend(_pick(rng, GREENS, n), _pick(rng, GREENS, n), canvas.noise(rng, (cells, cells)))
    for _ in range(4):
        radii = rng.uniform(0.1, 0.45, (n, 1)) * rng.uniform(0.7, 1.3, (n, 2))
        colour = np.where(rng.random((n, 1)) < 0.4, _pick(rng, PETALS, n), _pick(rng, GREENS, n))
        cover = canvas.ellipse(rng.uniform(-1.1, 1.1, (n, 2)), rng.uniform(0, 3.1, n), radii, 0.7)
        canvas.paint(cover * np.float32(0.6), colour)


def _blossom(canvas: Canvas, rng: np.random.Generator, at: np.ndarray) -> None:
    """One large flower under the insect."""
    n = len(at)
    _meadow(canvas, rng, at)
    place = at + rng.normal(0, 0.3, (n, 2))
    size = rng.uniform(0.7, 1.5, n)
    radii = np.stack([size, size * rng.uniform(0.45, 1.0, n)], axis=1)
    along, across, distance = canvas.flat_distance(place, rng.normal(0, 0.4, n), radii)
    petals = int(rng.integers(4, 12))
    # The real part of ((along + i across) / distance) ** petals is the cosine of so many times the angle.
    real, imaginary = np.ones_like(along), np.zeros_like(along)
    cos, sin = along / (distance + 1e-6), across / (distance + 1e-6)
    for _ in range(petals):
        real, imaginary = real * cos - imaginary * sin, real * sin + imaginary * cos
    reach = 0.78 + 0.22 * real
    colour, heart = _pick(rng, PETALS, n), _pick(rng, np.concatenate([PETALS[:2], GROUNDS[1:2], GREENS[1:2]]), n)
    cover = ramp(reach - distance, 0.0, 0.06)
    shade = 0.72 + 0.18 * real + 0.2 * distance
    canvas.paint(cover, (as_planes(colour) * shade[:, None]).clip(0, 1))
    speckle = canvas.noise(rng, (22, 22))
    middle = ramp(per_picture(rng.uniform(0.18, 0.45, n)) - distance, 0.0, 0.05)
    canvas.paint(middle, (as_planes(heart) * (0.6 + 0.8 * speckle)[:, None]).clip(0, 1))


def _cluster(canvas: Canvas, rng: np.random.Generator, at: np.ndarray) -> None:
    """Many small flowers together."""
    n = len(at)
    _meadow(canvas, rng, at)
    colour, dark = _pick(rng, PETALS, n), rng.uniform(0.35, 0.7, n)
    spread = rng.uniform(0.3, 0.7, (n, 1))
    for i in range(16):
        radii = rng.uniform(0.10, 0.24, (n, 1)) * rng.uniform(0.6, 1.0, (n, 2))
        place = at + rng.normal(0, 1, (n, 2)) * spread + [0, -0.2]
        tone = dark + (1 - dark) * (i / 15) + rng.normal(0, 0.08, n)
        canvas.paint(canvas.ellipse(place, rng.uniform(0, 3.1, n), radii, 0.25), (colour * tone[:, None]).clip(0, 1))


def _leaf(canvas: Canvas, rng: np.random.Generator, at: np.ndarray) -> None:
    """One large leaf with veins."""
    n = len(at)
    _meadow(canvas, rng, at)
    radii = np.stack([rng.uniform(1.1, 2.2, n), rng.uniform(0.55, 1.1, n)], axis=1)
    along, across, distance = canvas.flat_distance(at + rng.normal(0, 0.25, (n, 2)), rng.uniform(0, 3.14, n), radii)
    ribs = along * 7 - np.abs(across) * 5
    saw = np.abs(ribs - np.floor(ribs) - 0.5)
    rib = np.maximum(ramp(0.06 - np.abs(across), 0.0, 0.05), 0.5 * ramp(saw, 0.40, 0.5))
    green, pale = _pick(rng, GREENS[:3], n), _pick(rng, GREENS[2:3], n)
    light = 0.8 + 0.25 * along + 0.3 * (canvas.noise(rng, (4, 4)) - 0.5)
    canvas.paint(ramp(1 - distance, 0.0, 0.04), (_blend(green, pale, rib) * light[:, None]).clip(0, 1))


def _ground(canvas: Canvas, rng: np.random.Generator, at: np.ndarray) -> None:
    """Wood or stone: grain along one direction."""
    n = len(at)
    fine = [(2, 16), (16, 2), (20, 20), (9, 9)][int(rng.integers(4))]
    grain = 0.6 * canvas.noise(rng, fine) + 0.4 * canvas.noise(rng, (3, 3))
    first = _pick(rng, GROUNDS, n)
    canvas.pixels[:] = _blend(first, first * rng.uniform(0.3, 0.9, (n, 1)), grain)


def _plain(canvas: Canvas, rng: np.random.Generator, at: np.ndarray) -> None:
    """Sky, wall or deep shade, slowly changing."""
    n = len(at)
    canvas.pixels[:] = _blend(_pick(rng, SKIES, n), _pick(rng, SKIES, n), 0.5 * canvas.noise(rng, (1, 1)))


BACKGROUNDS: list[Callable[[Canvas, np.random.Generator, np.ndarray], None]] = [
    _meadow,
    _blossom,
    _blossom,
    _cluster,
    _leaf,
    _ground,
    _plain,
]


def _paint_shadow(canvas: Canvas, insects: Insects, lamp: np.ndarray) -> None:
    """What the body keeps from the light falls to the other side."""
    tail = insects.point(-insects.parts["abdomen_length"], 0, -0.2)
    head = insects.point(0.1, 0, -0.2)
    middle, step = (tail + head)[:, :2] / 2, (head - tail)[:, :2]
    away = -lamp[:, :2] * 0.14 * insects.scale[:, None]
    long = np.linalg.norm(step, axis=1)
    radii = np.stack([0.6 * long + 0.15, np.full(len(long), 0.2) * insects.scale], axis=1)
    cover = canvas.ellipse(middle + away, np.arctan2(step[:, 1], step[:, 0]), radii, 0.8)
    canvas.pixels *= 1 - 0.4 * cover[:, None]


def _paint_in_front(canvas: Canvas, rng: np.random.Generator) -> None:
    """In some pictures a blade of grass or a petal hides a part."""
    n = len(canvas.pixels)
    for palette, width, share in ((GREENS, (0.03, 0.09), 0.2), (PETALS, (0.10, 0.26), 0.10)):
        there = (rng.random(n) < share).astype(np.float32)
        radii = np.stack([rng.uniform(0.5, 1.6, n), rng.uniform(*width, n)], axis=1)
        cover = canvas.ellipse(rng.uniform(-0.7, 0.7, (n, 2)), rng.uniform(0, 3.14, n), radii, 0.3)
        canvas.paint(cover * there[:, None, None], _pick(rng, palette, n))


def _soften(canvas: Canvas, radius: np.ndarray) -> None:
    """Out of focus by so much (a share of the picture's half), the same at every resolution."""
    variance = (radius / canvas.pixel) ** 2
    # Each round with weights (w, 1 - 2w, w) adds 2w to the variance; w may be a quarter at most.
    rounds = np.ceil(variance / 0.5).astype(int)
    weight = (variance / np.maximum(rounds, 1) / 2).astype(np.float32)[:, None, None, None]
    for done in range(rounds.max()):
        rows = np.flatnonzero(rounds > done)
        soft, share = canvas.pixels[rows], weight[rows]
        soft[:, :, 1:-1] += share * (soft[:, :, 2:] + soft[:, :, :-2] - 2 * soft[:, :, 1:-1])
        soft[..., 1:-1] += share * (soft[..., 2:] + soft[..., :-2] - 2 * soft[..., 1:-1])
        canvas.pixels[rows] = soft


def _photograph(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Exposure, contrast, tint, the sensor's grain; then bytes at half the painted resolution."""
    n, _, height, width = pixels.shape
    small = pixels.reshape(n, 3, height // 2, 2, width // 2, 2).mean(axis=(3, 5))
    exposure, contrast = rng.uniform(0.75, 1.25, n), rng.uniform(0.85, 1.3, n)
    tint = rng.normal(1, 0.06, (n, 3))
    gain = (exposure[:, None] * tint)[:, :, None, None].astype(np.float32)
    lit = (small * gain - 0.45) * contrast[:, None, None, None].astype(np.float32) + 0.45
    strength = rng.uniform(0, 0.035, n).astype(np.float32)[:, None, None, None]
    # Drawn last: how much is drawn depends on the resolution, and the scene must not.
    noisy = lit + strength * rng.normal(0, 1, lit.shape).astype(np.float32)
    return (noisy.clip(0, 1) * 255 + 0.5).astype(np.uint8).transpose(0, 2, 3, 1).copy()
