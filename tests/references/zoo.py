"""Makes zoo.json and originals.json: what PyTorch computes with the networks that Bunsen draws.

    pip install -r tests/references/requirements.txt
    python tests/references/zoo.py

The originals are torchvision's own classes. The small networks are torchvision's where those can be made small, and written
out here where they cannot; either way their parameters have torchvision's names. Weights are a formula over the sorted
names, so that the Rust tests make the same ones: entry i of tensor number t is ((i * 7919 + t * 104729) mod 2003) / 2003
- 0.5, scaled so that sums keep their size. Dropout is off: masks are Bunsen's own.

ReLU and max pooling have corners, and where a number of a deep network lies on one, roundings decide a part of the
gradient. Normalised channels are therefore shifted by 3 and by -3 in turns, away from the corner, and images are the first of many for
which weights changed by a millionth, and single precision, give the same gradients.
"""

import json
import math
import pathlib

import torch
import torchvision
from torch import nn
from torchvision.models.googlenet import BasicConv2d
from torchvision.models.vision_transformer import Encoder

from networks import numbers

HERE = pathlib.Path(__file__).parent
torch.set_num_threads(1)

GREY = ((1, 28, 28), [0.1307], [0.3081])
COLOUR = ((3, 32, 32), [0.4935, 0.4834, 0.4472], [0.2476, 0.2446, 0.2626])
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
    shape, mean, deviation = data
    pixels = (numbers(tensor, count * math.prod(shape)) + 0.5).reshape(count, *shape)
    each = lambda values: torch.tensor(values, dtype=torch.float64).reshape(1, -1, 1, 1)
    return (pixels - each(mean)) / each(deviation)


class Mlp(nn.Module):
    def __init__(self, widths, act):
        super().__init__()
        sizes = [784, *widths, 10]
        for i, (into, out) in enumerate(zip(sizes, sizes[1:]), 1):
            self.add_module(f"fc{i}", nn.Linear(into, out))
        self.act, self.last = act, len(widths) + 1

    def forward(self, x):
        x = x.flatten(1)
        for i in range(1, self.last):
            x = self.act(getattr(self, f"fc{i}")(x))
        return getattr(self, f"fc{self.last}")(x)


class AlexNet(nn.Module):
    def __init__(self, channels, side, act=torch.relu, groups=1, lrn=False):
        super().__init__()
        conv = nn.Conv2d
        self.features = nn.ModuleDict({
            "0": conv(channels, 16, 5, padding=2), "3": conv(16, 48, 5, padding=2, groups=groups),
            "6": conv(48, 96, 3, padding=1), "8": conv(96, 64, 3, padding=1, groups=groups),
            "10": conv(64, 64, 3, padding=1, groups=groups),
        })
        self.classifier = nn.ModuleDict({
            "1": nn.Linear(64 * side * side, 256), "4": nn.Linear(256, 256), "6": nn.Linear(256, 10)})
        self.act, self.lrn = act, nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2) if lrn else nn.Identity()

    def forward(self, x):
        pool = nn.MaxPool2d(3, 2)
        x = pool(self.lrn(self.act(self.features["0"](x))))
        x = pool(self.lrn(self.act(self.features["3"](x))))
        for index in ("6", "8", "10"):
            x = self.act(self.features[index](x))
        x = pool(x).flatten(1)
        for index in ("1", "4"):
            x = self.act(self.classifier[index](x))
        return self.classifier["6"](x)


class Vgg(nn.Module):
    """torchvision's sequence of layers; a pooling that would leave nothing is left out."""

    def __init__(self, channels, side, stages, norm, gap):
        super().__init__()
        layers = []
        for count, width in zip(stages, (8, 16, 32, 64, 64)):
            for _ in range(count):
                layers += [nn.Conv2d(channels, width, 3, padding=1), *([nn.BatchNorm2d(width)] if norm else []), nn.ReLU()]
                channels = width
            layers.append(nn.MaxPool2d(2) if side > 1 else nn.Identity())
            side = max(side // 2, 1)
        self.features = nn.Sequential(*layers)
        self.gap = gap
        self.classifier = nn.Linear(64, 10) if gap else nn.Sequential(
            nn.Linear(64 * side * side, 256), nn.ReLU(), nn.Identity(), nn.Linear(256, 256), nn.ReLU(), nn.Identity(),
            nn.Linear(256, 10))

    def forward(self, x):
        x = self.features(x)
        return self.classifier(x.mean(dim=(2, 3)) if self.gap else x.flatten(1))


class Block(nn.Module):
    def __init__(self, into, width, stride, bottleneck, pad):
        super().__init__()
        conv = lambda into, out, kernel, stride=1: nn.Conv2d(into, out, kernel, stride, kernel // 2, bias=False)
        self.out = out = 4 * width if bottleneck else width
        convs = [conv(into, width, 1), conv(width, width, 3, stride), conv(width, out, 1)] if bottleneck else [
            conv(into, width, 3, stride), conv(width, width, 3)]
        for i, layer in enumerate(convs, 1):
            self.add_module(f"conv{i}", layer)
            self.add_module(f"bn{i}", nn.BatchNorm2d(layer.out_channels))
        self.count, self.stride, self.pad = len(convs), stride, pad
        if not pad and (into != out or stride != 1):
            self.downsample = nn.Sequential(conv(into, out, 1, stride), nn.BatchNorm2d(out))

    def forward(self, x):
        y = x
        for i in range(1, self.count + 1):
            y = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(y))
            y = y.relu() if i < self.count else y
        if hasattr(self, "downsample"):
            x = self.downsample(x)
        elif self.pad:
            new = self.out - x.shape[1]
            x = nn.functional.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, new // 2, new - new // 2))
        return (y + x).relu()


class ResNet(nn.Module):
    def __init__(self, channels, width, stages, bottleneck=False, pad=False):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        into, self.stages = width, len(stages)
        for stage, blocks in enumerate(stages):
            made = []
            for block in range(blocks):
                stride = 2 if stage > 0 and block == 0 else 1
                made.append(Block(into, width << stage, stride, bottleneck, pad))
                into = made[-1].out
            self.add_module(f"layer{stage + 1}", nn.Sequential(*made))
        self.fc = nn.Linear(into, 10)

    def forward(self, x):
        x = self.bn1(self.conv1(x)).relu()
        for stage in range(1, self.stages + 1):
            x = getattr(self, f"layer{stage}")(x)
        return self.fc(x.mean(dim=(2, 3)))


def basic(into, out, kernel):
    return BasicConv2d(into, out, kernel_size=kernel, padding=kernel // 2)


class Inception(nn.Module):
    def __init__(self, into, a, b0, b, c0, c, d, reduce):
        super().__init__()
        self.branch1 = basic(into, a, 1)
        self.branch2 = nn.Sequential(basic(into, b0, 1), basic(b0, b, 3)) if reduce else basic(into, b, 3)
        self.branch3 = nn.Sequential(basic(into, c0, 1), basic(c0, c, 5)) if reduce else basic(into, c, 5)
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), basic(into, d, 1))

    def forward(self, x):
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class Auxiliary(nn.Module):
    def __init__(self, into):
        super().__init__()
        self.conv = basic(into, 16, 1)
        self.fc1 = nn.Linear(16 * 4, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.conv(nn.functional.avg_pool2d(x, 4, 3)).flatten(1)
        return self.fc2(self.fc1(x).relu())


class GoogLeNet(nn.Module):
    """Szegedy et al. (2014), table 1, with an eighth of the channels; torchvision's names."""

    def __init__(self, channels, aux, reduce):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = basic(channels, 8, 3), basic(8, 8, 1), basic(8, 24, 3)
        into = 24
        for name, row in {
            "3a": [64, 96, 128, 16, 32, 32], "3b": [128, 128, 192, 32, 96, 64], "4a": [192, 96, 208, 16, 48, 64],
            "4b": [160, 112, 224, 24, 64, 64], "4c": [128, 128, 256, 24, 64, 64], "4d": [112, 144, 288, 32, 64, 64],
            "4e": [256, 160, 320, 32, 128, 128], "5a": [256, 160, 320, 32, 128, 128],
            "5b": [384, 192, 384, 48, 128, 128],
        }.items():
            a, b0, b, c0, c, d = (width // 8 for width in row)
            self.add_module(f"inception{name}", Inception(into, a, b0, b, c0, c, d, reduce))
            into = a + b + c + d
            if aux and name in ("4a", "4d"):
                self.add_module("aux1" if name == "4a" else "aux2", Auxiliary(into))
        self.fc = nn.Linear(into, 10)

    def forward(self, x):
        pool = lambda x, kernel=3: nn.functional.max_pool2d(x, kernel, 2, ceil_mode=True)
        x = self.inception3b(self.inception3a(self.conv3(self.conv2(pool(self.conv1(x))))))
        first = self.inception4a(pool(x))
        second = self.inception4d(self.inception4c(self.inception4b(first)))
        x = self.inception5b(self.inception5a(pool(self.inception4e(second), 2)))
        logits = self.fc(x.mean(dim=(2, 3)))
        if not (self.training and hasattr(self, "aux1")):
            return logits
        return logits, self.aux1(first), self.aux2(second)


def dense_net(channels, growth, layers):
    net = torchvision.models.DenseNet(growth, (layers,) * 3, 2 * growth, num_classes=10)
    net.features.conv0 = nn.Conv2d(channels, 2 * growth, 3, padding=1, bias=False)
    for name in ("norm0", "relu0", "pool0"):
        delattr(net.features, name)
    return net


class Vit(nn.Module):
    """torchvision's encoder behind another stem and before another pooling."""

    def __init__(self, channels, side, stem, pool, dim=48, depth=4, heads=4, patch=4):
        super().__init__()
        self.pool, tokens = pool, (side // 4) ** 2 if stem == "conv" else (side // patch) ** 2
        if pool == "token":
            self.class_token = nn.Parameter(torch.zeros(1, 1, dim))
            tokens += 1
        if stem == "conv":
            conv = lambda into, out: nn.Conv2d(into, out, 3, padding=1, bias=False)
            self.stem = nn.ModuleDict({"conv1": conv(channels, dim // 2), "conv2": conv(dim // 2, dim)})
        else:
            self.conv_proj = nn.Conv2d(channels, dim, patch, patch)
        self.encoder = Encoder(tokens, depth, heads, dim, 2 * dim, 0.0, 0.0)
        if pool == "seq":
            self.attention_pool = nn.Linear(dim, 1)
        self.heads = nn.ModuleDict({"head": nn.Linear(dim, 10)})

    def forward(self, x):
        if hasattr(self, "stem"):
            for name in ("conv1", "conv2"):
                x = nn.functional.max_pool2d(self.stem[name](x).relu(), 3, 2, 1)
        else:
            x = self.conv_proj(x)
        x = x.flatten(2).transpose(1, 2)
        if self.pool == "token":
            x = torch.cat([self.class_token.expand(len(x), -1, -1), x], 1)
        x = self.encoder(x)
        if self.pool == "seq":
            x = (self.attention_pool(x).softmax(1) * x).sum(1)
        else:
            x = x[:, 0] if self.pool == "token" else x.mean(1)
        return self.heads["head"](x)


class Kernels(nn.Module):
    """A stack of the kernels that only the originals have, and of strides and groups together."""

    LAYERS = "conv8x11p2s4,norm,relu,conv12x7p3s2g2,norm,relu,conv16x1s2g4,tanh"

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 11, 4, 2, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
            nn.Conv2d(8, 12, 7, 2, 3, groups=2, bias=False), nn.BatchNorm2d(12), nn.ReLU(),
            nn.Conv2d(12, 16, 1, 2, groups=4), nn.Tanh())
        self.classes = nn.Linear(16 * 2 * 2, 10)

    def forward(self, x):
        return self.classes(self.layers(x).flatten(1))


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
    f"model=stack&layers={Kernels.LAYERS}&data=cifar10": (COLOUR, Kernels),
}

LABELS = [3, 8, 0, 5]


def short(value):
    return float(f"{value:.7g}")


def summary(name, tensor):
    values = tensor.detach()
    first = (values.T if values.dim() == 2 else values).flatten()[:4].tolist()
    return {"name": name, "norm": short(values.norm().item()), "first": [short(value) for value in first]}


def trained(net, x):
    """One pass of training: class scores, loss, and every gradient by name."""
    net.train()
    net.zero_grad()
    scores = net(x)
    main, *others = scores if isinstance(scores, tuple) else (scores,)
    truth = torch.tensor(LABELS)
    cross_entropy = torch.nn.functional.cross_entropy
    loss = cross_entropy(main, truth) + 0.3 * sum(cross_entropy(other, truth) for other in others)
    loss.backward()
    return main.detach(), loss.detach(), {name: p.grad.double() for name, p in sorted(net.named_parameters())}


def apart(one, other):
    """How far two sets of gradients are from each other, as the Rust test measures it."""
    largest = max(gradient.norm() for gradient in one.values())
    # What is normalised away has no gradient but roundings.
    kept = [name for name in one if one[name].norm() > 1e-9 * largest]
    return max(((one[name] - other[name]).norm() / max(one[name].norm(), 1e-4 * largest)).item() for name in kept)


def is_smooth(link, x, gradients):
    data, make = SMALL[link]
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
        if apart(gradients, trained(net, x)[2]) > 3e-4:
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
            answers = net(x).flatten().tolist()
        logits, loss, gradients = trained(net, x)
        if is_smooth(link, x, gradients):
            break
    else:
        raise SystemExit(f"{link}: no images without corners")
    return {
        "link": link,
        "images": tensor,
        "answers": [short(value) for value in answers],
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
