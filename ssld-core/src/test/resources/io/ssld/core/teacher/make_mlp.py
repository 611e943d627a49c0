"""Writes mlp.pt and prints its answer: torch 2.13.0, python make_mlp.py"""
import torch

torch.manual_seed(0)
net = torch.nn.Sequential(
    torch.nn.Linear(8, 16),
    torch.nn.BatchNorm1d(16),
    torch.nn.ReLU(),
    torch.nn.Dropout(0.5),
    torch.nn.Linear(16, 4),
)
net[1].running_mean.uniform_(-1, 1)
net[1].running_var.uniform_(0.5, 2)
net.eval()
torch.jit.script(net).save("mlp.pt")
print(net(torch.arange(16, dtype=torch.float32).reshape(2, 8) / 8).tolist())
