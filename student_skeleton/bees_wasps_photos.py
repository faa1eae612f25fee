"""Real photos of bees and wasps: found, read, and files of one photo kept together. Given, nothing to fill in."""

from __future__ import annotations

import csv
import hashlib
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path, PurePosixPath, PureWindowsPath

import numpy as np

PICTURE_SUFFIXES = {".jpg", ".jpeg", ".png"}
READABLE_MODES = {"RGB", "L", "RGBA", "LA", "P", "CMYK", "YCbCr"}

# Two pictures count as one photo if this many of 64 bits of their brightness pattern differ at most, and their small
# copies are this alike: the bits alone call any two plain walls alike.
MOST_BITS = 5
MOST_DIFFERENCE = 0.04

# Flickr: number of the photo, secret word of that size, a letter for the size, perhaps a crop.
_FLICKR = re.compile(r"(\d{6,})_[0-9a-f]{8,}(_[a-z0-9]+)*", re.IGNORECASE)
# What people add to the name of a photo they save again. A number in brackets is none: that is how series are named.
_ADDED = re.compile(r"[ _-]+(cr|crop|cropped|copy|small|medium|large|thumb|thumbnail|orig|original)$", re.IGNORECASE)

Split = tuple[np.ndarray, np.ndarray, list[str]]


@dataclass(frozen=True)
class Listed:
    """A file that should hold a photo of a bee (0) or a wasp (1)."""

    name: str
    """From the given folder, with forward slashes: the same on every machine."""
    file: Path
    label: int


@dataclass(frozen=True, eq=False)
class Picture:
    """A photo that was read."""

    name: str
    label: int
    pixels: np.ndarray
    """uint8, shape (size, size, 3)."""
    bits: np.ndarray
    """Bool, shape (64,): whether it gets lighter from left to right, in 8 rows."""
    small: np.ndarray
    """float32, shape (64,): brightness in [0, 1] of an 8 × 8 copy."""


def read_photos(
    path: str | PathLike[str], image_size: int, shares: Sequence[float], seed: int
) -> tuple[list[Split], dict[str, str]]:
    """Photos of a folder, one (images, labels, names) per share, and the files that were skipped with the reason.

    Images are uint8 `(n, image_size, image_size, 3)`. See `bees_wasps_data.load_bees_wasps`.
    """
    listed, skipped = list_photos(Path(path))
    pictures: list[Picture] = []
    for item in listed:
        try:
            pictures.append(_read(item, image_size))
        except _Unusable as problem:
            skipped[item.name] = str(problem)
    if skipped:
        named = "; ".join(f"{name} ({why})" for name, why in sorted(skipped.items()))
        warnings.warn(f"{len(skipped)} of {len(listed)} files skipped: {named}", stacklevel=3)
    for label, kind in enumerate(("bee", "wasp")):
        if not any(picture.label == label for picture in pictures):
            raise ValueError(f"no usable photo of a {kind} in {path}")
    groups = group_by_photo(pictures)
    splits = [
        (
            np.stack([pictures[i].pixels for i in rows]),
            np.array([pictures[i].label for i in rows], dtype=np.int64),
            [pictures[i].name for i in rows],
        )
        for rows in split_groups(pictures, groups, shares, seed)
    ]
    return splits, skipped


def list_photos(folder: Path) -> tuple[list[Listed], dict[str, str]]:
    """The photos of one of the known layouts, and listed files that are not there.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        If it is none of the layouts; the message says which are.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}")
    for root in [folder, *sorted(child for child in folder.iterdir() if child.is_dir())]:
        if (root / "labels.csv").is_file():
            return _listed_in_table(folder, root)
    kinds = {"bee": 0, "bees": 0, "wasp": 1, "wasps": 1}
    listed = [
        Listed(file.relative_to(folder).as_posix(), file, kinds[kind.name.lower()])
        for kind in folder.iterdir()
        if kind.is_dir() and kind.name.lower() in kinds
        for file in kind.rglob("*")
        if file.is_file() and not file.name.startswith(".") and file.suffix.lower() in PICTURE_SUFFIXES
    ]
    if not listed:
        raise ValueError(
            f"{folder} holds neither folders `bee` and `wasp` with .jpg or .png files"
            " nor the Kaggle data set's labels.csv"
        )
    return listed, {}


def _listed_in_table(folder: Path, root: Path) -> tuple[list[Listed], dict[str, str]]:
    """The Kaggle layout: labels.csv has a path, with backslashes, and a column of 0 or 1 for each kind."""
    listed: list[Listed] = []
    skipped: dict[str, str] = {}
    with (root / "labels.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = csv.DictReader(table)
        missing = {"path", "is_bee", "is_wasp"} - set(rows.fieldnames or ())
        if missing:
            raise ValueError(f"{root / 'labels.csv'} has no column {', '.join(sorted(missing))}")
        for row in rows:
            # PureWindowsPath takes both kinds of slashes.
            file = root.joinpath(*PureWindowsPath(row["path"].strip()).parts)
            name = file.relative_to(folder).as_posix()
            kinds = [(row[column] or "").strip().lower() in ("1", "1.0", "true") for column in ("is_bee", "is_wasp")]
            if all(kinds):
                skipped[name] = "labels.csv calls it a bee and a wasp"
            elif any(kinds) and not file.is_file():
                skipped[name] = "in labels.csv but not there"
            elif any(kinds):
                listed.append(Listed(name, file, kinds.index(True)))
    return listed, skipped


class _Unusable(Exception):
    """A file no picture can be made of; the message says why."""


def _read(item: Listed, image_size: int) -> Picture:
    try:
        from PIL import Image, ImageOps, UnidentifiedImageError
    except ImportError as problem:
        raise ImportError("real photos need the package pillow: python -m pip install pillow") from problem
    try:
        with Image.open(item.file) as opened:
            opened.load()
            if opened.mode not in READABLE_MODES:
                raise _Unusable(f"mode {opened.mode} is not a colour photo's")
            # Some cameras store the turn beside the picture.
            photo = ImageOps.exif_transpose(opened).convert("RGB")
    except UnidentifiedImageError:
        raise _Unusable("not an image") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        # Pillow reports a broken file by any of these.
        raise _Unusable(f"broken or cut off: {problem or type(problem).__name__}") from None
    if min(photo.size) < 8:
        raise _Unusable(f"only {photo.width} × {photo.height} pixels")
    side = min(photo.size)
    left, top = (photo.width - side) // 2, (photo.height - side) // 2
    square = photo.resize((image_size,) * 2, Image.Resampling.BILINEAR, box=(left, top, left + side, top + side))
    grey = photo.convert("L")
    steps = np.asarray(grey.resize((9, 8), Image.Resampling.BOX), dtype=np.int16)
    small = np.asarray(grey.resize((8, 8), Image.Resampling.BOX), dtype=np.float32) / 255
    return Picture(item.name, item.label, np.asarray(square), (np.diff(steps) > 0).ravel(), small.ravel())


def photo_of(name: str) -> str:
    """What of a file's name says which photo it is, whatever its size or format.

    Flickr's numbers are the same in all folders; of other names the folder is a part, since many folders count from 1.
    """
    file = PurePosixPath(name)
    stem = file.stem
    if flickr := _FLICKR.fullmatch(stem):
        return flickr[1]
    while (shorter := _ADDED.sub("", stem)) not in (stem, ""):
        stem = shorter
    return f"{file.parent}/{stem}".lower()


def group_by_photo(pictures: Sequence[Picture]) -> list[list[int]]:
    """Rows of files that show one photo: by their names, or because they look alike."""
    parent = list(range(len(pictures)))

    def first_of(i: int) -> int:
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    seen: dict[str, int] = {}
    for i, picture in enumerate(pictures):
        parent[first_of(i)] = first_of(seen.setdefault(photo_of(picture.name), i))
    for i, j in _look_alikes(pictures):
        parent[first_of(i)] = first_of(j)
    groups: dict[int, list[int]] = {}
    for i in range(len(pictures)):
        groups.setdefault(first_of(i), []).append(i)
    return list(groups.values())


def _look_alikes(pictures: Sequence[Picture]) -> Iterable[tuple[int, int]]:
    """Pairs of rows whose brightness patterns and small copies hardly differ."""
    # With ±1 for the bits, a product of two rows is 64 minus twice the bits that differ.
    signs = np.stack([picture.bits for picture in pictures]).astype(np.float32) * 2 - 1
    small = np.stack([picture.small for picture in pictures])
    for start in range(0, len(pictures), 512):
        alike = signs[start : start + 512] @ signs.T >= 64 - 2 * MOST_BITS
        for i, j in np.argwhere(alike):
            if j > i + start and np.abs(small[i + start] - small[j]).mean() <= MOST_DIFFERENCE:
                yield int(i) + start, int(j)


def split_groups(
    pictures: Sequence[Picture], groups: Sequence[Sequence[int]], shares: Sequence[float], seed: int
) -> list[list[int]]:
    """Rows for each share: whole groups, both kinds in proportion, in an order that only names and seed decide.

    Raises
    ------
    ValueError
        If a split would be empty.
    """
    splits: list[list[tuple[str, int]]] = [[] for _ in shares]
    borders = np.cumsum(shares)

    def draw(name: str) -> str:
        return hashlib.sha256(f"{seed} {name}".encode()).hexdigest()

    # The file whose name comes first speaks for its group.
    spoken = sorted((min(pictures[i].name for i in rows), rows) for rows in groups)
    label_of = {picture.name: picture.label for picture in pictures}
    for label in (0, 1):
        mine = sorted((draw(name), rows) for name, rows in spoken if label_of[name] == label)
        total, done = sum(len(rows) for _, rows in mine), 0
        for _, rows in mine:
            split = int(np.searchsorted(borders, (done + len(rows) / 2) / total))
            splits[min(split, len(shares) - 1)] += [(draw(pictures[i].name), i) for i in rows]
            done += len(rows)
    if not all(splits):
        raise ValueError(f"{len(groups)} different photos are too few for {len(shares)} splits")
    # Sorted by the drawn hash, bees and wasps are mixed.
    return [[i for _, i in sorted(split)] for split in splits]
