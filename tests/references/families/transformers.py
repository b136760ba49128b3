"""Vision transformers."""

import torch
from torch import nn
from torchvision.models.vision_transformer import Encoder


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
