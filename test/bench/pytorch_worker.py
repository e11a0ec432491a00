"""The PyTorch side of the speed comparison: a DLRM or DCNv2 in plain eager PyTorch (or torch.compile) on this CPU.

Reads one JSON command a line from standard input and answers one JSON line each, so that its rounds can be
interleaved with the native engine's. Commands:

  {"do": "gemm"}                  -> {"gflops": best rate of three GEMMs of 2048 x 1024 x 1024}
  {"do": "train", "seconds": 5}   -> {"msPerIteration": median over whole training steps, "iterations": n}

The shape comes from the command line and is that of `bench`'s presets.
"""

import argparse
import json
import statistics
import sys
import time

import numpy as np
import torch
from torch import nn


def mlp(widths, last):
    layers = []
    for position, (fan_in, fan_out) in enumerate(zip(widths, widths[1:])):
        layers.append(nn.Linear(fan_in, fan_out))
        layers.append(last if position == len(widths) - 2 else nn.ReLU())
    return nn.Sequential(*layers)


class Dlrm(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.tables = nn.ModuleList(
            nn.EmbeddingBag(shape.rows, shape.dim, mode="sum", sparse=True) for _ in range(shape.tables)
        )
        self.bottom = mlp(shape.bottom, nn.ReLU())
        vectors = shape.tables + 1
        pairs = vectors * (vectors - 1) // 2
        self.top = mlp([shape.dim + pairs, *shape.top], nn.Sigmoid())
        lower = torch.tril_indices(vectors, vectors, offset=-1)
        self.register_buffer("rows", lower[0])
        self.register_buffer("columns", lower[1])

    def forward(self, dense, bags):
        first = self.bottom(dense)
        pooled = [table(indices, offsets) for table, (indices, offsets) in zip(self.tables, bags)]
        stacked = torch.stack([first, *pooled], dim=1)
        products = torch.bmm(stacked, stacked.transpose(1, 2))
        return self.top(torch.cat([first, products[:, self.rows, self.columns]], dim=1))


class DcnV2(nn.Module):
    """Full-rank cross layers beside a perceptron, both over the dense values and embeddings (Wang et al. 2021)."""

    def __init__(self, shape):
        super().__init__()
        self.tables = nn.ModuleList(
            nn.EmbeddingBag(shape.rows, shape.dim, mode="sum", sparse=True) for _ in range(shape.tables)
        )
        width = shape.bottom[0] + shape.tables * shape.dim
        self.crosses = nn.ModuleList(nn.Linear(width, width) for _ in range(shape.crosses))
        self.deep = mlp([width, *shape.top], nn.ReLU())
        self.last = nn.Linear(width + shape.top[-1], 1)

    def forward(self, dense, bags):
        pooled = [table(indices, offsets) for table, (indices, offsets) in zip(self.tables, bags)]
        first = torch.cat([dense, *pooled], dim=1)
        crossed = first
        for cross in self.crosses:
            crossed = first * cross(crossed) + crossed
        return torch.sigmoid(self.last(torch.cat([crossed, self.deep(first)], dim=1)))


def draw_batch(shape, generator):
    dense = torch.from_numpy(generator.random((shape.batch, shape.bottom[0]), dtype=np.float32))
    labels = torch.from_numpy(generator.integers(0, 2, (shape.batch, 1)).astype(np.float32))
    bags = []
    for _ in range(shape.tables):
        if shape.variable:
            sizes = np.rint(np.maximum(1.0, generator.random(shape.batch) * min(shape.rows, shape.indices)))
            rows = [np.unique(generator.integers(0, shape.rows, int(size))) for size in sizes]
            lengths = np.array([len(row) for row in rows])
            indices = np.concatenate(rows)
        else:
            lengths = np.full(shape.batch, shape.indices)
            indices = generator.integers(0, shape.rows, shape.batch * shape.indices)
        offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        bags.append((torch.from_numpy(indices.astype(np.int64)), torch.from_numpy(offsets.astype(np.int64))))
    return dense, bags, labels


def gemm_rate():
    a, b = torch.rand(2048, 1024), torch.rand(1024, 1024)
    best = 0.0
    for _ in range(3):
        began = time.perf_counter()
        for _ in range(20):
            torch.mm(a, b)
        best = max(best, 20 * 2 * 2048 * 1024 * 1024 / (time.perf_counter() - began) / 1e9)
    return best


def widths(text):
    return [int(width) for width in text.split("-")]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, required=True)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--dim", type=int, required=True)
    parser.add_argument("--bottom", type=widths, required=True)
    parser.add_argument("--top", type=widths, required=True)
    parser.add_argument("--indices", type=int, required=True)
    parser.add_argument("--crosses", type=int, default=0, help="cross layers of a DCNv2; a DLRM without")
    parser.add_argument("--variable", action="store_true")
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--compile", action="store_true")
    shape = parser.parse_args()

    torch.set_num_threads(shape.threads)
    torch.manual_seed(0)
    generator = np.random.default_rng(0)
    model = DcnV2(shape) if shape.crosses else Dlrm(shape)
    forward = torch.compile(model) if shape.compile else model
    loss = nn.BCELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    batches = [draw_batch(shape, generator) for _ in range(32)]

    def step(number):
        dense, bags, labels = batches[number % len(batches)]
        optimizer.zero_grad()
        loss(forward(dense, bags), labels).backward()
        optimizer.step()

    for number in range(4):
        step(number)
    print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads()}), flush=True)

    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "gemm":
            print(json.dumps({"gflops": gemm_rate()}), flush=True)
            continue
        times = []
        began = time.perf_counter()
        while time.perf_counter() - began < command["seconds"] or len(times) < 5:
            before = time.perf_counter()
            step(len(times))
            times.append((time.perf_counter() - before) * 1e3)
        print(
            json.dumps({"msPerIteration": statistics.median(times), "iterations": len(times)}),
            flush=True,
        )


main()
