"""Bees and wasps as bodies in space: what both have, how they differ, how they are painted. Given, nothing to fill in.

No single part tells a bee from a wasp: each is drawn somewhere between the typical bee and the typical wasp, so one
has to look at several of them: the waist, how round and how hairy the body is, how sharp its stripes are, wings, legs.
"""

from __future__ import annotations

import numpy as np

from bees_wasps_canvas import Ball, Canvas, as_planes, per_picture, ramp

SPREAD = 0.06
"""How far a part strays from what is typical of its kind towards the other kind (0: never)."""

# Parts of a typical bee and a typical wasp, in lengths of a body of about 1.
TYPICAL = {
    "thorax_length": (0.20, 0.17),
    "thorax_width": (0.215, 0.115),
    "abdomen_length": (0.48, 0.64),
    "abdomen_width": (0.255, 0.125),
    "shoulder": (0.85, 0.40),  # of the abdomen's width, where it begins
    "overlap": (1.5, 0.95),  # of its rings: long ones make a smooth outline
    "tip": (0.55, 0.22),  # and where it ends
    "waist": (-0.05, 0.13),  # between thorax and abdomen; a bee has none to be seen
    "head_width": (0.125, 0.135),
    "hair": (0.42, 0.02),
    "stripe_softness": (0.32, 0.10),
    "stripe_strength": (0.85, 0.95),
    "wing_length": (0.50, 0.62),
    "wing_width": (0.115, 0.072),
    "leg_length": (0.26, 0.40),
    "leg_width": (0.026, 0.017),
    "antenna": (0.16, 0.28),
}

# Light stripes and dark ones: the same for both, in other shares.
COATS = np.array(
    [
        [[0.72, 0.45, 0.15], [0.18, 0.10, 0.05]],  # amber on brown: honey bee
        [[0.90, 0.75, 0.20], [0.07, 0.06, 0.05]],  # lemon on black: bumble bee, yellow jacket
        [[0.95, 0.80, 0.10], [0.09, 0.06, 0.03]],  # bright yellow on black
        [[0.62, 0.33, 0.12], [0.26, 0.12, 0.06]],  # rust: paper wasp, mason bee
        [[0.78, 0.70, 0.50], [0.12, 0.10, 0.09]],  # pale on dark
        [[0.35, 0.28, 0.20], [0.08, 0.07, 0.08]],  # almost black
    ],
)
COAT_SHARES = np.array([[0.38, 0.14, 0.03, 0.14, 0.14, 0.17], [0.04, 0.31, 0.43, 0.13, 0.05, 0.04]])
SEGMENTS = 5


class Insects:
    """One insect for each picture: its kind, its parts, where it is and how it is turned."""

    def __init__(self, rng: np.random.Generator, kinds: np.ndarray) -> None:
        n = len(kinds)
        self.kinds = kinds
        self.parts: dict[str, np.ndarray] = {}
        for name, (bee, wasp) in TYPICAL.items():
            stray = np.minimum(np.abs(rng.normal(0, SPREAD, n)), 1.0)
            towards_wasp = np.where(kinds == 1, 1 - stray, stray)
            self.parts[name] = (bee + (wasp - bee) * towards_wasp) * rng.uniform(0.9, 1.1, n)
        picked = (rng.random((n, 1)) > np.cumsum(COAT_SHARES, axis=1)[kinds]).sum(axis=1).clip(max=len(COATS) - 1)
        coats = COATS[picked] * rng.uniform(0.8, 1.2, (n, 2, 1)) + rng.normal(0, 0.025, (n, 2, 3))
        self.bright, self.dark = coats[:, 0].clip(0, 1), coats[:, 1].clip(0, 1)
        self.yellow_legs = rng.random(n) < np.where(kinds == 1, 0.5, 0.2)
        self.wing_spread = np.where(rng.random(n) < 0.35, rng.uniform(0.9, 1.7, n), rng.uniform(0.15, 0.75, n))
        self.wing_lift = rng.uniform(0.0, 0.7, n)
        self.wing_tint = np.array([0.80, 0.78, 0.72]) * rng.uniform(0.6, 1.15, (n, 1)) + rng.normal(0, 0.03, (n, 3))
        self.wing_strength = rng.uniform(0.25, 0.6, n)
        self.bend = rng.normal(0.12, 0.14, n)  # of the abdomen, downwards
        self.gait = rng.normal(0, 0.25, (n, 6))
        self._stand(rng)

    def _stand(self, rng: np.random.Generator) -> None:
        """Place, size and turn: seen from above, from the side, rarely from the front."""
        n = len(self.kinds)
        heading, climb = rng.uniform(0, 2 * np.pi, n), rng.normal(0, 0.3, n)
        height = np.where(rng.random(n) < 0.6, rng.uniform(0.9, 1.57, n), rng.uniform(0.35, 0.9, n))
        roll = rng.normal(0, 0.3, n)
        one, zero = np.ones(n), np.zeros(n)

        def matrix(rows: list[list[np.ndarray]]) -> np.ndarray:
            return np.array(rows).transpose(2, 0, 1)

        cos, sin = np.cos, np.sin
        climbing = matrix([[cos(climb), zero, -sin(climb)], [zero, one, zero], [sin(climb), zero, cos(climb)]])
        turning = matrix([[cos(heading), -sin(heading), zero], [sin(heading), cos(heading), zero], [zero, zero, one]])
        looking = matrix([[one, zero, zero], [zero, sin(height), cos(height)], [zero, -cos(height), sin(height)]])
        rolling = matrix([[cos(roll), -sin(roll), zero], [sin(roll), cos(roll), zero], [zero, zero, one]])
        self.turn = rolling @ looking @ turning @ climbing
        parts = self.parts
        # Bees are plumper: without this their larger area alone would give them away.
        area = parts["thorax_length"] * parts["thorax_width"] + 0.5 * parts["abdomen_length"] * parts["abdomen_width"]
        self.scale = rng.uniform(1.2, 1.9, n) * np.sqrt(0.082 / area)
        self.at = np.concatenate([rng.normal(0, 0.12, (n, 2)), np.zeros((n, 1))], axis=1)
        middle = np.stack([-0.5 * parts["abdomen_length"], zero, zero], axis=1)
        self.at -= self.scale[:, None] * np.einsum("nij,nj->ni", self.turn, middle) * [1, 1, 0]

    def point(self, forward: np.ndarray | float, left: np.ndarray | float, up: np.ndarray | float) -> np.ndarray:
        """A place on the body, `(n, 3)` in the picture; the thorax is at 0, 0, 0."""
        n = len(self.kinds)
        body = np.stack([np.broadcast_to(np.asarray(part, float), n) for part in (forward, left, up)], axis=1)
        return self.at + self.scale[:, None] * np.einsum("nij,nj->ni", self.turn, body)

    def axes(self, directions: np.ndarray, radii: list[np.ndarray]) -> np.ndarray:
        """Half axes in the picture of an ellipsoid with these directions `(n, 3, 3)` (columns) on the body."""
        return self.scale[:, None, None] * (self.turn @ directions) * np.stack(radii, axis=1)[:, None, :]

    def reach(self, radii: list[np.ndarray]) -> np.ndarray:
        """How far an ellipsoid with these half axes can extend from its middle in the picture, hairs included."""
        return self.scale * np.max(radii, axis=0) * 1.25


def paint_insects(canvas: Canvas, insects: Insects, rng: np.random.Generator, lamp: np.ndarray) -> None:
    """Paint one insect into each picture; `lamp` `(n, 3)` is where the light comes from."""
    hair = canvas.noise(rng, (44, 44)) - np.float32(0.5)
    _paint_body(canvas, insects, hair, lamp)
    _paint_limbs(canvas, insects)
    _paint_wings(canvas, insects, lamp)


def _shaded(ball: Ball, colour: np.ndarray, lamp: np.ndarray, gloss: np.ndarray | float) -> np.ndarray:
    """A colour in the light: `(n, 3)` or planes of it."""
    if colour.ndim == 2:
        colour = as_planes(colour)
    light = ball.light(lamp)
    shine = ramp(light, 0.75, 1.0) * per_picture(gloss)
    return (0.68 + 0.42 * light)[:, None] * colour + shine[:, None]


def _straight(n: int) -> np.ndarray:
    return np.broadcast_to(np.eye(3), (n, 3, 3))


def _paint_body(canvas: Canvas, insects: Insects, hair: np.ndarray, lamp: np.ndarray) -> None:
    parts, n = insects.parts, len(insects.kinds)
    rough = hair * per_picture(parts["hair"] * 1.3)
    gloss = 0.35 * (1 - ramp(parts["hair"], 0.0, 0.2))
    shade = 1 + hair * per_picture(0.3 + 1.2 * parts["hair"])
    length, width = parts["abdomen_length"], parts["abdomen_width"]
    start = -parts["thorax_length"] * 0.85 - np.maximum(parts["waist"], 0)
    angle, x, z = np.zeros(n), start - np.minimum(parts["waist"], 0), np.zeros(n)
    step = length / SEGMENTS
    for i in range(SEGMENTS):
        place = (i + 0.5) / SEGMENTS
        bulge = np.where(
            place < 0.45,
            parts["shoulder"] + (1 - parts["shoulder"]) * np.sqrt(place / 0.45),
            1 - (1 - parts["tip"]) * max((place - 0.45) / 0.55, 0.0) ** 1.5,
        )
        middle_x, middle_z = x - np.cos(angle) * step / 2, z - np.sin(angle) * step / 2
        zero = np.zeros(n)
        directions = np.array(
            [[np.cos(angle), zero, -np.sin(angle)], [zero, zero + 1, zero], [np.sin(angle), zero, np.cos(angle)]]
        ).transpose(2, 0, 1)
        radii = [step * parts["overlap"], width * bulge, width * bulge * 0.92]
        at = insects.point(middle_x, 0, middle_z)
        with canvas.around(at, insects.reach(radii)) as part:
            ball = part.ball(at, insects.axes(directions, radii), part.cut(rough))
            soft = per_picture(parts["stripe_softness"])
            # The front of a ring is dark, the longer the ring the further back: its front is under the ring before.
            middle = per_picture(1.02 - parts["overlap"])
            band = ramp(ball.surface[0], middle - soft, middle + soft) * per_picture(parts["stripe_strength"])
            coat = as_planes(insects.bright) + band[:, None] * as_planes(insects.dark - insects.bright)
            part.put(ball, _shaded(ball, coat * part.cut(shade)[:, None], lamp, gloss))
        x, z = x - np.cos(angle) * step, z - np.sin(angle) * step
        angle = angle + insects.bend
    canvas.stick(insects.point(0, 0, 0), insects.point(start - 0.08, 0, 0), 0.032 * insects.scale, insects.dark * 1.1)

    thorax = [parts["thorax_length"], parts["thorax_width"], parts["thorax_width"] * 0.95]
    furry = ramp(parts["hair"], 0.05, 0.25)[:, None]
    coat = insects.dark * 1.2 + furry * 0.6 * (insects.bright - insects.dark)
    at = insects.point(0, 0, 0.02)
    with canvas.around(at, insects.reach(thorax)) as part:
        ball = part.ball(at, insects.axes(_straight(n), thorax), part.cut(rough))
        part.put(ball, _shaded(ball, as_planes(coat) * part.cut(shade)[:, None], lamp, gloss))

    head_x = parts["thorax_length"] + 0.075
    head = [parts["head_width"] * 0.72, parts["head_width"], parts["head_width"] * 0.95]
    at = insects.point(head_x, 0, -0.03)
    with canvas.around(at, insects.reach(head)) as part:
        ball = part.ball(at, insects.axes(_straight(n), head), part.cut(rough) * np.float32(0.5))
        face = ramp(ball.surface[0], 0.35, 0.6) * per_picture(0.8 * (1 - furry[:, 0]))
        coat = as_planes(insects.dark * 1.15) + face[:, None] * as_planes(insects.bright - insects.dark)
        part.put(ball, _shaded(ball, coat, lamp, gloss))
    eye = [np.full(n, radius) for radius in (0.05, 0.045, 0.075)]
    for side in (-1, 1):
        at = insects.point(head_x + 0.01, side * parts["head_width"] * 0.72, 0.0)
        with canvas.around(at, insects.reach(eye)) as part:
            ball = part.ball(at, insects.axes(_straight(n), eye))
            part.put(ball, _shaded(ball, np.full((n, 3), 0.07), lamp, 0.5))


def _paint_limbs(canvas: Canvas, insects: Insects) -> None:
    parts = insects.parts
    colour = np.where(insects.yellow_legs[:, None], insects.bright * 0.85, insects.dark)
    reach, thick = parts["leg_length"], parts["leg_width"] * insects.scale
    for leg in range(6):
        side, row = (-1, 1)[leg % 2], leg // 2
        forward = (0.10, 0.0, -0.10)[row]
        swing = (0.75, -0.15, -0.95)[row] + insects.gait[:, leg]
        hip = insects.point(forward, side * 0.08, -0.10)
        knee = insects.point(
            forward + reach * 0.45 * np.sin(swing), side * (0.08 + reach * 0.62 * np.cos(swing)), -0.06 + 0.0 * reach
        )
        foot = insects.point(
            forward + reach * 0.95 * np.sin(swing), side * (0.08 + reach * 0.95 * np.cos(swing)), -0.12 - 0.55 * reach
        )
        canvas.stick(hip, knee, thick, insects.dark)
        canvas.stick(knee, foot, thick * 0.75, colour)
    length, head_x = parts["antenna"], parts["thorax_length"] + 0.12
    for side in (-1, 1):
        base = insects.point(head_x, side * 0.03, 0.03)
        elbow = insects.point(head_x + 0.45 * length, side * (0.03 + 0.3 * length), 0.05 + 0.2 * length)
        end = insects.point(head_x + length, side * (0.03 + 0.75 * length), 0.03)
        for start, stop in ((base, elbow), (elbow, end)):
            canvas.stick(start, stop, 0.014 * insects.scale, insects.dark)


def _paint_wings(canvas: Canvas, insects: Insects, lamp: np.ndarray) -> None:
    parts, n = insects.parts, len(insects.kinds)
    zero = np.zeros(n)
    for pair, (shrink, back) in enumerate(((0.72, 0.32), (1.0, 0.0))):
        for side in (-1, 1):
            spread = insects.wing_spread - back * ramp(insects.wing_spread, 0.5, 1.2)
            lift = insects.wing_lift * (0.8 if pair == 0 else 1.0)
            along = [-np.cos(spread) * np.cos(lift), side * np.sin(spread) * np.cos(lift), np.sin(lift)]
            across = [np.sin(spread), side * np.cos(spread), zero]
            normal = np.cross(np.stack(along, axis=1), np.stack(across, axis=1))
            directions = np.stack([np.stack(along, axis=1), np.stack(across, axis=1), normal], axis=2)
            half = parts["wing_length"] * shrink / 2
            root = (0.04, -0.04)[pair == 0]
            centre = insects.point(root + along[0] * half, side * 0.08 + along[1] * half, 0.15 + along[2] * half)
            radii = [half, parts["wing_width"] * (1.0 if pair else 0.85), np.full(n, 0.012)]
            with canvas.around(centre, insects.reach(radii)) as part:
                wing = part.ball(centre, insects.axes(directions, radii))
                flat = wing.surface[0] ** 2 + wing.surface[1] ** 2
                # Veins: a darker front edge and two lines along the wing.
                lines = ramp(0.16 - np.abs(np.abs(wing.surface[1]) - 0.35), 0.0, 0.16)
                vein = np.maximum(ramp(flat, 0.7, 1.0), 0.5 * lines)
                strength = per_picture(insects.wing_strength) + 0.25 * vein
                glint = 0.85 + 0.3 * np.abs(wing.light(lamp))
                tint = as_planes(insects.wing_tint) * (glint - 0.45 * vein)[:, None]
                part.put(wing, tint.clip(0, 1), strength, solid=False)
