"""Processor time of a step of distillation: ssld beside PyTorch, in turns, on the same machine.

    pip install torch timm
    python benchmarks/python/step.py --side 64 --batch 32 --threads 1 --rounds 9 --out step.json -- \
        java -Dai.djl.offline=true -Dai.djl.pytorch.num_threads=1 -cp CLASSPATH io.ssld.examples.bench.StepBenchmark 64 32 -

A ResNet-50-D teaches a MobileNetV3-small (timm's resnet50d and mobilenetv3_small_100). Random weights, random pixels, symmetric KL,
Nesterov momentum. Kinds of Python: float32 in PyTorch's usual layout (eager, teacher in no_grad), channels-last, and
channels-last with a bfloat16 teacher in inference mode. Counted is processor time of the whole process, not the clock.
"""
import argparse
import json
import statistics
import subprocess
import sys
import time

import torch
import torch.nn.functional as F

CLASSES = 1000
RATE = 1e-6
REPEATS = 4
WARM_UP = 3


def operators_of_torchvision():
    """Only networks are needed: a build of torchvision for another build of torch will do, without its own operators."""
    try:
        import torchvision  # noqa: F401
    except (ImportError, RuntimeError):
        for module in [name for name in sys.modules if name.startswith("torchvision")]:
            del sys.modules[module]
        library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            library.define(name + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        return library
    return None


def networks():
    import timm

    return "timm " + timm.__version__, timm.create_model("resnet50d"), timm.create_model("mobilenetv3_small_100")


def symmetric_kl(student, teacher):
    p, q = F.log_softmax(student, 1), F.log_softmax(teacher, 1)
    return 0.5 * ((p.exp() - q.exp()) * (p - q)).sum(1).mean()


class Pair:
    def __init__(self, teacher, student, pixels, channels_last, half):
        form = torch.channels_last if channels_last else torch.contiguous_format
        self.half = half
        self.teacher = teacher.eval().to(memory_format=form)
        if half:
            self.teacher = self.teacher.to(torch.bfloat16)
        self.student = student.train().to(memory_format=form)
        self.pixels = pixels.contiguous(memory_format=form)
        self.optimizer = torch.optim.SGD(self.student.parameters(), RATE, 0.9, weight_decay=4e-5, nesterov=True)
        self.soft = self.teach()

    def teach(self):
        with torch.inference_mode() if self.half else torch.no_grad():
            logits = self.teacher(self.pixels.to(torch.bfloat16) if self.half else self.pixels)
        return logits.float().clone()

    def learn(self, soft=None):
        self.optimizer.zero_grad(set_to_none=True)
        loss = symmetric_kl(self.student(self.pixels), self.soft if soft is None else soft)
        loss.backward()
        self.optimizer.step()

    def distill(self):
        self.learn(self.teach())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--side", type=int, default=64)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--out")
    parser.add_argument("command", nargs="+", help="what runs ssld, after --")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    pixels = torch.randn(arguments.batch, 3, arguments.side, arguments.side)
    library = operators_of_torchvision()  # Held: the operators go with it.
    pairs = {}
    for name, last, half in (("eager", False, False), ("channels-last", True, False), ("bfloat16", True, True)):
        source, teacher, student = networks()
        pairs[name] = Pair(teacher, student, pixels, last, half)

    def python_round():
        times = {}
        for name, pair in pairs.items():
            for kind in ("teach", "learn", "distill"):
                start = time.process_time()
                for _ in range(REPEATS):
                    getattr(pair, kind)()
                times[f"python {kind}, {name}"] = (time.process_time() - start) * 1e3 / REPEATS
        return times

    for _ in range(WARM_UP):
        python_round()
    process = subprocess.Popen(arguments.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    while process.stdout.readline().strip() != "ready":
        if process.poll() is not None:
            raise SystemExit("ssld's side ended before it was ready")
    rounds = {}
    for _ in range(arguments.rounds):
        times = python_round()
        process.stdin.write("\n")
        process.stdin.flush()
        for pair in process.stdout.readline().strip().split(";"):
            name, value = pair.split("=")
            times["ssld " + name] = float(value)
        for name, value in times.items():
            rounds.setdefault(name, []).append(value)
    process.stdin.close()
    process.wait()

    medians = {name: statistics.median(values) for name, values in rounds.items()}
    for name, value in medians.items():
        print(f"{name:28s} {value:8.1f} ms")
    # Of each round by itself, as a busy machine slows down both sides of it.
    goals = {
        "full step, bfloat16 teacher / Python eager": ("ssld step, bfloat16", "python distill, eager"),
        "full step, bfloat16 teacher / Python's best": ("ssld step, bfloat16", "python distill, bfloat16"),
        "student step / Python channels-last": ("ssld student", "python learn, channels-last"),
        "full step, float32 / Python channels-last": ("ssld step, compiled", "python distill, channels-last"),
        "our loop / bare loop": ("ssld loop, ours", "ssld loop, bare"),
    }
    ratios = {}
    for goal, (ours, theirs) in goals.items():
        ratios[goal] = statistics.median(a / b for a, b in zip(rounds[ours], rounds[theirs]))
        print(f"{goal}: {ratios[goal]:.2f}")
    if arguments.out:
        facts = {"python": f"torch {torch.__version__}, {source}", "side": arguments.side, "batch": arguments.batch,
                 "threads": arguments.threads, "rounds": arguments.rounds, "milliseconds": medians, "ratios": ratios}
        with open(arguments.out, "w", encoding="utf-8") as file:
            json.dump(facts, file, indent=2)


if __name__ == "__main__":
    main()
