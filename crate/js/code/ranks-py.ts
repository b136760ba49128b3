// `bunsen_ranks.py`: the processes that share a run. They agree on what they compute before the first step, and add gradients in the order of
// the shards, as `crate/src/lab/worker_pool` does.

/** The file's text. It is the same for every recipe. */
export const RANKS_PY = String.raw`"""The processes that share a run: each computes some shards of every batch, and gradients are added in the shards' order."""

import json
import os
import signal
import socket
import threading
from datetime import timedelta

import torch
import torch.distributed as dist

from bunsen_run import Refusal

PATIENCE = timedelta(minutes=float(os.environ.get("BUNSEN_PATIENCE_MINUTES", "10")))


class RankLost(Exception):
    """Another process does not answer any more."""


class Ranks:
    """This process (its rank counts from 0) and the others. torchrun, Slurm or Ray say who they are by the environment."""

    def __init__(self):
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        self.local = int(os.environ.get("LOCAL_RANK", "0"))
        self.device = torch.device("cpu")
        self.store = None
        self.stopped_by = None

    def problem_of_shards(self, shards):
        """A sentence where the processes cannot share the shards evenly."""
        if shards % self.count == 0:
            return None
        right = [str(number) for number in range(1, shards + 1) if shards % number == 0]
        listed = " or ".join([", ".join(right[:-1]), right[-1]] if len(right) > 1 else right)
        return (
            f"A batch of this link has {shards} shards, which {self.count} processes cannot share evenly: start {listed}, "
            "or make a link with another number of shards (shards=8)."
        )

    def problem_of_device(self, wanted):
        """Chooses the device; a sentence where it is not there."""
        cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if wanted == "cpu" or (wanted is None and cards == 0):
            return None
        if cards == 0:
            return "PyTorch finds no card on this machine: give --device cpu, or install its driver and PyTorch for CUDA."
        if self.local >= cards:
            return (
                f"This machine has {cards} card{'s' if cards > 1 else ''}, and a card is for one process: start "
                f"--nproc-per-node {cards}, or give --device cpu."
            )
        self.device = torch.device("cuda", self.local)
        torch.cuda.set_device(self.device)
        return None

    def exchange(self, text):
        """A text of each process, in the order of their ranks."""
        if self.count == 1:
            return [text]
        if dist.is_initialized():
            texts = [None] * self.count
            dist.all_gather_object(texts, text)
            return texts
        try:
            self.store, _, _ = next(dist.rendezvous("env://", timeout=PATIENCE))
            self.store.set(f"bunsen/{self.rank}", text)
            keys = [f"bunsen/{rank}" for rank in range(self.count)]
            self.store.wait(keys, PATIENCE)
            texts = [self.store.get(key).decode() for key in keys]
            # Whoever holds the store waits until all have read.
            if self.store.add("bunsen/read", 1) == self.count:
                self.store.set("bunsen/all read", "")
            self.store.wait(["bunsen/all read"], PATIENCE)
        except (RuntimeError, OSError) as why:
            raise Refusal(
                f"Not all {self.count} processes came within {PATIENCE.total_seconds() / 60:g} minutes: look at what the "
                f"others say, and whether their machines reach this one ({first_line(why)})."
            ) from why
        return texts

    def agree(self, problem, facts):
        """Before the first step: refuses where a process has a problem, or other facts than the first has."""
        texts = self.exchange(json.dumps([problem, socket.gethostname(), facts]))
        each = [json.loads(text) for text in texts]
        problems = [(rank, host, said) for rank, (said, host, _) in enumerate(each) if said]
        if problems:
            rank, host, said = problems[0]
            is_shared = len({said for _, _, said in problems}) == 1 and len(problems) == self.count
            raise Refusal(said if is_shared else f"Process {rank} on {host}: {said}")
        first = each[0][2]
        for rank, (_, host, own) in enumerate(each):
            for name, value in own.items():
                if value != first[name]:
                    raise Refusal(
                        f"Process {rank} on {host} has {name} {short(value)}, and process 0 has {short(first[name])}: "
                        "give all of them the same."
                    )
        if self.count > 1 and not dist.is_initialized():
            backend = "nccl" if self.device.type == "cuda" else "gloo"
            store = dist.PrefixStore("bunsen/run", self.store)
            dist.init_process_group(backend, store=store, rank=self.rank, world_size=self.count, timeout=PATIENCE)

    def gathered(self, vectors):
        """The vectors [mine, length] of all processes: [count, mine, length]."""
        if self.count == 1:
            return vectors[None]
        everyone = vectors.new_empty((self.count * len(vectors), vectors.shape[1]))
        with self.listening():
            dist.all_gather_into_tensor(everyone, vectors)
            return everyone.view(self.count, *vectors.shape)

    def shared(self, data):
        """Bytes that process 0 has, or nothing, on all of them."""
        if self.count == 1:
            return data
        with self.listening():
            size = torch.tensor([-1 if data is None else len(data)], device=self.device)
            dist.broadcast(size, 0)
            if size.item() < 0:
                return None
            contents = torch.empty(size.item(), dtype=torch.uint8, device=self.device)
            if data is not None:
                contents.copy_(torch.frombuffer(bytearray(data), dtype=torch.uint8))
            dist.broadcast(contents, 0)
            return contents.cpu().numpy().tobytes()

    def check_same(self, digest, what):
        """Refuses to go on where processes have come apart."""
        own = torch.tensor([int(digest[:15], 16)], device=self.device)
        numbers = self.gathered(own[None]).flatten().tolist()
        for rank, number in enumerate(numbers):
            if number != numbers[0]:
                raise Refusal(
                    f"{what} process {rank} has other weights than process 0: their machines round differently. Use "
                    "machines of one kind."
                )

    def listening(self):
        """What is done in it with other processes raises RankLost where they are gone."""
        return Listening()

    def watch_signals(self):
        """A signal ends the run between two steps; a second one at once."""
        if threading.current_thread() is not threading.main_thread():
            return

        def stop(number, _):
            self.stopped_by = signal.Signals(number)
            signal.signal(number, signal.SIG_DFL)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)

    def say(self, text):
        """Prints from process 0 alone."""
        if self.rank == 0:
            print(text, flush=True)

    def name(self):
        """PyTorch, and how many processes."""
        how = f" ({dist.get_backend()})" if self.count > 1 and dist.is_initialized() else ""
        return f"PyTorch {torch.__version__}, {self.count} process{'es' if self.count > 1 else ''}{how}"


class Listening:
    def __enter__(self):
        return self

    def __exit__(self, kind, why, _):
        if kind is not None and issubclass(kind, RuntimeError) and not issubclass(kind, torch.OutOfMemoryError):
            raise RankLost(first_line(why)) from why


def first_line(why):
    """The first line of an error without the place in PyTorch's sources."""
    text = (str(why).splitlines() or [""])[0]
    return text.split("] ", 1)[-1][:160] or type(why).__name__


def short(value):
    """Enough of a digest to compare."""
    text = str(value)
    return f"{text[:12]}…" if len(text) == 64 else text
`;
