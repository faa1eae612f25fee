"""Pictures of bees and wasps, split for training, choosing and a last test. Given, nothing to fill in.

>>> data = load_bees_wasps()                      # drawn: needs no download
>>> data = load_bees_wasps("path/to/photos")      # real photos
>>> loader = batches(data.train, 32, shuffle=True, seed=0)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from os import PathLike

import numpy as np
import torch

from bees_wasps_drawing import draw_bees_wasps

CLASSES = ("bee", "wasp")
"""Label 0 is a bee, label 1 a wasp."""

SHARES = (0.6, 0.2, 0.2)
"""How much of all pictures goes to training, validation and test."""


@dataclass(frozen=True, eq=False)
class Photos:
    """Pictures of one split: row i of each part belongs to picture i."""

    images: torch.Tensor
    """float32, shape (n, 3, size, size): red, green, blue in [0, 1]; not normalised."""
    labels: torch.Tensor
    """int64, shape (n,): 0 bee, 1 wasp. A few are wrong, as in every real collection."""
    names: list[str]
    """Of photos the file, of drawn pictures a number."""

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class BeesWasps:
    """Learn from `train`, choose by `validation`, look at `test` once, at the very end."""

    train: Photos
    validation: Photos
    test: Photos
    skipped: dict[str, str] = field(default_factory=dict)
    """Files that could not be used, and why."""


def load_bees_wasps(
    path: str | PathLike[str] | None = None, image_size: int = 32, *, seed: int = 0, count: int = 2000
) -> BeesWasps:
    """Bees and wasps: real photos from a folder, or drawn ones.

    Parameters
    ----------
    path : path, optional
        A folder of photos: `bee/` and `wasp/` with pictures in them, or the Kaggle data set "bees vs wasps" with its
        `labels.csv`. Folders of other things (`other_insect`, `other_noninsect`) are left out.
        None: pictures are drawn.
    image_size : int
        Height and width in pixels. Photos are cut to a square around their middle.
    seed : int
        Of drawn pictures: other seeds, other pictures. Of photos: which go to which split.
    count : int
        How many pictures to draw, all splits together. Photos: all there are.

    Returns
    -------
    BeesWasps
        About 60 % of the pictures for training, 20 % for validation, 20 % for the test. Files that show one photo
        (other sizes of it, copies, near copies) are in one split. The same arguments give the same splits on every
        machine.

    Raises
    ------
    ValueError
        If a size or count cannot be, or the folder has no photos of both.
    FileNotFoundError
        If there is no such folder.
    ImportError
        If photos are asked for and the package `pillow` is missing.

    Warns
    -----
    UserWarning
        If files were skipped; it names them.
    """
    if image_size < 8:
        raise ValueError(f"image_size is at least 8 pixels, not {image_size}")
    if path is not None:
        # Needs pillow, which drawn pictures do without.
        from bees_wasps_photos import read_photos

        splits, skipped = read_photos(path, image_size, SHARES, seed)
        train, validation, test = (_photos(*split) for split in splits)
        return BeesWasps(train, validation, test, skipped)
    if count < 10:
        raise ValueError(f"count is at least 10 pictures, not {count}")
    held_out = [round(count * share) for share in SHARES[1:]]
    drawn = []
    for split, size in enumerate([count - sum(held_out), *held_out]):
        images, labels = draw_bees_wasps(size, image_size, seed=(seed, split))
        drawn.append(_photos(images, labels, [f"drawn-{seed}-{split}-{i:05d}" for i in range(size)]))
    return BeesWasps(*drawn)


def _photos(images: np.ndarray, labels: np.ndarray, names: list[str]) -> Photos:
    """From bytes (n, size, size, 3), as pictures are stored, to the form torch's convolutions take."""
    channels_first = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
    return Photos(channels_first.float() / 255, torch.from_numpy(labels.astype(np.int64)), list(names))


class Batches:
    """A loader: iterate over it once per epoch, `len()` is the number of batches. Make one with `batches`."""

    def __init__(self, photos: Photos, batch_size: int, shuffle: bool, seed: int | None) -> None:
        self.dataset = photos
        self.batch_size = batch_size
        self.shuffle = shuffle
        self._generator = None if seed is None else torch.Generator().manual_seed(seed)

    def __len__(self) -> int:
        return -(-len(self.dataset) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        images, labels = self.dataset.images, self.dataset.labels
        n = len(self.dataset)
        order = torch.randperm(n, generator=self._generator).to(labels.device) if self.shuffle else None
        for start in range(0, n, self.batch_size):
            rows = slice(start, start + self.batch_size)
            if order is not None:
                rows = order[rows]
            yield images[rows], labels[rows]


def batches(photos: Photos, batch_size: int, *, shuffle: bool = False, seed: int | None = None) -> Batches:
    """A loader of (images, labels) that takes whole batches: a DataLoader is slower, it fetches picture by picture.

    Parameters
    ----------
    photos : Photos
    batch_size : int
        The last batch of an epoch holds what is left, so no picture is lost.
    shuffle : bool
        A new order each epoch (for training). False: always the order of `photos` (to evaluate).
    seed : int, optional
        Of the orders: the same seed gives the same first, second, … epoch. None: torch's own generator
        (`torch.manual_seed`).

    Raises
    ------
    ValueError
        If `batch_size` is below 1.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size is at least 1, not {batch_size}")
    return Batches(photos, batch_size, shuffle, seed)
