"""The pictures of the last assignment: drawn ones, folders of photos, splits, loaders, and the choice of a device."""

from __future__ import annotations

import csv
import itertools
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

torch = pytest.importorskip("torch")
Image = pytest.importorskip("PIL.Image")

ROOT = Path(__file__).resolve().parents[2]
GIVEN = ROOT / "student_skeleton"
REAL_PHOTOS = ROOT.parent / "shared" / "data" / "bee_vs_wasp"


def given_module(name: str) -> ModuleType:
    """A given module, found as students find it: beside their own."""
    if str(GIVEN) not in sys.path:
        sys.path.insert(0, str(GIVEN))
    return __import__(name)


data = given_module("bees_wasps_data")
photos = given_module("bees_wasps_photos")
drawing = given_module("bees_wasps_drawing")
device = given_module("bees_wasps_device")

SHARES = (0.6, 0.2, 0.2)


@pytest.fixture(scope="module")
def drawn() -> object:
    return data.load_bees_wasps(count=200, image_size=16)


def picture(number: int, size: tuple[int, int] = (24, 24)) -> Image.Image:
    """A small picture like no other: eight by eight random patches."""
    patches = np.random.default_rng(number).integers(0, 256, (8, 8, 3)).astype(np.uint8)
    return Image.fromarray(patches).resize(size, Image.Resampling.NEAREST)


def class_folders(root: Path, bees: int = 20, wasps: int = 15) -> Path:
    """The layout bee/, wasp/, other_insect/ with photos of one size each."""
    for kind, first, count in (("bee", 0, bees), ("wasp", 1000, wasps), ("other_insect", 2000, 3)):
        (root / kind).mkdir(parents=True)
        for i in range(count):
            picture(first + i).save(root / kind / f"{kind}{i:03d}.png")
    return root


KAGGLE_COLUMNS = (
    *("id", "path", "is_bee", "is_wasp", "is_otherinsect", "is_other"),
    *("photo_quality", "is_validation", "is_final_validation"),
)


def kaggle_folders(root: Path, rows: list[tuple[str, int]]) -> Path:
    """The Kaggle layout: paths with backslashes, and for each which of the four kinds it shows."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / "labels.csv").open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table)
        writer.writerow(KAGGLE_COLUMNS)
        for number, (path, kind) in enumerate(rows):
            writer.writerow([number, path, *(int(kind == i) for i in range(4)), 1, 0, 0])
            file = root.joinpath(*path.split("\\"))
            file.parent.mkdir(exist_ok=True)
            picture(number).save(file, quality=95)
    return root


def splits_of(loaded: object) -> list[object]:
    return [loaded.train, loaded.validation, loaded.test]


def where(loaded: object) -> dict[str, int]:
    """Name → number of its split."""
    return {name: i for i, split in enumerate(splits_of(loaded)) for name in split.names}


# Drawn pictures


def test_drawn_pictures_have_the_documented_form(drawn: object) -> None:
    for split, size in zip(splits_of(drawn), (120, 40, 40), strict=True):
        assert split.images.shape == (size, 3, 16, 16) and split.images.dtype == torch.float32
        assert split.images.min() >= 0 and split.images.max() <= 1
        assert split.labels.shape == (size,) and split.labels.dtype == torch.int64
        assert len(split) == size == len(set(split.names))
    assert drawn.skipped == {}


def test_the_same_seed_draws_the_same_pictures_and_another_seed_others(drawn: object) -> None:
    again = data.load_bees_wasps(count=200, image_size=16)
    other = data.load_bees_wasps(count=200, image_size=16, seed=1)
    for first, second, third in zip(splits_of(drawn), splits_of(again), splits_of(other), strict=True):
        assert torch.equal(first.images, second.images) and torch.equal(first.labels, second.labels)
        assert not torch.equal(first.images, third.images)


def test_no_drawn_picture_is_in_two_splits(drawn: object) -> None:
    everything = torch.cat([split.images for split in splits_of(drawn)]).flatten(1)
    distances = torch.cdist(everything, everything) + torch.eye(len(everything)) * 100
    assert distances.min() > 1.0


def test_drawing_leaves_numpys_and_torchs_random_numbers_alone() -> None:
    np.random.seed(3)
    torch.manual_seed(3)
    expected = np.random.random(), torch.rand(1)
    np.random.seed(3)
    torch.manual_seed(3)
    data.load_bees_wasps(count=10, image_size=8)
    assert (np.random.random(), torch.rand(1)) == expected


def test_a_drawing_at_twice_the_resolution_shows_the_same_scene() -> None:
    small, labels = drawing.draw_bees_wasps(40, 16, seed=4)
    large, same_labels = drawing.draw_bees_wasps(40, 32, seed=4)
    assert np.array_equal(labels, same_labels)
    halved = large.reshape(40, 16, 2, 16, 2, 3).mean(axis=(2, 4))
    difference = np.abs(halved - small).mean(axis=(1, 2, 3))
    others = np.abs(halved - np.roll(small, 1, axis=0)).mean(axis=(1, 2, 3))
    assert difference.max() < 14 < 30 < np.median(others)


@pytest.mark.parametrize("count", [10, 33, 64, 100])
def test_53_of_100_drawn_insects_are_bees_and_a_few_labels_are_wrong(count: int) -> None:
    images, labels = drawing.draw_bees_wasps(count, 8, seed=5, wrong_labels=0.1)
    right_images, right = drawing.draw_bees_wasps(count, 8, seed=5, wrong_labels=0)
    assert (right == 0).sum() == round(0.53 * count)
    assert (labels != right).sum() == round(0.1 * count)
    assert images.shape == right_images.shape == (count, 8, 8, 3)


def test_colours_alone_hardly_tell_drawn_bees_from_wasps() -> None:
    """The larger class is 0.53; 1,500 pictures leave about 0.026 to luck."""
    linear_model = pytest.importorskip("sklearn.linear_model")
    images, labels = drawing.draw_bees_wasps(3000, 8, seed=6)
    means = images.reshape(3000, 64, 3).mean(axis=1) / 255
    model = linear_model.LogisticRegression(C=100.0).fit(means[:1500], labels[:1500])
    assert model.score(means[1500:], labels[1500:]) < 0.60


@pytest.mark.parametrize("wrong", [{"image_size": 7}, {"image_size": 0}, {"count": 9}, {"count": -1}])
def test_sizes_and_counts_that_cannot_be_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=str(next(iter(wrong.values())))):
        data.load_bees_wasps(**wrong)


def test_drawing_needs_no_pillow() -> None:
    program = (
        "import sys; sys.modules['PIL'] = None; import bees_wasps_data as d\n"
        "d.load_bees_wasps(count=10, image_size=8)\n"
        "try: d.load_bees_wasps('.')\nexcept (ImportError, ValueError) as problem: print(problem)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=GIVEN, capture_output=True, text=True, check=True)
    assert "bee" in done.stdout


def test_photos_without_pillow_say_what_to_install(tmp_path: Path) -> None:
    class_folders(tmp_path / "all", 3, 3)
    program = (
        "import sys; sys.modules['PIL'] = None; import bees_wasps_data as d\n"
        f"try: d.load_bees_wasps({str(tmp_path / 'all')!r})\nexcept ImportError as problem: print(problem)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=GIVEN, capture_output=True, text=True, check=True)
    assert "pip install pillow" in done.stdout


# Photos


def test_class_folders_are_split_in_proportion_and_other_kinds_left_out(tmp_path: Path) -> None:
    loaded = data.load_bees_wasps(class_folders(tmp_path / "all", 20, 15), image_size=8)
    assert [len(split) for split in splits_of(loaded)] == [21, 7, 7]
    assert [int(split.labels.sum()) for split in splits_of(loaded)] == [9, 3, 3]
    for split in splits_of(loaded):
        assert split.images.shape == (len(split), 3, 8, 8) and split.images.dtype == torch.float32
        assert [name.startswith("wasp/") for name in split.names] == split.labels.bool().tolist()
    assert not any("other" in name for name in where(loaded))


def test_photos_of_both_kinds_are_mixed_and_not_one_after_the_other(tmp_path: Path) -> None:
    labels = data.load_bees_wasps(class_folders(tmp_path / "all", 40, 40), image_size=8).train.labels
    assert int((labels.diff() != 0).sum()) > 8


def test_a_photo_is_read_as_it_is_stored(tmp_path: Path) -> None:
    root = class_folders(tmp_path / "all", 5, 5)
    loaded = data.load_bees_wasps(root, image_size=24)
    for split in splits_of(loaded):
        for image, name in zip(split.images, split.names, strict=True):
            stored = np.asarray(Image.open(root / name).convert("RGB"))
            assert np.array_equal((image * 255).round().numpy().transpose(1, 2, 0), stored)


def test_a_wide_photo_is_cut_to_the_square_in_its_middle(tmp_path: Path) -> None:
    root = class_folders(tmp_path / "all", 5, 5)
    pixels = np.zeros((24, 72, 3), np.uint8)
    pixels[:, 24:48] = 200
    Image.fromarray(pixels).save(root / "bee" / "wide.png")
    loaded = data.load_bees_wasps(root, image_size=24)
    split = splits_of(loaded)[where(loaded)["bee/wide.png"]]
    assert torch.allclose(split.images[split.names.index("bee/wide.png")], torch.tensor(200 / 255))


def test_a_photo_that_the_camera_turned_is_turned_back(tmp_path: Path) -> None:
    root = class_folders(tmp_path / "all", 5, 5)
    upright = picture(77)
    turned = upright.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to see it upright
    turned.save(root / "bee" / "turned.png", exif=exif)
    loaded = data.load_bees_wasps(root, image_size=24)
    split = splits_of(loaded)[where(loaded)["bee/turned.png"]]
    seen = (split.images[split.names.index("bee/turned.png")] * 255).round().numpy().transpose(1, 2, 0)
    assert np.array_equal(seen, np.asarray(upright))


def test_the_kaggle_table_with_backslashes_is_understood(tmp_path: Path) -> None:
    rows = [(f"bee{1 + i % 2}\\{i}_bee.jpg", 0) for i in range(10)] + [(f"wasp1\\{i}_wasp.jpg", 1) for i in range(10)]
    rows += [("other_insect\\fly.jpg", 2), ("other_noninsect\\cat.jpg", 3)]
    for root in (kaggle_folders(tmp_path / "straight", rows), kaggle_folders(tmp_path / "deep" / "inner", rows).parent):
        loaded = data.load_bees_wasps(root, image_size=8)
        assert [len(split) for split in splits_of(loaded)] == [12, 4, 4]
        assert loaded.skipped == {}
        for split in splits_of(loaded):
            assert ["wasp" in name for name in split.names] == split.labels.bool().tolist()
            assert not any("\\" in name for name in split.names)


def test_the_kaggle_table_may_name_files_that_are_not_there_or_two_kinds_at_once(tmp_path: Path) -> None:
    root = kaggle_folders(
        tmp_path / "all", [(f"bee1\\{i}.jpg", 0) for i in range(6)] + [(f"wasp1\\{i}.jpg", 1) for i in range(6)]
    )
    with (root / "labels.csv").open("a", encoding="utf-8") as table:
        table.write(
            "90,bee1\\gone.jpg,1,0,0,0,1,0,0\n91,bee1\\0.jpg,1,1,0,0,1,0,0\n92,bee1\\nothing.jpg,0,0,1,0,1,0,0\n"
        )
    with pytest.warns(UserWarning, match=r"gone\.jpg"):
        loaded = data.load_bees_wasps(root, image_size=8)
    assert set(loaded.skipped) == {"bee1/gone.jpg", "bee1/0.jpg"}
    assert "not there" in loaded.skipped["bee1/gone.jpg"]


def test_a_kaggle_table_without_its_columns_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("id,file\n1,a.jpg\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"no column is_bee, is_wasp, path"):
        data.load_bees_wasps(tmp_path)


def _truncated(folder: Path) -> None:
    picture(1, (64, 64)).save(folder / "bad.jpg")
    content = (folder / "bad.jpg").read_bytes()
    (folder / "bad.jpg").write_bytes(content[: len(content) // 2])


def _no_image(folder: Path) -> None:
    (folder / "bad.jpg").write_text("<html>404</html>", encoding="utf-8")


def _empty(folder: Path) -> None:
    (folder / "bad.jpg").touch()


def _wrong_mode(folder: Path) -> None:
    Image.fromarray(np.zeros((24, 24), np.uint16)).save(folder / "bad.png")


def _tiny(folder: Path) -> None:
    picture(1, (24, 3)).save(folder / "bad.png")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_truncated, "cut off"),
        (_no_image, "not an image"),
        (_empty, "not an image"),
        (_wrong_mode, "mode I"),
        (_tiny, "24 × 3"),
    ],
)
def test_a_bad_file_is_skipped_and_named_with_the_reason(
    tmp_path: Path, spoil: Callable[[Path], None], reason: str
) -> None:
    root = class_folders(tmp_path / "all", 6, 6)
    spoil(root / "bee")
    with pytest.warns(UserWarning, match=r"1 of 13 files skipped: bee/bad"):
        loaded = data.load_bees_wasps(root, image_size=8)
    ((name, said),) = loaded.skipped.items()
    assert name.startswith("bee/bad.") and reason in said
    assert len(where(loaded)) == 12


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK"])
def test_photos_in_other_usual_modes_are_read(tmp_path: Path, mode: str) -> None:
    root = class_folders(tmp_path / "all", 6, 6)
    picture(5).convert(mode).save(root / "bee" / ("other.jpg" if mode == "CMYK" else "other.png"))
    assert len(where(data.load_bees_wasps(root, image_size=8))) == 13


def test_a_place_without_photos_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no folder"):
        data.load_bees_wasps(tmp_path / "gone")
    with pytest.raises(ValueError, match=r"`bee` and `wasp`.*labels\.csv"):
        data.load_bees_wasps(tmp_path)
    (tmp_path / "bee").mkdir()
    picture(1).save(tmp_path / "bee" / "a.png")
    with pytest.raises(ValueError, match="no usable photo of a wasp"):
        data.load_bees_wasps(tmp_path)


def test_too_few_photos_to_split_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too few"):
        data.load_bees_wasps(class_folders(tmp_path / "all", 1, 1), image_size=8)


# Files of one photo


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("bee1/17629018759_4a33a1c487.jpg", "bee2/17629018759_f0123456cc_n.jpg", True),
        ("wasp/5901733509_2284a42536_m_cr.jpg", "wasp/5901733509_2284a42536_w.JPG", True),
        ("bee/5901733509_2284a42536_m.jpg", "bee/5901733508_2284a42536_m.jpg", False),
        ("bee/garden-small.jpg", "bee/garden.png", True),
        ("bee/Garden copy.jpg", "bee/garden_crop.jpg", True),
        ("bee/001.jpg", "wasp/001.jpg", False),
        ("bee/bee (1).jpg", "bee/bee (2).jpg", False),
        ("bee/hive_b.jpg", "bee/hive_c.jpg", False),
        ("bee/small.jpg", "bee/copy.jpg", False),
    ],
)
def test_names_tell_which_photo_a_file_shows(one: str, other: str, same: bool) -> None:
    assert (photos.photo_of(one) == photos.photo_of(other)) is same


def test_files_of_one_photo_are_never_in_two_splits(tmp_path: Path) -> None:
    """Another size by its name, a copy under another name, and a near copy that was only compressed again."""
    root = class_folders(tmp_path / "all", 30, 30)
    families = []
    for i in range(12):
        photo = picture(5000 + i, (48, 48))
        first = root / "bee" / f"{10_000_000 + i}_abcdef{i:04d}_n.png"
        photo.save(first)
        size = root / "bee" / f"{10_000_000 + i}_fedcba{i:04d}_m.png"
        picture(6000 + i).save(size)
        shutil.copy(first, copy := root / "bee" / f"copied{i}.png")
        photo.resize((40, 40)).save(near := root / "bee" / f"again{i}.jpg", quality=60)
        families.append([file.relative_to(root).as_posix() for file in (first, size, copy, near)])
    for seed in range(4):
        split = where(data.load_bees_wasps(root, image_size=8, seed=seed))
        assert all(len({split[name] for name in family}) == 1 for family in families)
        assert len(Counter(split[family[0]] for family in families)) > 1


def test_dull_photos_that_only_share_their_brightness_pattern_stay_apart() -> None:
    def flat(number: int, level: float) -> object:
        return photos.Picture(
            f"bee/{number}.png", 0, np.zeros((8, 8, 3)), np.zeros(64, bool), np.full(64, level, np.float32)
        )

    assert len(photos.group_by_photo([flat(0, 0.2), flat(1, 0.8), flat(2, 0.21)])) == 2


def test_splits_depend_on_names_and_seed_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not on the order of the files on disk, nor on where the folder lies."""
    first = where(data.load_bees_wasps(class_folders(tmp_path / "here", 20, 20), image_size=8))
    second_root = class_folders(tmp_path / "over" / "there", 20, 20)
    original, walk = Path.rglob, os.scandir
    monkeypatch.setattr(Path, "rglob", lambda self, pattern: reversed(list(original(self, pattern))))
    second = where(data.load_bees_wasps(second_root, image_size=8))
    assert os.scandir is walk and first == second
    assert first != where(data.load_bees_wasps(second_root, image_size=8, seed=1))


def test_hidden_files_beside_photos_are_no_photos(tmp_path: Path) -> None:
    root = class_folders(tmp_path / "all", 6, 6)
    (root / "bee" / "._bee000.png").write_bytes(b"Mac OS X")
    (root / "bee" / "notes.txt").write_text("none", encoding="utf-8")
    assert data.load_bees_wasps(root, image_size=8).skipped == {}


@pytest.mark.skipif(not REAL_PHOTOS.is_dir(), reason="the real photos are not beside this repository")
def test_real_photos_are_read_whole_and_split_without_leaks() -> None:
    loaded = data.load_bees_wasps(REAL_PHOTOS, image_size=16)
    sizes = [len(split) for split in splits_of(loaded)]
    assert sum(sizes) == len(list(REAL_PHOTOS.rglob("*.jpg"))) and loaded.skipped == {}
    assert np.abs(np.array(sizes) / sum(sizes) - SHARES).max() < 0.01
    assert {round(float(split.labels.float().mean()), 2) for split in splits_of(loaded)} == {0.46}
    split_of = where(loaded)
    by_photo: dict[str, set[int]] = {}
    for name, split in split_of.items():
        by_photo.setdefault(Path(name).name.split("_")[0], set()).add(split)
    assert sum(len(names) for names in by_photo.values()) == len(by_photo)


# Loaders


def numbered(n: int) -> object:
    """Photos whose only value is their own number, which is also their label."""
    numbers = torch.arange(n)
    return data.Photos(numbers.float().reshape(n, 1, 1, 1).expand(n, 3, 2, 2), numbers, [str(i) for i in range(n)])


def epoch(loader: object) -> list[list[int]]:
    batches = []
    for images, labels in loader:
        assert torch.equal(images[:, 0, 0, 0].long(), labels)
        batches.append(labels.tolist())
    return batches


def test_a_loader_without_shuffling_keeps_the_order_and_the_last_partial_batch() -> None:
    loader = data.batches(numbered(10), 4)
    assert epoch(loader) == epoch(loader) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert len(loader) == 3 and len(loader.dataset) == 10


def test_a_shuffled_loader_gives_each_picture_once_in_a_new_order_each_epoch() -> None:
    loader = data.batches(numbered(50), 8, shuffle=True, seed=1)
    first, second = epoch(loader), epoch(loader)
    assert [len(batch) for batch in first] == [8] * 6 + [2] and len(loader) == 7
    for one in (first, second):
        assert sorted(itertools.chain(*one)) == list(range(50))
    assert first != second and list(itertools.chain(*first)) != list(range(50))


def test_a_loaders_seed_decides_all_its_epochs() -> None:
    def orders(seed: int | None) -> list[list[list[int]]]:
        loader = data.batches(numbered(30), 7, shuffle=True, seed=seed)
        return [epoch(loader), epoch(loader)]

    assert orders(1) == orders(1) != orders(2)
    torch.manual_seed(5)
    free = orders(None)
    torch.manual_seed(5)
    assert orders(None) == free != orders(None)


def test_a_seeded_loader_leaves_torchs_own_random_numbers_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    epoch(data.batches(numbered(30), 7, shuffle=True, seed=1))
    assert torch.equal(torch.rand(3), expected)


def test_batches_hold_at_least_one_picture() -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        data.batches(numbered(3), 0)


# The device


def test_auto_takes_the_fastest_device_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def there(cuda: bool, mps: bool) -> str:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
        return str(device.choose_device("auto"))

    assert [there(True, False), there(False, True), there(True, True), there(False, False)] == [
        "cuda",
        "mps",
        "cuda",
        "cpu",
    ]
    assert device.choose_device() == torch.device("cpu") == device.choose_device("cpu")


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_refused_in_words(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(RuntimeError, match=f"no {name} device"):
        device.choose_device(name)


def test_an_unknown_device_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"gpu.*auto, cpu, cuda, mps"):
        device.choose_device("gpu")
