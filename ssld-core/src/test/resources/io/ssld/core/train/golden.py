"""Writes schedules.tsv and optimizers.tsv beside itself with PyTorch, in double precision. See README.md."""
import math
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, ConstantLR, LinearLR, MultiStepLR, PolynomialLR, StepLR

torch.set_default_dtype(torch.float64)
BASE, WARMUP, TOTAL = 0.4, 50, 200
KEPT = {1, 2, 10, 50, 100, 200}


def schedule(make):
    """The rates of TOTAL steps: PyTorch's scheduler after a linear warm-up from 0."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=BASE)
    scheduler = make(optimizer)
    rates = [BASE * step / WARMUP for step in range(WARMUP)]
    for _ in range(TOTAL - WARMUP):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


LENGTH = TOTAL - WARMUP
SCHEDULES = {
    "constant": lambda o: ConstantLR(o, factor=1, total_iters=LENGTH),
    "cosine": lambda o: CosineAnnealingLR(o, T_max=LENGTH),
    "cosine floor": lambda o: CosineAnnealingLR(o, T_max=LENGTH, eta_min=0.1 * BASE),
    "linear": lambda o: LinearLR(o, start_factor=1, end_factor=0, total_iters=LENGTH),
    "linear floor": lambda o: LinearLR(o, start_factor=1, end_factor=0.25, total_iters=LENGTH),
    "polynomial": lambda o: PolynomialLR(o, total_iters=LENGTH, power=1.7),
    "step": lambda o: StepLR(o, step_size=40, gamma=0.3),
    "multistep": lambda o: MultiStepLR(o, milestones=[30, 95], gamma=0.1),
}


def batch(number):
    """Eight examples of four numbers, and three targets each."""
    x = torch.tensor([math.sin(1 + 0.7 * i + 0.37 * number) for i in range(32)]).reshape(8, 4)
    y = torch.tensor([math.cos(2 + 0.9 * i + 0.11 * number) for i in range(24)]).reshape(8, 3)
    return x, y


class Problem:
    """mean((tanh(gamma * (x w) + b) - y)^2)"""

    def __init__(self):
        self.w = torch.tensor([0.5 * math.sin(3 + 1.3 * i) for i in range(12)]).reshape(4, 3).requires_grad_()
        self.b = torch.tensor([0.1, -0.2, 0.3]).requires_grad_()
        self.gamma = torch.tensor([1.0, 0.8, 1.2]).requires_grad_()
        self.all = {"w": self.w, "b": self.b, "gamma": self.gamma}

    def loss(self, x, y):
        return ((torch.tanh(self.gamma * (x @ self.w) + self.b) - y) ** 2).mean()

    def groups(self, decay, factors):
        """gamma does not decay (ALL_BUT_NORM); one group a parameter, for its factor of the rate."""
        return [
            {"params": [p], "weight_decay": 0 if n == "gamma" else decay, "lr": 1, "factor": factors.get(n, 1)}
            for n, p in self.all.items()
        ]


def run(make, decay=0.01, factors={}, base=0.05, clip=None, batches=1, ema=None):
    problem = Problem()
    optimizer = make(problem.groups(decay, factors))
    average = {n: p.detach().clone() for n, p in problem.all.items()}
    rows, norms = {}, {}
    for step in range(TOTAL):
        rate = base * step / 20 if step < 20 else base / 2 * (1 + math.cos(math.pi * (step - 20) / 180))
        for group in optimizer.param_groups:
            group["lr"] = rate * group["factor"]
        optimizer.zero_grad()
        parts = [batch(step * batches + i) for i in range(batches)]
        problem.loss(torch.cat([x for x, _ in parts]), torch.cat([y for _, y in parts])).backward()
        if clip is not None:
            norms[step + 1] = [torch.nn.utils.clip_grad_norm_(problem.all.values(), clip).item()]
        optimizer.step()
        if ema is not None:
            decay_now = min(ema, (1 + step) / (10 + step))
            for name, p in problem.all.items():
                average[name].mul_(decay_now).add_(p.detach(), alpha=1 - decay_now)
        if step + 1 in KEPT:
            for name, p in problem.all.items():
                rows[step + 1, name] = (average[name] if ema is not None else p.detach()).flatten().tolist()
            if step + 1 in norms:
                rows[step + 1, "norm"] = norms[step + 1]
    return rows


def sgd(groups):
    return torch.optim.SGD(groups, lr=1, momentum=0.9)


CASES = {
    "sgd": lambda: run(sgd),
    "nesterov": lambda: run(lambda g: torch.optim.SGD(g, lr=1, momentum=0.85, nesterov=True)),
    "adamw": lambda: run(lambda g: torch.optim.AdamW(g, lr=1, betas=(0.8, 0.99), eps=1e-7), decay=0.05, base=0.02),
    "multipliers": lambda: run(sgd, factors={"w": 0.25, "b": 3}),
    "adamw multipliers": lambda: run(
        lambda g: torch.optim.AdamW(g, lr=1), decay=0.05, base=0.02, factors={"w": 0.25, "b": 0}),
    "clip": lambda: run(sgd, clip=0.15),
    "accumulation": lambda: run(sgd, batches=3),
    "ema": lambda: run(sgd, ema=0.97),
}

if __name__ == "__main__":
    with open("schedules.tsv", "w") as out:
        for name, make in SCHEDULES.items():
            print(name, " ".join("%.9g" % rate for rate in schedule(make)), sep="\t", file=out)
    with open("optimizers.tsv", "w") as out:
        for name, case in CASES.items():
            for (step, parameter), values in case().items():
                print(name, step, parameter, " ".join("%.12g" % v for v in values), sep="\t", file=out)
