"""Networks without branches: MLP, AlexNet, VGG, and a stack of unusual kernels."""

import torch
from torch import nn


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


class Airbench(nn.Module):
    """K. Jordan's network in the paper's layers. Its filters are what the test gives it."""

    def __init__(self, channels, width):
        super().__init__()
        self.whiten = nn.Conv2d(channels, 8 * channels, 2)
        into = 8 * channels
        for number, out in enumerate((width, 4 * width, 4 * width), 1):
            self.add_module(f"block{number}", nn.ModuleDict({
                "conv1": nn.Conv2d(into, out, 3, padding=1, bias=False), "norm1": nn.BatchNorm2d(out),
                "conv2": nn.Conv2d(out, out, 3, padding=1, bias=False), "norm2": nn.BatchNorm2d(out),
            }))
            into = out
        self.head = nn.Linear(into, 10, bias=False)

    def forward(self, x):
        gelu, pool = nn.functional.gelu, nn.functional.max_pool2d
        x = gelu(self.whiten(x))
        for block in (self.block1, self.block2, self.block3):
            x = gelu(block["norm1"](pool(block["conv1"](x), 2)))
            x = gelu(block["norm2"](block["conv2"](x)))
        return self.head(pool(x, 3).flatten(1))


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
