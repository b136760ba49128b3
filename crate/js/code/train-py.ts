// `bunsen_train.py`: a recipe's run on any number of processes: `crate/src/lab/run` and `lab/train` once more.

/** The file's text. It is the same for every recipe. */
export const TRAIN_PY = String.raw`"""A recipe's run on any number of processes, with the random numbers that Bunsen draws for it."""

import hashlib
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from bunsen_ranks import RankLost, Ranks
from bunsen_run import (
    Refusal, data_digest, digest_of, marked_losses, options_of, packed, run_file, try_out, unpacked, verdict, write
)
from bunsen_streams import MASKS, permutation, weights

# Seconds between two checkpoints.
RENEWED_EVERY = 60
# Steps after which the processes compare their weights.
COMPARED_EVERY = 100


class Run:
    """A recipe on its data: the network, and what has been done of it."""

    def __init__(self, recipe, options):
        self.recipe, self.options, self.ranks = recipe, options, Ranks()
        self.trace, self.seconds, self.timed, self.handed_over = [], 0.0, 0, None
        self.order_of = (None, None)

    def prepare(self):
        """Reads the data, agrees with the other processes, and makes the network. All that is refused is refused here."""
        recipe, options, ranks = self.recipe, self.options, self.ranks
        if "OMP_NUM_THREADS" not in os.environ:
            torch.set_num_threads(1)
        # Bunsen's numbers have 32 bits everywhere; other kernels from run to run would give other bits.
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
        torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic = False, True
        uneven = ranks.problem_of_shards(recipe.SHARDS)
        if uneven:
            # Every process finds the same.
            raise Refusal(uneven)
        problem = ranks.problem_of_device(options.device)
        digest = ""
        if not problem:
            try:
                train, test = recipe.images(options.data)
                digest = data_digest(recipe.CLASSES, train, test)
                problem = self.plan(train, test)
            except (OSError, EOFError, ValueError) as why:
                problem = f"the images could not be read ({why}). Every process reads them: copy {options.data} to each machine."
            except SystemExit as why:
                problem = str(why)
        if not problem and ranks.rank == 0:
            files = [(options.out, False), (options.checkpoint, True)]
            problem = next((said for path, over in files if path and (said := try_out(path, over))), None)
        own = Path(sys.modules[type(self).__module__].__file__).parent
        texts = sorted([*own.glob("bunsen_*.py"), Path(recipe.FILE)], key=lambda path: path.name)
        program = hashlib.sha256(b"".join(path.read_bytes() for path in texts)).hexdigest()
        facts = {"the program": program, "the images": digest, "PyTorch": torch.__version__, "NumPy": np.__version__}
        facts |= {"threads": torch.get_num_threads(), "kind of device": ranks.device.type}
        facts |= {"--steps": options.steps, "--fast": options.fast}
        ranks.agree(problem, facts)
        self.digest = digest
        self.promised = marked_losses(recipe.MARKS, self.steps) if recipe.MARKS else {}
        self.build()
        self.resume()

    def plan(self, train, test):
        """Which images are trained on, and how long; gives the sentence of what does not fit."""
        recipe = self.recipe
        used = recipe.SUBSET or len(train[0])
        if used > len(train[0]):
            return f"{used} training images are more than {self.options.data} has, which is {len(train[0])}."
        self.train, self.test = train, tuple(part[: recipe.TEST or None] for part in test)
        self.indices = None
        if recipe.VALIDATION:
            # So many are kept apart, to choose settings by.
            self.indices = permutation(recipe.SEED, "split", 0, used)[recipe.VALIDATION :]
        self.examples = used - recipe.VALIDATION
        self.batches = self.examples // recipe.BATCH
        if self.batches < 1:
            return f"A batch of {recipe.BATCH} is more than the {max(self.examples, 0)} training images there are."
        self.steps = recipe.STEPS or recipe.EPOCHS * self.batches
        return None

    def build(self):
        recipe, device = self.recipe, self.ranks.device
        if recipe.MEAN is None:
            recipe.MEAN, recipe.DEVIATION = recipe.measure(torch.from_numpy(self.train[0]))
        recipe.MEAN, recipe.DEVIATION = recipe.MEAN.to(device), recipe.DEVIATION.to(device)
        network = recipe.Network()
        drawn = weights(recipe.SEED, recipe.PARAMETERS)
        if recipe.WHITENED:
            first = np.arange(min(self.examples, 5000))
            images = torch.from_numpy(self.train[0][first if self.indices is None else self.indices[first]])
            size = drawn[recipe.WHITENED].shape[-1]
            mean, deviation = recipe.MEAN, recipe.DEVIATION
            recipe.MEAN, recipe.DEVIATION = mean.cpu(), deviation.cpu()
            drawn[recipe.WHITENED] = recipe.whitening(images, size)
            recipe.MEAN, recipe.DEVIATION = mean, deviation
        with torch.no_grad():
            for name, parameter in network.named_parameters():
                parameter.copy_(drawn[name].view_as(parameter))
                parameter.requires_grad_(name not in recipe.FROZEN)
        self.network = network.to(device)
        self.parameters = [p for p in network.parameters() if p.requires_grad]
        self.norms = [layer for layer in network.modules() if isinstance(layer, nn.modules.batchnorm._BatchNorm)]
        for norm in self.norms:
            # It then holds what it measured of a shard, which is folded into the running statistics after the step.
            norm.momentum = 1.0
        self.running = self.measured()
        self.optimizer = recipe.make_optimizer(network)
        self.average = None
        self.spread = None
        if self.options.fast and self.ranks.count > 1:
            self.spread = nn.parallel.DistributedDataParallel(network, broadcast_buffers=False)

    def measured(self):
        """What batch normalization holds: means and variances of all layers in one vector."""
        parts = [part.flatten() for norm in self.norms for part in (norm.running_mean, norm.running_var)]
        return torch.cat(parts) if parts else torch.empty(0, device=self.ranks.device)

    def examples_of(self, step, at, count):
        """Examples of a step's batch, changed as the recipe says: images, scaled, and labels."""
        recipe = self.recipe
        epoch = step // self.batches
        if self.order_of[0] != epoch:
            order = permutation(recipe.SEED, "order", epoch, self.examples)
            self.order_of = epoch, order if self.indices is None else self.indices[order]
        start = step % self.batches * recipe.BATCH + at
        chosen = self.order_of[1][start : start + count]
        images, labels = (part[chosen] for part in self.train)
        first = step * recipe.BATCH + at
        images = recipe.changed(images, epoch, chosen, first)
        MASKS.start(recipe.SEED, first)
        shown = torch.from_numpy(np.ascontiguousarray(images)).to(self.ranks.device)
        return recipe.scale(shown), torch.from_numpy(labels).to(self.ranks.device)

    def forward(self, network, step, at, count):
        """The examples' part of the batch's mean loss, and that with the losses of auxiliary heads."""
        criterion, share = self.recipe.criterion(), count / self.recipe.BATCH
        x, y = self.examples_of(step, at, count)
        given = network(x)
        scores, others = given if isinstance(given, tuple) else (given, [])
        loss = criterion(scores, y) * share
        return loss, loss + sum(factor * criterion(other, y) * share for other, factor in others)

    def exact(self, step):
        """Sums the gradients in the order of the shards, whoever computed which: the same bits for any number of processes."""
        shards, count = self.recipe.SHARDS, self.ranks.count
        size = self.recipe.BATCH // shards
        rows = []
        for shard in range(self.ranks.rank, shards, count):
            loss, objective = self.forward(self.network, step, shard * size, size)
            gradients = torch.autograd.grad(objective, self.parameters, allow_unused=True)
            flat = [
                (torch.zeros_like(p) if gradient is None else gradient).reshape(-1)
                for p, gradient in zip(self.parameters, gradients)
            ]
            rows.append(torch.cat([*flat, self.measured(), loss.detach()[None]]))
        gathered = self.ranks.gathered(torch.stack(rows))
        total = gathered[0, 0].clone()
        for shard in range(1, shards):
            total += gathered[shard % count, shard // count]
        pieces = total[: len(total) - len(self.running) - 1].split([p.numel() for p in self.parameters])
        for parameter, piece in zip(self.parameters, pieces):
            parameter.grad = piece.view_as(parameter)
        return total[-1].item(), total[len(total) - len(self.running) - 1 : -1] / shards

    def fast(self, step):
        """Sums the gradients as they come. Without batch normalization, a process computes its part of the batch at once."""
        shards, count = self.recipe.SHARDS if self.norms else self.ranks.count, self.ranks.count
        mine, size = shards // count, self.recipe.BATCH // shards
        network = self.spread or self.network
        self.optimizer.zero_grad()
        sums = 0
        for at in range(mine):
            if self.spread:
                # The gradients of the last shard are sent, and with them those of the ones before.
                network.require_backward_grad_sync = at == mine - 1
            loss, objective = self.forward(network, step, (self.ranks.rank * mine + at) * size, size)
            if self.spread:
                # DistributedDataParallel divides by the number of processes.
                with self.ranks.listening():
                    (objective * count).backward()
            else:
                objective.backward()
            sums = sums + torch.cat([self.measured(), loss.detach()[None]])
        total = self.ranks.gathered(sums[None]).sum((0, 1))
        return total[-1].item(), total[:-1] / shards

    def step(self, step):
        """One step; the number of those before it."""
        recipe = self.recipe
        self.network.train()
        loss, batch = (self.fast if self.options.fast else self.exact)(step)
        if not np.isfinite(loss):
            raise Refusal(f"The loss of step {step + 1} is {loss}: the run has diverged. A lower learning rate may help.")
        if recipe.CLIP:
            nn.utils.clip_grad_norm_(self.parameters, recipe.CLIP)
        rate = recipe.learning_rate(step, self.steps)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group.get("factor", 1.0)
        before = [p.detach().clone() for p in self.parameters] if recipe.AVERAGE == "lookahead" else None
        self.optimizer.step()
        self.running = self.running * 0.9 + batch * 0.1
        with torch.no_grad():
            self.keep_average(step, before)
        self.trace.append(np.float32(loss))

    def keep_average(self, step, before):
        """The average of the weights that the run is scored with, where the recipe keeps one."""
        if self.recipe.AVERAGE == "ema":
            if self.average is None:
                self.average = [p.detach().clone() for p in self.parameters]
                return
            for average, p in zip(self.average, self.parameters):
                average.mul_(self.recipe.EMA).add_(p * (1 - self.recipe.EMA))
        elif self.recipe.AVERAGE == "lookahead":
            # Zhang and others, 2019: every fifth step half of the way to the trained weights, from where training goes on.
            self.average = before if self.average is None else self.average
            if step % 5 == 4:
                for average, p in zip(self.average, self.parameters):
                    average += (p - average) * 0.5
                    p.copy_(average)

    def state(self):
        """All that a step changes, as tensors: weights, running statistics, the optimizer's state and the average."""
        kept = self.optimizer.state_dict()["state"]
        moments = [value for at in sorted(kept) for _, value in sorted(kept[at].items()) if torch.is_tensor(value)]
        return [*self.network.parameters(), self.running, *moments, *(self.average or [])]

    def resume(self):
        """Goes on from the checkpoint, where there is one."""
        path, data = self.options.checkpoint, None
        if path and self.ranks.rank == 0 and os.path.exists(path):
            data = Path(path).read_bytes()
        data = self.ranks.shared(data)
        if data is None:
            return
        kept = unpacked(path, data, self.ranks.device, self.recipe, self.digest)
        self.network.load_state_dict(kept["network"])
        self.optimizer.load_state_dict(kept["optimizer"])
        self.running, self.average = kept["running"], kept["average"]
        self.trace = [np.float32(loss) for loss in kept["trace"]]
        self.handed_over = kept["handed over"]
        if kept["by"] != self.computed_by():
            self.handed_over = len(self.trace)
        self.ranks.say(f"Goes on after step {len(self.trace)}, from {path}.")

    def computed_by(self):
        """What gives the same bits: the number of processes does not matter, but with --fast."""
        fast = f", --fast on {self.ranks.count}" if self.options.fast else ""
        return f"PyTorch {torch.__version__} on {self.ranks.device.type}{fast}"

    def keep(self):
        """Writes the checkpoint of the last step that was done; gives a sentence about it."""
        if not self.options.checkpoint:
            return "No checkpoint was kept: --checkpoint FILE keeps one."
        if self.ranks.rank != 0:
            return ""
        contents = {
            "link": self.recipe.LINK, "data": self.digest, "by": self.computed_by(), "handed over": self.handed_over,
            "trace": [float(loss) for loss in self.trace], "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(), "running": self.running, "average": self.average,
        }
        wrong = write(self.options.checkpoint, packed(contents))
        return wrong or f"Step {len(self.trace)} is kept in {self.options.checkpoint}: the same command goes on from there."

    def train_on(self):
        """Trains to the end, or as far as --steps says."""
        last = min(self.steps, self.options.steps or self.steps)
        kept_at = time.monotonic()
        while len(self.trace) < last:
            if self.ranks.stopped_by:
                raise RankLost(f"{self.ranks.stopped_by.name}, which torchrun sends where another process has died")
            started = time.monotonic()
            self.step(len(self.trace))
            self.seconds += time.monotonic() - started
            self.timed, done = self.timed + 1, len(self.trace)
            self.ranks.say(f"step {done} of {self.steps}: loss {self.trace[-1]:.6f}")
            if done % COMPARED_EVERY == 0 or done == last:
                self.ranks.check_same(digest_of(self.network.parameters()), f"After step {done},")
            every = self.options.every
            is_due = done % every == 0 if every else time.monotonic() - kept_at > RENEWED_EVERY
            if self.options.checkpoint and is_due and done < last:
                kept_at = time.monotonic()
                said = self.keep()
                if "could not be written" in said:
                    self.ranks.say(said)

    def score(self):
        """The mean loss of the test images, and how many are right."""
        recipe, network, at = self.recipe, self.network, 0
        for norm in self.norms:
            for part in (norm.running_mean, norm.running_var):
                part.copy_(self.running[at : at + part.numel()])
                at += part.numel()
        trained = [p.detach().clone() for p in self.parameters]
        with torch.no_grad():
            for p, average in zip(self.parameters, self.average or []):
                p.copy_(average)
            network.eval()
            losses, right = 0.0, 0
            images, labels = self.test
            criterion = recipe.criterion(smooth=False)
            for start in range(0, len(images), 1000):
                x = recipe.scale(torch.from_numpy(images[start : start + 1000]).to(self.ranks.device))
                y = torch.from_numpy(labels[start : start + 1000]).to(self.ranks.device)
                scores = (network(x) + network(x.flip(-1))) / 2 if recipe.TTA else network(x)
                losses += criterion(scores, y).item() * len(y)
                right += (scores.argmax(1) == y).sum().item()
            for p, weight in zip(self.parameters, trained):
                p.copy_(weight)
        return losses / len(images), right

    def finish(self):
        """Process 0 scores the run, writes its run file, and says whether it is within the link's band."""
        recipe, ranks, steps = self.recipe, self.ranks, len(self.trace)
        if ranks.rank != 0:
            return True
        state = digest_of(self.state())
        loss, right = self.score()
        count = len(self.test[0])
        mirrored = ", each with its mirror image" if recipe.TTA else ""
        ranks.say(f"{right} of {count} test images are right{mirrored}: {100 * right / count:.2f} %")
        score = {"step": steps, "loss": loss, "accuracy": right / count, "examples": count}
        score |= {"tta": "flip"} if recipe.TTA else {}
        timings = {"seconds": self.seconds, "steps": self.timed, "imagesPerSecond": 0.0}
        if self.seconds > 0:
            timings["imagesPerSecond"] = self.timed * recipe.BATCH / self.seconds
            ranks.say(f"{timings['imagesPerSecond']:.0f} images a second, by {ranks.name()}")
        has_card = ranks.device.type == "cuda"
        engine = {
            "kind": "gpu" if has_card else "cpu", "build": "native",
            "label": ranks.name() + (", --fast" if self.options.fast else ""),
            "adapter": torch.cuda.get_device_name(ranks.device) if has_card else "",
            "software": False, "handedOver": self.handed_over,
        }
        text = run_file(recipe, self.steps, self.digest, self.trace, state, engine, [score], timings)
        wrong = write(self.options.out, text.encode())
        if wrong:
            raise Refusal(f"{wrong} {self.keep()}")
        ranks.say(f"Written: {self.options.out}, which Bunsen's page opens and bunsen check replays.")
        if self.options.checkpoint and steps == self.steps and os.path.exists(self.options.checkpoint):
            os.remove(self.options.checkpoint)
        elif self.options.checkpoint and steps < self.steps:
            ranks.say(self.keep())
        if not recipe.CHECK:
            ranks.say("The link promises no losses to compare with: a checked link, which Bunsen gives of a finished run, does.")
            return True
        if not self.promised:
            ranks.say("The link has a check and no marks: it says nothing of a run that rounds otherwise.")
            return True
        is_within, sentence = verdict(self.promised, self.trace, self.steps)
        ranks.say(sentence)
        return is_within


def train(recipe, arguments=None):
    """Trains a recipe; gives the exit status."""
    run = Run(recipe, options_of(recipe, arguments))
    ranks = run.ranks
    ranks.watch_signals()
    try:
        run.prepare()
        ranks.say(f"{recipe.LINK}\n{len(run.train[0])} images to train on, {run.steps} steps of {recipe.BATCH}, {ranks.name()}")
        if run.options.fast:
            ranks.say("--fast: gradients are summed as they come, which rounds differently with another number of processes.")
        run.train_on()
        return 0 if run.finish() else 1
    except Refusal as why:
        # All processes come to the same one, but where a disk is full.
        if ranks.rank == 0 or run.trace:
            print(why, file=sys.stderr, flush=True)
        return 1
    except RankLost as why:
        done, who = len(run.trace), f"Process {ranks.rank} of {ranks.count}" if ranks.count > 1 else "The run"
        cause = "was ended" if ranks.stopped_by else "ends because another process is gone"
        print(f"{who} {cause} ({why}), after step {done}. {run.keep()}".rstrip(), file=sys.stderr, flush=True)
        return 128 + ranks.stopped_by if ranks.stopped_by else 1


def main(recipe):
    """Trains a recipe as a program."""
    status = train(recipe)
    sys.stdout.flush()
    # What is left of a process group whose other processes are gone may wait for them for ever.
    os._exit(status)
`;
