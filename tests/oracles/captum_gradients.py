"""Integrated gradients by Captum, on a PyTorch copy of an ONNX text classifier: its graph, node by node, in torch."""

import json
import sys
import time

import torch
from captum.attr import IntegratedGradients
from models import encode, read_metadata
from onnx import helper, numpy_helper

OPERATORS = {
    "Equal": lambda a, x, y: x == y,
    "Not": lambda a, x: ~x,
    "Cast": lambda a, x: x.to(torch.float32),
    "Unsqueeze": lambda a, x, axes: x.unsqueeze(int(axes[0])),
    "Squeeze": lambda a, x, axes: x.squeeze(int(axes[0])),
    "Gather": lambda a, table, ids: table[ids],
    "Mul": lambda a, x, y: x * y,
    "Add": lambda a, x, y: x + y,
    "Transpose": lambda a, x: x.permute(*a["perm"]),
    "Conv": lambda a, x, w, b: torch.nn.functional.conv1d(x, w, b, padding=a["pads"][0]),
    "Relu": lambda a, x: torch.relu(x),
    "Tanh": lambda a, x: torch.tanh(x),
    "MatMul": lambda a, x, y: x @ y,
    "Where": lambda a, c, x, y: torch.where(c, x, y),
    "Softmax": lambda a, x: torch.softmax(x, a.get("axis", -1)),
    "Gemm": lambda a, x, w, b: x @ w + b,
    "Mean": lambda a, *xs: sum(xs) / len(xs),
}


class Copy(torch.nn.Module):
    def __init__(self, path):
        super().__init__()
        model, self.vocabulary = read_metadata(path)
        self.constants = {entry.name: torch.tensor(numpy_helper.to_array(entry)) for entry in model.graph.initializer}
        self.nodes = [
            (node.op_type, list(node.input), node.output[0],
             {entry.name: helper.get_attribute_value(entry) for entry in node.attribute})
            for node in model.graph.node
        ]
        self.embedded = [out for op, inputs, out, _ in self.nodes if op == "Gather" and inputs[1] == "tokens"]

    def embed(self, ids):
        tables = {out: inputs[0] for op, inputs, out, _ in self.nodes if out in self.embedded}
        return tuple(self.constants[tables[name]][ids] for name in self.embedded)

    def forward(self, *embeddings_and_ids):
        *embeddings, ids = embeddings_and_ids
        values = {**self.constants, "tokens": ids, **dict(zip(self.embedded, embeddings))}
        for op, inputs, out, attributes in self.nodes:
            if out not in values:
                values[out] = OPERATORS[op](attributes, *[values[name] for name in inputs])
        return values["probabilities"]


def main():
    torch.set_num_threads(1)
    asked = json.load(sys.stdin)
    model = Copy(asked["onnx"])
    explainer = IntegratedGradients(model)
    out = []
    for text in asked["texts"]:
        ids = torch.tensor([encode(text, model.vocabulary)])
        embedded = model.embed(ids)
        start = time.perf_counter()
        attributions, delta = explainer.attribute(
            embedded,
            baselines=tuple(torch.zeros_like(value) for value in embedded),
            target=asked["target"],
            additional_forward_args=(ids,),
            n_steps=asked["steps"],
            method="gausslegendre",
            return_convergence_delta=True,
        )
        seconds = time.perf_counter() - start
        tokens = sum(value.sum(-1) for value in attributions)[0]
        out.append({
            "attributions": tokens.tolist(),
            "delta": float(delta.sum()),
            "probabilities": model(*embedded, ids)[0].tolist(),
            "seconds": seconds,
        })
    json.dump(out, sys.stdout)


main()
