"""Loads Bunsen's weights into PyTorch, and makes the reference logits that they give there.

    pip install -r tests/references/requirements.txt
    BUNSEN_EXPORT=/tmp/weights cargo test -p bunsen weights_load_into_pytorch
    python tests/references/weights.py /tmp/weights

The second command fails once it has written its files, for it compares nothing then.

Nothing is renamed: the names and shapes of a file are those of `state_dict()`, and every one of them is needed. The Rust
test holds that it still exports these very files, and that Bunsen's logits are these to 1e-4.
"""

import hashlib
import json
import pathlib
import sys

import safetensors
import torch
from safetensors.torch import load_file

import zoo
from networks import LeNet5, LeNet51998, ResNet, numbers

HERE = pathlib.Path(__file__).parent
torch.set_num_threads(1)

NETWORKS = {"lenet5": LeNet5, "lenet5-1998": LeNet51998, "resnet-8": lambda: ResNet(8)}
# Those that take normalized images; the others normalize by themselves.
SMALL = ["mlp", "alexnet", "vgg-11", "resnet-18", "googlenet", "densenet", "vit"]
NETWORKS |= {name: zoo.SMALL[f"model={name}"][1] for name in SMALL}


def eval_logits(name, file):
    network = NETWORKS[name]()
    network.load_state_dict(load_file(file), strict=True)
    network.double().eval()
    shape = (3, 32, 32) if name == "resnet-8" else (1, 28, 28)
    size = shape[0] * shape[1] * shape[2]
    images = (numbers(100, 2 * size) + 0.5).reshape(2, *shape)
    if name in SMALL:
        images = zoo.images(zoo.GREY, 2)
    with torch.no_grad():
        return network(images).flatten().tolist()


folder = pathlib.Path(sys.argv[1])
values = []
for name in NETWORKS:
    file = folder / f"{name}.safetensors"
    values.append({
        "name": name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "logits": eval_logits(name, file),
    })
made_by = f"tests/references/weights.py, torch {torch.__version__.split('+')[0]}, safetensors {safetensors.__version__}"
(HERE / "weights.json").write_text(json.dumps({"made_by": made_by, "values": values}, indent=1) + "\n")
