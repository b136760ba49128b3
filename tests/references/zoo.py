"""Makes zoo.json and originals.json: what PyTorch computes with the networks of Bunsen's zoo.

    pip install -r tests/references/requirements.txt
    python tests/references/zoo.py

The originals are torchvision's own classes. The small networks are torchvision's where those can be made small, and written
out in families/ where they cannot; either way their parameters have torchvision's names. Weights are a formula over the sorted
names, so that the Rust tests make the same ones: entry i of tensor number t is ((i * 7919 + t * 104729) mod 2003) / 2003
- 0.5, scaled so that sums keep their size. Dropout is off: masks are Bunsen's own.

ReLU and max pooling have kinks, and where an activation of a deep network lies on one, roundings decide a part of the
gradient. Normalized channels are therefore shifted by 3 and by -3 in turns, away from the kink, and images are the first of
many for which weights perturbed by a millionth, and single precision, give the same gradients.
"""

import json
import math
import pathlib

import torch
import torchvision
from torch import nn

from families.branched import GoogLeNet, dense_net
from families.chains import Airbench, AlexNet, Kernels, Mlp, Vgg
from families.residual import ResNet
from families.transformers import Vit
from networks import numbers

HERE = pathlib.Path(__file__).parent
torch.set_num_threads(1)

GREY = ((1, 28, 28), [0.1307], [0.3081])
COLOUR = ((3, 32, 32), [0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616])
IMAGENET = ((3, 224, 224), [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])


def fill(net):
    """Gives every parameter its numbers. burn keeps a linear layer's weight as [in, out]: the formula runs over that."""
    shifts = [f"{name}.bias" for name, module in net.named_modules() if isinstance(module, nn.BatchNorm2d)]
    with torch.no_grad():
        for t, (name, p) in enumerate(sorted(net.named_parameters())):
            values = numbers(t, p.numel())
            if p.dim() == 4:
                p.copy_(values.reshape(p.shape) * math.sqrt(24 / p[0].numel()))
            elif p.dim() == 2:
                out, into = p.shape
                p.copy_(values.reshape(into, out).T * math.sqrt(12 / into))
            elif p.dim() == 3:
                p.copy_(values.reshape(p.shape))
            elif name.endswith("weight"):
                p.copy_(1 + values * 0.5)
            else:
                p.copy_(values * 0.2)
            if name in shifts:
                p[0::2] += 3
                p[1::2] -= 3


def images(data, count, tensor=100):
    shape, mean, std = data
    pixels = (numbers(tensor, count * math.prod(shape)) + 0.5).reshape(count, *shape)
    per_channel = lambda values: torch.tensor(values, dtype=torch.float64).reshape(1, -1, 1, 1)
    return (pixels - per_channel(mean)) / per_channel(std)


SMALL = {
    "model=mlp": (GREY, lambda: Mlp([300, 100], torch.relu)),
    "model=mlp&widths=30&act=tanh": (GREY, lambda: Mlp([30], torch.tanh)),
    "model=alexnet": (GREY, lambda: AlexNet(1, 2)),
    "model=alexnet&groups=2&lrn=on&act=tanh&data=cifar10": (COLOUR, lambda: AlexNet(3, 3, torch.tanh, 2, True)),
    "model=vgg-11": (GREY, lambda: Vgg(1, 28, (1, 1, 2, 2, 2), True, False)),
    "model=vgg-13&head=gap&norm=off&data=cifar10": (COLOUR, lambda: Vgg(3, 32, (2, 2, 2, 2, 2), False, True)),
    "model=vgg-16&norm=off": (GREY, lambda: Vgg(1, 28, (2, 2, 3, 3, 3), False, False)),
    "model=vgg-19&data=cifar10": (COLOUR, lambda: Vgg(3, 32, (2, 2, 4, 4, 4), True, False)),
    "model=resnet-8&shortcut=project&data=digits": (GREY, lambda: ResNet(1, 16, (1, 1, 1))),
    "model=resnet-18": (GREY, lambda: ResNet(1, 8, (2, 2, 2, 2))),
    "model=resnet-34&data=cifar10": (COLOUR, lambda: ResNet(3, 8, (3, 4, 6, 3))),
    "model=resnet-50": (GREY, lambda: ResNet(1, 8, (3, 4, 6, 3), True)),
    "model=resnet-50&shortcut=pad&data=cifar10": (COLOUR, lambda: ResNet(3, 8, (3, 4, 6, 3), True, True)),
    "model=googlenet": (GREY, lambda: GoogLeNet(1, False, True)),
    "model=googlenet&aux=on&reduce=off&data=cifar10": (COLOUR, lambda: GoogLeNet(3, True, False)),
    "model=densenet": (GREY, lambda: dense_net(1, 12, 2)),
    "model=densenet&growth=5&depth=10&data=cifar10": (COLOUR, lambda: dense_net(3, 5, 1)),
    "model=vit": (GREY, lambda: Vit(1, 28, "conv", "seq")),
    "model=vit&stem=patch&pool=token&data=cifar10": (COLOUR, lambda: Vit(3, 32, "patch", "token")),
    "model=vit&stem=patch&pool=mean&patch=7&dim=24&heads=3&depth=2": (
        GREY, lambda: Vit(1, 28, "patch", "mean", 24, 2, 3, 7)),
    "model=airbench&smooth=0": (COLOUR, lambda: Airbench(3, 16)),
    "model=airbench&width=5&whiten=off&data=digits&smooth=0": (GREY, lambda: Airbench(1, 5)),
    f"model=stack&layers={Kernels.LAYERS}&data=cifar10": (COLOUR, Kernels),
}

LABELS = [3, 8, 0, 5]


def short(value):
    return float(f"{value:.7g}")


def summary(name, tensor):
    values = tensor.detach()
    first = (values.T if values.dim() == 2 else values).flatten()[:4].tolist()
    return {"name": name, "norm": short(values.norm().item()), "first": [short(value) for value in first]}


def forward_backward(net, x):
    """One forward and backward pass in train mode: logits, loss, and every gradient by name."""
    net.train()
    net.zero_grad()
    output = net(x)
    logits, *auxiliary = output if isinstance(output, tuple) else (output,)
    labels = torch.tensor(LABELS)
    cross_entropy = torch.nn.functional.cross_entropy
    loss = cross_entropy(logits, labels) + 0.3 * sum(cross_entropy(head, labels) for head in auxiliary)
    loss.backward()
    return logits.detach(), loss.detach(), {name: p.grad.double() for name, p in sorted(net.named_parameters())}


def distance(one, other):
    """The relative difference of two sets of gradients, as the Rust test measures it."""
    largest = max(gradient.norm() for gradient in one.values())
    # The gradient of a bias before a normalization is 0 but for roundings.
    names = [name for name in one if one[name].norm() > 1e-9 * largest]
    return max(((one[name] - other[name]).norm() / max(one[name].norm(), 1e-4 * largest)).item() for name in names)


def is_smooth(link, x, gradients):
    """Whether single precision, and weights perturbed by a millionth, give the same gradients."""
    _, make = SMALL[link]
    for seed in range(4):
        net = make().double()
        fill(net)
        if seed == 0:
            net, x = net.float(), x.float()
        else:
            x = x.double()
            torch.manual_seed(seed)
            with torch.no_grad():
                for p in net.parameters():
                    p.mul_(1 + 1e-6 * torch.randn_like(p))
        if distance(gradients, forward_backward(net, x)[2]) > 3e-4:
            return False
    return True


def small(link):
    data, make = SMALL[link]
    for tensor in range(100, 400):
        net = make().double()
        fill(net)
        x = images(data, len(LABELS), tensor)
        net.eval()
        with torch.no_grad():
            eval_logits = net(x).flatten().tolist()
        logits, loss, gradients = forward_backward(net, x)
        if is_smooth(link, x, gradients):
            break
    else:
        raise SystemExit(f"{link}: no images without kinks")
    return {
        "link": link,
        "images": tensor,
        "eval_logits": [short(value) for value in eval_logits],
        "logits": [short(value) for value in logits.flatten().tolist()],
        "loss": short(loss.item()),
        "gradients": [summary(name, gradient) for name, gradient in gradients.items()],
    }


def originals():
    plain = {"googlenet": {"aux_logits": False, "init_weights": False, "transform_input": False}}
    names = ["alexnet", "vgg11", "vgg13", "vgg16", "vgg19", "resnet18", "resnet34", "resnet50", "googlenet", "densenet121",
             "vit_b_16"]
    results = []
    for name in names:
        net = getattr(torchvision.models, name)(**plain.get(name, {})).eval()
        fill(net)
        with torch.no_grad():
            logits = net(images(IMAGENET, 1).float()).flatten()
        results.append({
            "name": name,
            "parameters": sum(p.numel() for p in net.parameters()),
            "norm": short(logits.norm().item()),
            "every_fiftieth": [short(value) for value in logits[::50].tolist()],
        })
    return results


def write(name, values):
    versions = f"torch {torch.__version__.split('+')[0]}, torchvision {torchvision.__version__.split('+')[0]}"
    # A line a reference.
    lines = ",\n".join(json.dumps(value, separators=(",", ":")) for value in values)
    made_by = json.dumps(f"tests/references/zoo.py, {versions}")
    (HERE / name).write_text(f'{{"made_by":{made_by},"values":[\n{lines}\n]}}\n')


if __name__ == "__main__":
    write("zoo.json", [small(link) for link in SMALL])
    write("originals.json", originals())
