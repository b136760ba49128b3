"""Networks whose branches are concatenated: GoogLeNet and DenseNet."""

import torch
import torchvision
from torch import nn
from torchvision.models.googlenet import BasicConv2d


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
