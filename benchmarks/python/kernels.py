"""Processor time of the parts of a step in PyTorch: what io.ssld.examples.bench.KernelBenchmark measures in ssld.

    pip install torch timm
    python benchmarks/python/kernels.py 9
"""
import statistics
import sys
import time

import torch
import torch.nn.functional as F

import step

CLASSES = 1000
REPEATS = 200
WARM_UP = 3


def symmetric_kl(student, teacher):
    return step.symmetric_kl(student, teacher)


def jensen_shannon(student, teacher):
    p, q = F.log_softmax(student, 1), F.log_softmax(teacher, 1)
    mixture = torch.logaddexp(p, q) - 0.6931471805599453
    return 0.5 * (F.kl_div(mixture, p, log_target=True, reduction="batchmean") + F.kl_div(mixture, q, log_target=True, reduction="batchmean"))


def kl(student, teacher):
    loss = F.kl_div(F.log_softmax(student / 4, 1), F.log_softmax(teacher / 4, 1), log_target=True, reduction="batchmean")
    return 16 * loss


def optimizer(foreach, fused):
    student = step.networks()[2]
    for weight in student.parameters():
        weight.grad = torch.ones_like(weight)
    sgd = torch.optim.SGD(student.parameters(), 1e-6, 0.9, weight_decay=4e-5, foreach=foreach, fused=fused)
    return sgd.step


def differentiated(function, x):
    x.requires_grad_(True)

    def run():
        x.grad = None
        function(x).sum().backward()

    return run


def main():
    rounds = int(sys.argv[1])
    torch.set_num_threads(1)
    library = step.operators_of_torchvision()  # Held: the operators go with it.
    parts = {
        "SGD with momentum, loop": optimizer(False, False),
        "SGD with momentum, foreach": optimizer(True, False),
        "SGD with momentum, fused": optimizer(False, True),
    }
    for batch in (32, 256):
        teacher = torch.randn(batch, CLASSES)
        for name, loss in (("symmetric KL", symmetric_kl), ("Jensen-Shannon", jensen_shannon), ("KL, temperature 4", kl)):
            student = torch.randn(batch, CLASSES)
            parts[f"{name}, {batch}"] = differentiated(lambda x, loss=loss, teacher=teacher: loss(x, teacher), student)
    parts["hard swish"] = differentiated(F.hardswish, torch.randn(32, 16, 32, 32))
    times = {name: [] for name in parts}
    for turn in range(-WARM_UP, rounds):
        for name, part in parts.items():
            start = time.process_time()
            for _ in range(REPEATS):
                part()
            if turn >= 0:
                times[name].append((time.process_time() - start) * 1e6 / REPEATS)
    for name, values in times.items():
        print(f"{name:34s} {statistics.median(values):8.0f} us")
    del library


if __name__ == "__main__":
    main()
