"""Tunes your classifier and writes what you hand in. Given.

    python bees_wasps_tuning.py --trials 20 --out .
    python bees_wasps_tuning.py --trials 30 --search bayesian --device cuda --data path/to/photos --out tuned_on_photos

It runs the `fit` of your own bees_vs_wasps.py, beside this file, once for each trial. Stop it with Ctrl-C whenever you
like, or lose the machine under it: the same command goes on after the last whole trial. Ask for more --trials later and
only the new ones are run. At the end there are

    best_config.json     the configuration that was best on the validation photos
    trials.csv           every trial
    model.safetensors    the weights of the best configuration's model
    plots/               trials by hyperparameter, learning curves, confusion matrix, the photos it gets most wrong

Hand in the first three, tuned on the generated photos, with your module.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from bees_wasps_data import batches, load_bees_wasps
from bees_wasps_device import DEVICES, choose_device
from bees_wasps_proposals import propose
from bees_wasps_space import SPACE, draw
from bees_wasps_trials import Trial, best_of, read_trials, write_trials, write_whole

INTERRUPTED = 130


def main(arguments=None):
    options = _options(arguments)
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    try:
        return _tune(options, out)
    except KeyboardInterrupt:
        done = len(read_trials(out / "trials.csv"))
        print(f"\nStopped with {done} of {options.trials} trials done. The same command goes on from there.")
        return INTERRUPTED


def _tune(options, out):
    space = SPACE | (json.loads(Path(options.space).read_text(encoding="utf-8")) if options.space else {})
    settings = {"data": options.data, "search": options.search, "seed": options.seed, "space": space}
    settings |= {"drawings": options.drawings} if options.data == "generated" else {}
    trials = _earlier(out, settings)
    if trials is None:
        print(
            f"{out} holds a tuning with other settings (see tuning.json): take another --out, or delete it to begin anew"
        )
        return 2
    module = _module(options.module)
    device = choose_device(options.device)
    started = time.perf_counter()
    path = None if options.data == "generated" else options.data
    data = load_bees_wasps(path, _image_size(space), count=options.drawings)
    print(
        f"{len(data.train)} photos to train on, {len(data.validation)} to choose by, {len(data.test)} for the very end"
        f" ({time.perf_counter() - started:.1f} s). Computing on: {device}.",
        flush=True,
    )
    write_whole(out / "tuning.json", json.dumps(settings, indent=2).encode())
    if trials:
        print(f"Going on after {len(trials)} trials.")
    _search(module, data, space, device, options, trials, out)
    _finish(module, data, device, best_of(trials), trials, out)
    return 0


def _search(module, data, space, device, options, trials, out):
    """Run what is missing of the trials, and write each down as it ends."""
    durations = []
    while len(trials) < options.trials:
        number = len(trials)
        rng = np.random.default_rng((options.seed, number))  # of its own: no trial depends on when the others were run
        own_seed = int(rng.integers(2**31))
        if options.search == "bayesian":
            accuracies = [one.validation_accuracy for one in trials]
            configuration = propose(space, [one.configuration for one in trials], accuracies, rng)
        else:
            configuration = draw(space, rng)
        started = time.perf_counter()
        _, history = module.fit(configuration, data, device, own_seed)
        durations.append(time.perf_counter() - started)
        last = history[-1]
        trials.append(
            Trial(
                number,
                own_seed,
                configuration,
                float(last["validation_loss"]),
                float(last["validation_accuracy"]),
                float(last["train_loss"]),
                round(durations[-1], 2),
            )
        )
        write_trials(out / "trials.csv", trials)
        left = (options.trials - len(trials)) * sum(durations) / len(durations)
        print(
            f"trial {number + 1:3d} of {options.trials}: accuracy {trials[-1].validation_accuracy:.3f}"
            f" (best {best_of(trials).validation_accuracy:.3f}), {durations[-1]:.0f} s, {_duration(left)} left",
            flush=True,
        )


def _finish(module, data, device, best, trials, out):
    """Train the best configuration again, from its own seed, and write everything down."""
    print(f"Best on the validation photos: trial {best.number + 1} with {best.validation_accuracy:.3f}. Training it again.")
    model, history = module.fit(best.configuration, data, device, best.seed)
    loss, accuracy = module.evaluate(model, batches(data.test, 256), nn.CrossEntropyLoss(), device)
    _save(model, out / "model.safetensors")
    write_whole(out / "best_config.json", (json.dumps(best.configuration, indent=2) + "\n").encode())
    print(f"On the test photos, looked at this once: accuracy {accuracy:.3f}, loss {loss:.3f}.")
    try:
        from bees_wasps_plots import draw_everything
    except ImportError as missing:
        print(f"No plots were drawn ({missing}): python -m pip install matplotlib, then the same command again.")
        return
    draw_everything(out / "plots", trials, history, *_answers(model, data.validation, device))


def _answers(model, photos, device):
    """Photos, labels and the probability of a wasp, all from one pass in one order."""
    model.eval()
    with torch.no_grad():
        parts = [torch.softmax(model(images.to(device)).float(), dim=1)[:, 1] for images, _ in batches(photos, 256)]
    return photos, torch.cat(parts).cpu().numpy()


def _save(model, path):
    try:
        from safetensors.torch import save
    except ImportError:
        raise SystemExit("To save the weights: python -m pip install safetensors, then the same command again.") from None
    write_whole(path, save({name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}))


def _earlier(out, settings):
    """The trials that are there already; None if they were made with other settings."""
    trials = read_trials(out / "trials.csv")
    noted = out / "tuning.json"
    if trials and (not noted.is_file() or json.loads(noted.read_text(encoding="utf-8")) != settings):
        return None
    return trials


def _module(path):
    """The student's module: beside this file, or where it is said to be."""
    if path is None:
        import bees_vs_wasps

        return bees_vs_wasps
    spec = importlib.util.spec_from_file_location("bees_vs_wasps", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["bees_vs_wasps"] = module
    spec.loader.exec_module(module)
    return module


def _image_size(space):
    sizes = space["image_size"]["values"]
    if len(sizes) != 1:
        raise SystemExit("The photos are loaded once: leave one image_size in the space.")
    return sizes[0]


def _duration(seconds):
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def _options(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=20, help="how many configurations to try (default: 20)")
    parser.add_argument("--search", choices=["random", "bayesian"], default="random")
    parser.add_argument("--device", choices=DEVICES, default="auto", help="where to compute (default: a GPU if there is one)")
    parser.add_argument("--data", default="generated", help="a folder of photos, or: generated (the default)")
    parser.add_argument("--drawings", type=int, default=2000, help="how many photos to generate (default: 2000)")
    parser.add_argument("--space", metavar="FILE", help="JSON with entries in place of those of bees_wasps_space.py")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default=".", help="folder for everything that is written (default: here)")
    parser.add_argument("--module", metavar="FILE", help="your bees_vs_wasps.py, if it is not beside this program")
    options = parser.parse_args(arguments)
    if options.trials < 1:
        parser.error("--trials is 1 or more")
    return options


if __name__ == "__main__":
    sys.exit(main())
