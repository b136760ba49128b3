"""Training on a card, natively: images a second of LeNet-5, ResNet-20 and ResNet-56 by Bunsen's engines, beside PyTorch eager.

    cargo bench -p bunsen --features gpu --bench training --no-run    # its last line says where the program is
    python tests/bench/native/card.py target/release/deps/training-…  # --engines wgpu,cuda --device cuda

Both train the same networks on 28x28 grey images in batches of 128, with 32-bit floats throughout (no TF32), one
after the other. Both compute every loss and read it after each turn. PyTorch's images are on the device already; Bunsen
gathers each batch within its step. Where there is no card, `--engines cpu --device cpu` runs on the processor, on all its cores.

It prints a table, and writes it to tests/bench/results/card.md, and what it measured to card.json. The exit status is 1 where
an engine could not be measured.
"""

import argparse
import datetime
import json
import pathlib
import platform
import statistics
import subprocess
import sys
import time

import torch

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "tests" / "references"))

from families.residual import ResNet  # noqa: E402


class LeNet5(torch.nn.Sequential):
    def __init__(self):
        nn = torch.nn
        super().__init__(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def resnet(depth):
    return lambda: ResNet(1, 16, [(depth - 2) // 6] * 3, pad=True)


# Each with its number of parameters, by which both are known to be the same network.
NETWORKS = {"lenet5": (LeNet5, 61_706), "resnet-20": (resnet(20), 269_434), "resnet-56": (resnet(56), 852_730)}
STEPS_FIRST = 5


class Eager:
    """PyTorch's training step, eager, with the optimizer of Bunsen's recipe."""

    def __init__(self, name, batch, device):
        torch.manual_seed(1)
        make, parameters = NETWORKS[name]
        self.net = make().to(device)
        found = sum(p.numel() for p in self.net.parameters())
        if found != parameters:
            raise SystemExit(f"{name} has {found} parameters in PyTorch, and {parameters} in Bunsen.")
        parameters = self.net.parameters()
        self.optimizer = (torch.optim.Adam(parameters, lr=1e-3) if name == "lenet5"
                          else torch.optim.SGD(parameters, lr=0.1, momentum=0.9, weight_decay=1e-4))
        self.images = torch.rand(16, batch, 1, 28, 28, device=device)
        self.labels = torch.randint(10, (16, batch), device=device)
        self.batch = batch

    def turn(self, steps):
        """Images a second over so many steps."""
        start, losses = time.perf_counter(), []
        for step in range(steps):
            loss = torch.nn.functional.cross_entropy(self.net(self.images[step % 16]), self.labels[step % 16])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            losses.append(loss.detach())
        read = torch.stack(losses).tolist()
        seconds = time.perf_counter() - start
        if not all(loss == loss for loss in read):
            raise SystemExit("A loss of PyTorch's is no number: its figures count for nothing.")
        return steps * self.batch / seconds


def measure_eager(name, options):
    eager = Eager(name, options.batch, options.device)
    eager.turn(STEPS_FIRST)
    steps = max(1, round(options.seconds * eager.turn(STEPS_FIRST) / options.batch))
    return [eager.turn(steps) for _ in range(options.rounds)]


def measure_bunsen(name, engine, options):
    """What crate/benches/training.rs says of one network on one engine; its row, or why there is none."""
    link = f"model={name}&data=digits&subset=2000&epochs=1000&batch={options.batch}"
    command = [options.program, "--json", "--link", link, "--engines", engine, "--rounds", str(options.rounds),
               "--seconds", str(options.seconds), "--threads", str(options.threads)]
    finished = subprocess.run(command, capture_output=True, text=True)
    if finished.returncode != 0:
        return None, (finished.stderr.strip() or f"status {finished.returncode}").splitlines()[-1]
    return json.loads(finished.stdout)["measured"][0]["rows"][0], None


def machine(options):
    cuda = options.device == "cuda"
    return {
        "card": torch.cuda.get_device_name() if cuda else "none: PyTorch on the processor",
        "cuda": torch.version.cuda if cuda else None,
        "system": platform.platform(),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "date": datetime.date.today().isoformat(),
        "command": " ".join(sys.argv),
    }


def label(row):
    """What computed a row. An adapter that computes in software is no card."""
    return f"Bunsen, {row['adapter']}, in software" if row["software"] else f"Bunsen, {row['engine']}"


def table(measured, about):
    lines = [f"{about['card']}, PyTorch {about['torch']}, {about['date']}; medians of the turns", "",
             "| network, batch | computed by | images/s | ms a step | times PyTorch eager |", "|---|---|---|---|---|"]
    for network in measured:
        eager = statistics.median(network["eager"])
        rows = [("PyTorch eager", network["eager"])] + [(label(row), row["imagesPerSecond"]) for row in network["bunsen"]]
        for engine, speeds in rows:
            speed = statistics.median(speeds)
            lines.append(f"| {network['name']}, {network['batch']} | {engine} | {speed:,.0f} |"
                         f" {1e3 * network['batch'] / speed:.2f} | {speed / eager:.2f} |")
        lines += [f"| {network['name']}, {network['batch']} | {engine} | not measured: {why} | | |"
                  for engine, why in network["failed"].items()]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="the benchmark crate/benches/training.rs, built")
    parser.add_argument("--engines", default="wgpu", help="Bunsen's: cpu, wgpu, cuda, with commas (default: wgpu)")
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"], help="PyTorch's (default: cuda)")
    parser.add_argument("--networks", default=",".join(NETWORKS), help="some of %(default)s")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=7, help="turns of each (default: 7)")
    parser.add_argument("--seconds", type=float, default=1.0, help="of a turn, about (default: 1)")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="of the CPU engine, and PyTorch's on the processor")
    options = parser.parse_args()
    if options.device == "cuda" and not torch.cuda.is_available():
        raise SystemExit("PyTorch sees no card here: --device cpu --engines cpu measures the processor.")
    torch.set_num_threads(options.threads)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False

    measured = []
    for name in options.networks.split(","):
        network = {"name": name, "batch": options.batch, "bunsen": [], "failed": {}}
        for engine in options.engines.split(","):
            row, why = measure_bunsen(name, engine, options)
            if row:
                network["bunsen"].append(row)
            else:
                network["failed"][engine] = why
        network["eager"] = measure_eager(name, options)
        measured.append(network)
    about = machine(options)
    text = table(measured, about)
    print(text)
    results = ROOT / "tests" / "bench" / "results"
    results.mkdir(exist_ok=True)
    (results / "card.md").write_text(text + "\n")
    (results / "card.json").write_text(json.dumps({"machine": about, "measured": measured}, indent=2) + "\n")
    return 1 if any(network["failed"] for network in measured) else 0


if __name__ == "__main__":
    sys.exit(main())
