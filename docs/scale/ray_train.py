"""Runs a program by Ray Train: python ray_train.py 2 lenet5.py --data data/mnist

The first word is the number of processes. The program's folder, and the data in it, have the same path on each machine.
"""

import importlib
import os
import sys
from pathlib import Path

import ray
from ray.train import ScalingConfig
from ray.train.torch import TorchConfig, TorchTrainer


def work(config):
    """What each process does: the program, which Ray has given its rank and its process group."""
    os.chdir(config["folder"])
    sys.path.insert(0, config["folder"])
    importlib.import_module(config["program"]).train_on(config["arguments"])


if __name__ == "__main__":
    count, program, *arguments = sys.argv[1:]
    ray.init()
    has_cards = ray.cluster_resources().get("GPU", 0) >= int(count)
    path = Path(program).resolve()
    trainer = TorchTrainer(
        work,
        train_loop_config={"folder": str(path.parent), "program": path.stem, "arguments": arguments},
        scaling_config=ScalingConfig(num_workers=int(count), use_gpu=has_cards),
        torch_config=TorchConfig(backend="nccl" if has_cards else "gloo"),
    )
    trainer.fit()
