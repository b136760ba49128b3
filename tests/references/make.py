"""Makes the reference numbers in this folder with PyTorch.

    pip install -r tests/references/requirements.txt
    python tests/references/make.py

Inputs are formulas, so that the Rust tests make the same ones: entry i of tensor number t is
((i * 7919 + t * 104729) mod 2003) / 2003 - 0.5, scaled by 2 / sqrt(fan-in) for weights.
"""

import json
import math
import pathlib

import torch

HERE = pathlib.Path(__file__).parent
torch.set_num_threads(1)


def numbers(tensor, count):
    i = torch.arange(count, dtype=torch.int64)
    return ((i * 7919 + tensor * 104729) % 2003).double() / 2003 - 0.5


def lenet5():
    """Logits, loss and gradients of LeNet-5 (ReLU, max pooling, padding 2) for two images."""
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 5, padding=2), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(),
        torch.nn.Linear(84, 10),
    ).double()
    fan_in = [25, 150, 400, 120, 84]
    for t, (layer, fan) in enumerate(zip((l for l in net if hasattr(l, "weight")), fan_in)):
        scale = 2 / math.sqrt(fan)
        with torch.no_grad():
            shape = layer.weight.shape
            weight = numbers(2 * t, shape.numel()) * scale
            # burn keeps a linear layer's weight as [in, out]; the formula runs over that order.
            linear = isinstance(layer, torch.nn.Linear)
            layer.weight.copy_(weight.reshape(shape[1], shape[0]).T if linear else weight.reshape(shape))
            layer.bias.copy_(numbers(2 * t + 1, shape[0]) * scale)
    images = (numbers(100, 2 * 784) + 0.5).reshape(2, 1, 28, 28)
    logits = net((images - 0.1307) / 0.3081)
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor([3, 8]))
    loss.backward()
    names = [f"{layer}.{kind}" for layer in ("conv1", "conv2", "fc1", "fc2", "fc3") for kind in ("weight", "bias")]
    return {
        "logits": logits.detach().flatten().tolist(),
        "loss": loss.item(),
        "gradients": [
            {"name": name, "norm": p.grad.norm().item(),
             "first": (p.grad.T if p.dim() == 2 else p.grad).flatten()[:4].tolist()}
            for name, p in zip(names, net.parameters())
        ],
    }


def optimizers():
    """Twenty steps of each optimizer on sum((w - t)^2 / 2 + (w - t)^4 / 4), for a weight and a bias."""
    rules = {
        "sgd": lambda p: torch.optim.SGD(p, lr=0.05),
        "momentum": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9),
        "sgd-wd": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.5),
        "adam": lambda p: torch.optim.Adam(p, lr=0.05),
        "adam-wd": lambda p: torch.optim.Adam(p, lr=0.05),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.05),
    }
    results = []
    for name, make in rules.items():
        decay = 0.1 if name in ("sgd-wd", "adam-wd", "adamw") else 0.0
        weight = torch.nn.Parameter(numbers(0, 6).reshape(2, 3) * 2)
        bias = torch.nn.Parameter(numbers(1, 3) * 2)
        targets = [numbers(2, 6).reshape(2, 3), numbers(3, 3)]
        optimizer = make([
            {"params": [weight], "weight_decay": decay},
            {"params": [bias], "weight_decay": 0.0},
        ])
        for _ in range(20):
            optimizer.zero_grad()
            loss = sum(((p - t) ** 2 / 2 + (p - t) ** 4 / 4).sum() for p, t in zip([weight, bias], targets))
            loss.backward()
            optimizer.step()
        results.append({"name": name, "after": torch.cat([weight.flatten(), bias]).tolist()})
    return results


for name, made in {"lenet5": lenet5(), "optimizers": optimizers()}.items():
    made = {"made_by": f"tests/references/make.py, torch {torch.__version__.split('+')[0]}", "values": made}
    (HERE / f"{name}.json").write_text(json.dumps(made, indent=1) + "\n")
