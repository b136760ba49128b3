"""The networks of Bunsen's zoo as modules of PyTorch, into which its weights load as they are."""

import torch


def numbers(tensor, count):
    i = torch.arange(count, dtype=torch.int64)
    return ((i * 7919 + tensor * 104729) % 2003).double() / 2003 - 0.5


class LeNet5(torch.nn.Module):
    """LeNet-5 as courses teach it."""

    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = torch.nn.Conv2d(6, 16, 5)
        self.fc1 = torch.nn.Linear(400, 120)
        self.fc2 = torch.nn.Linear(120, 84)
        self.fc3 = torch.nn.Linear(84, 10)

    def forward(self, x):
        pool = torch.nn.functional.max_pool2d
        x = pool(self.conv1((x - 0.1307) / 0.3081).relu(), 2)
        x = pool(self.conv2(x).relu(), 2).flatten(1)
        return self.fc3(self.fc2(self.fc1(x).relu()).relu())


# LeCun et al. (1998), table I: which maps of S2 each map of C3 sees.
C3_INPUTS = ["012", "123", "234", "345", "045", "015", "0123", "1234", "2345", "0345", "0145", "0125", "0134", "1245",
             "0235", "012345"]

# The ten characters of Bunsen's output units, 7 wide and 12 high: a byte a row.
BITMAPS = [
    "1c224141414141414141221c",
    "08182808080808080808083e",
    "3e410101020408102040407f",
    "7f0204081e0101010101413e",
    "4242424242427f0202020202",
    "7f4040405e6101010101413e",
    "0e102040405c62414141221c",
    "7f4101020204040808101010",
    "3e414141413e41414141413e",
    "1c22414141231d0101020438",
]


class Subsampling(torch.nn.Module):
    def __init__(self, maps):
        super().__init__()
        self.coefficient = torch.nn.Parameter(torch.zeros(maps))
        self.bias = torch.nn.Parameter(torch.zeros(maps))

    def forward(self, x):
        sums = torch.nn.functional.avg_pool2d(x, 2) * 4
        return sums * self.coefficient[:, None, None] + self.bias[:, None, None]


class PartialConv(torch.nn.Module):
    """C3: a row of its weight is the 5x5 kernel of one connection, in the order of the table."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(60, 25))
        self.bias = torch.nn.Parameter(torch.zeros(16))

    def forward(self, x):
        full = torch.zeros(16, 6, 5, 5, dtype=x.dtype)
        connections = [(output, int(input)) for output, inputs in enumerate(C3_INPUTS) for input in inputs]
        for kernel, (output, input) in zip(self.weight, connections):
            full[output, input] = kernel.reshape(5, 5)
        return torch.nn.functional.conv2d(x, full, self.bias)


class LeNet51998(torch.nn.Module):
    """LeNet-5 as the paper has it. The centres are fixed, and no part of the weights."""

    def __init__(self):
        super().__init__()
        self.c1 = torch.nn.Conv2d(1, 6, 5)
        self.s2 = Subsampling(6)
        self.c3 = PartialConv()
        self.s4 = Subsampling(16)
        self.c5 = torch.nn.Conv2d(16, 120, 5)
        self.f6 = torch.nn.Linear(120, 84)
        bits = [[byte >> bit & 1 for byte in bytes.fromhex(rows) for bit in range(6, -1, -1)] for rows in BITMAPS]
        self.register_buffer("centres", 2.0 * torch.tensor(bits) - 1, persistent=False)

    def forward(self, x):
        def squash(x):
            return 1.7159 * torch.tanh(x * 2 / 3)

        x = torch.nn.functional.pad(x * 1.275, (2, 2, 2, 2)) - 0.1
        x = squash(self.s2(squash(self.c1(x))))
        x = squash(self.s4(squash(self.c3(x))))
        x = squash(self.f6(squash(self.c5(x)).flatten(1)))
        return -((x[:, None] - self.centres) ** 2).sum(2)


class Block(torch.nn.Module):
    """He et al. (2015): two normalized 3x3 convolutions; option A for the shortcut, zeros on both sides."""

    def __init__(self, into, out, skip):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(into, out, 3, stride=out // into, padding=1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(out)
        self.conv2 = torch.nn.Conv2d(out, out, 3, padding=1, bias=False)
        self.bn2 = torch.nn.BatchNorm2d(out)
        self.skip = skip

    def forward(self, x):
        y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        if self.skip:
            stride, new = self.conv1.stride[0], self.bn2.num_features - x.shape[1]
            kept = x[:, :, ::stride, ::stride]
            y = y + torch.nn.functional.pad(kept, (0, 0, 0, 0, new // 2, new - new // 2))
        return y.relu()


class ResNet(torch.nn.Module):
    def __init__(self, depth, skip=True):
        super().__init__()
        blocks = (depth - 2) // 6
        self.conv1 = torch.nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(16)
        for stage, (into, out) in enumerate([(16, 16), (16, 32), (32, 64)], 1):
            layers = [Block(into if block == 0 else out, out, skip) for block in range(blocks)]
            self.add_module(f"layer{stage}", torch.nn.Sequential(*layers))
        self.fc = torch.nn.Linear(64, 10)

    def forward(self, x):
        mean, std = (torch.tensor(v, dtype=x.dtype).reshape(1, 3, 1, 1)
                     for v in ([0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616]))
        x = self.bn1(self.conv1((x - mean) / std)).relu()
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(x.mean(dim=(2, 3)))


class Residual(torch.nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


class Flat(torch.nn.Linear):
    """A linear layer that flattens what comes in."""

    def forward(self, x):
        return super().forward(x.flatten(1))


class Mean(torch.nn.Module):
    def forward(self, x):
        return x.mean(dim=(2, 3))


class Stack(torch.nn.Module):
    """Every kind of layer that a network of one's own may have. Bunsen spells it STACK."""

    STACK = ("conv8x3p1s2,norm,relu,max3p1s1,res(conv8x3p1g2,norm,tanh,res(conv8x1,sigmoid),drop0),avg3s2,"
             "conv12x5p2s2g4,tanh,max2p1,gap,fc20,norm,relu")

    def __init__(self):
        super().__init__()
        nn = torch.nn
        inner = Residual(nn.Conv2d(8, 8, 1), nn.Sigmoid())
        block = Residual(nn.Conv2d(8, 8, 3, padding=1, groups=2, bias=False), nn.BatchNorm2d(8), nn.Tanh(), inner,
                         nn.Dropout(0))
        self.layers = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1, stride=2, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
            nn.MaxPool2d(3, stride=1, padding=1), block, nn.AvgPool2d(3, 2),
            nn.Conv2d(8, 12, 5, padding=2, stride=2, groups=4), nn.Tanh(), nn.MaxPool2d(2, padding=1), Mean(),
            Flat(12, 20, bias=False), nn.BatchNorm1d(20), nn.ReLU(),
        )
        self.classes = Flat(20, 10)

    def forward(self, x):
        return self.classes(self.layers((x - 0.1307) / 0.3081))
