"""Makes the reference numbers in this folder with PyTorch.

    pip install -r tests/references/requirements.txt
    python tests/references/make.py

Inputs are formulas, so that the Rust tests make the same ones: entry i of tensor number t is
((i * 7919 + t * 104729) mod 2003) / 2003 - 0.5, scaled by 2 / sqrt(fan-in) for weights. Parameters are counted in the
order of the modules; the scale of a normalization is 1 plus that, its shift that itself.
"""

import json
import math
import pathlib

import torch

from networks import ResNet, Stack, numbers

HERE = pathlib.Path(__file__).parent
torch.set_num_threads(1)


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
        "gradients": [summary(name, p.grad) for name, p in zip(names, net.parameters())],
    }


def summary(name, tensor):
    values = tensor.detach()
    return {"name": name, "norm": values.norm().item(),
            "first": (values.T if values.dim() == 2 else values).flatten()[:4].tolist()}


def resnet_step(skip, shards):
    """ResNet-8: one step of SGD on four images, each shard normalized by itself, and the eval logits after the step."""
    net = ResNet(8, skip).double()
    with torch.no_grad():
        for t, (name, p) in enumerate(net.named_parameters()):
            values = numbers(t, p.numel())
            if ".bn" in name or name.startswith("bn"):
                p.copy_(values + (1 if name.endswith("weight") else 0))
            elif p.dim() == 4:
                p.copy_(values.reshape(p.shape) * 2 / math.sqrt(p[0].numel()))
            else:
                values = values * 2 / math.sqrt(64)
                p.copy_(values.reshape(64, 10).T if p.dim() == 2 else values)
    images = (numbers(100, 4 * 3 * 32 * 32) + 0.5).reshape(4, 3, 32, 32)
    labels = torch.tensor([3, 8, 0, 5])
    # Each shard starts from the initial running statistics; those after each shard are then averaged.
    buffers, logits, loss = [], [], 0.0
    for shard, shard_labels in zip(images.chunk(shards), labels.chunk(shards)):
        for module in net.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.reset_running_stats()
        shard_logits = net(shard)
        shard_loss = torch.nn.functional.cross_entropy(shard_logits, shard_labels, reduction="sum") / len(images)
        shard_loss.backward()
        loss += shard_loss.item()
        logits += shard_logits.detach().flatten().tolist()
        buffers.append({name: value.clone() for name, value in net.named_buffers()})
    gradients = [summary(name, p.grad) for name, p in net.named_parameters()]
    running = {name: sum(shard[name] for shard in buffers) / shards for name in buffers[0] if "running" in name}
    matrices = [p for p in net.parameters() if p.dim() > 1]
    vectors = [p for p in net.parameters() if p.dim() == 1]
    torch.optim.SGD([{"params": matrices, "weight_decay": 1e-4}, {"params": vectors}], lr=0.1, momentum=0.9).step()
    net.load_state_dict(running, strict=False)
    net.eval()
    return {
        "skip": "on" if skip else "off",
        "shards": shards,
        "logits": logits,
        "loss": loss,
        "gradients": gradients,
        "statistics": [summary(name, value) for name, value in running.items()],
        "eval_logits": net(images).detach().flatten().tolist(),
    }


def resnet():
    depths = (8, 14, 20, 32, 44, 56, 110)
    return {
        "parameters": [[f"resnet-{depth}", sum(p.numel() for p in ResNet(depth).parameters())] for depth in depths],
        "steps": [resnet_step(skip, shards) for skip in (True, False) for shards in (1, 2)],
    }


def stack():
    """A stack with every kind of layer: logits, loss, gradients and statistics of four images, and then eval logits."""
    net = Stack().double()
    with torch.no_grad():
        scale = 0
        for t, (name, p) in enumerate(net.named_parameters()):
            values = numbers(t, p.numel())
            if name.endswith("weight"):
                scale = 2 / math.sqrt(p[0].numel()) if p.dim() > 1 else 0
            if scale == 0:
                p.copy_(values + (1 if name.endswith("weight") else 0))
            else:
                p.copy_((values.reshape(p.shape[1], p.shape[0]).T if p.dim() == 2 else values.reshape(p.shape)) * scale)
    images = (numbers(100, 4 * 784) + 0.5).reshape(4, 1, 28, 28)
    logits = net(images)
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor([3, 8, 0, 5]))
    loss.backward()
    running = {name: value for name, value in net.named_buffers() if "running" in name}
    net.eval()
    return {
        "layers": Stack.STACK,
        "logits": logits.detach().flatten().tolist(),
        "loss": loss.item(),
        "gradients": [summary(name, p.grad) for name, p in net.named_parameters()],
        "statistics": [summary(name, value) for name, value in running.items()],
        "eval_logits": net(images).detach().flatten().tolist(),
    }


class Muon:
    """PyTorch's Muon on the matrix, and its SGD on the vector. The iterations are in 32 bits: PyTorch's are in bfloat16."""

    def __init__(self, groups, nesterov):
        [matrix, vector] = groups
        rule = {"lr": 0.05, "momentum": 0.9, "nesterov": nesterov}
        self.muon = torch.optim.Muon(matrix["params"], weight_decay=matrix["weight_decay"], **rule)
        self.sgd = torch.optim.SGD(vector["params"], **rule)

    def zero_grad(self):
        self.muon.zero_grad()
        self.sgd.zero_grad()

    def step(self):
        rounding = torch.Tensor.bfloat16
        torch.Tensor.bfloat16 = torch.Tensor.float
        self.muon.step()
        torch.Tensor.bfloat16 = rounding
        self.sgd.step()


def optimizers():
    """Twenty steps of each optimizer on sum((w - t)^2 / 2 + (w - t)^4 / 4), for a weight and a bias."""
    rules = {
        "sgd": lambda p: torch.optim.SGD(p, lr=0.05),
        "momentum": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9),
        "sgd-wd": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.5),
        "adam": lambda p: torch.optim.Adam(p, lr=0.05),
        "adam-wd": lambda p: torch.optim.Adam(p, lr=0.05),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.05),
        "nesterov": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True),
        "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01),
        "rmsprop-wd": lambda p: torch.optim.RMSprop(p, lr=0.01),
        "clip": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
        "decay-all": lambda p: torch.optim.AdamW(p, lr=0.05),
        "adam-betas": lambda p: torch.optim.Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-3),
        "rmsprop-eps": lambda p: torch.optim.RMSprop(p, lr=0.01, eps=1e-2),
        "rates": lambda p: torch.optim.SGD([p[0], {**p[1], "lr": 0.01}], lr=0.02, momentum=0.9),
        "rates-adamw": lambda p: torch.optim.AdamW([p[0], {**p[1], "lr": 0.025}], lr=0.05),
        "muon": lambda p: Muon(p, nesterov=False),
        "muon-nesterov": lambda p: Muon(p, nesterov=True),
        "nadam": lambda p: torch.optim.NAdam(p, lr=0.05),
        "nadamw": lambda p: torch.optim.NAdam(p, lr=0.05, decoupled_weight_decay=True),
        "ema": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9),
        "lookahead": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9),
    }
    results = []
    for name, make in rules.items():
        decayed = ("sgd-wd", "adam-wd", "adamw", "rmsprop-wd", "decay-all", "rates-adamw", "muon", "nadamw")
        decay = 0.1 if name in decayed else 0.0
        weight = torch.nn.Parameter(numbers(0, 6).reshape(2, 3) * 2)
        bias = torch.nn.Parameter(numbers(1, 3) * 2)
        targets = [numbers(2, 6).reshape(2, 3), numbers(3, 3)]
        optimizer = make([
            {"params": [weight], "weight_decay": decay},
            {"params": [bias], "weight_decay": decay if name == "decay-all" else 0.0},
        ])
        average = None
        slow = [weight.detach().clone(), bias.detach().clone()]
        for step in range(1, 21):
            optimizer.zero_grad()
            loss = sum(((p - t) ** 2 / 2 + (p - t) ** 4 / 4).sum() for p, t in zip([weight, bias], targets))
            loss.backward()
            if name == "clip":
                torch.nn.utils.clip_grad_norm_([weight, bias], 0.5)
            optimizer.step()
            if name == "ema":
                average = average or torch.optim.swa_utils.AveragedModel(
                    torch.nn.ParameterList([weight, bias]), multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.8)
                )
                average.update_parameters(torch.nn.ParameterList([weight, bias]))
            if name == "lookahead" and step % 5 == 0:
                with torch.no_grad():
                    for s, p in zip(slow, [weight, bias]):
                        s += 0.5 * (p - s)
                        p.copy_(s)
        weight, bias = average.parameters() if average else [weight, bias]
        results.append({"name": name, "after": torch.cat([weight.flatten(), bias]).tolist()})
    return results


def schedules():
    """The learning rate of each of 40 steps, for 0.1 at its highest."""
    steps = 40
    rules = {
        "step": lambda o: torch.optim.lr_scheduler.MultiStepLR(o, milestones=[steps // 2, 3 * steps // 4], gamma=0.1),
        "one-cycle": lambda o: torch.optim.lr_scheduler.OneCycleLR(o, 0.1, total_steps=steps, cycle_momentum=False),
        "cosine": lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=steps),
        "linear": lambda o: torch.optim.lr_scheduler.LinearLR(o, 1.0, 0.0, total_iters=steps),
    }
    results = []
    for name, make in rules.items():
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
        scheduler = make(optimizer)
        rates = []
        for _ in range(steps):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        results.append({"name": name, "rates": rates})
    return results


def smoothing():
    """Each example's smoothed cross-entropy, and the gradient of their sum, for three examples of five classes."""
    logits = (numbers(0, 15) * 8).reshape(3, 5).double().requires_grad_()
    labels = torch.tensor([0, 3, 4])
    losses = torch.nn.functional.cross_entropy(logits, labels, reduction="none", label_smoothing=0.1)
    losses.sum().backward()
    return {"losses": losses.tolist(), "gradient": logits.grad.flatten().tolist()}


for make in (lenet5, resnet, stack, optimizers, schedules, smoothing):
    name, made = make.__name__, make()
    made = {"made_by": f"tests/references/make.py, torch {torch.__version__.split('+')[0]}", "values": made}
    (HERE / f"{name}.json").write_text(json.dumps(made, indent=1) + "\n")
