"""Residual networks."""

from torch import nn


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
