"""The models that both sides explain: a logistic bag of words, and an ONNX text classifier. Texts -> probabilities."""

import json
import math
import re

import numpy as np


def bag_of_words(weights, bias):
    """P(positive) = sigmoid(bias + sum of the weights of the words; two words of a pair add the pair's weight)."""

    def probabilities(texts):
        rows = []
        for text in texts:
            words = [word for word in re.split(r"\W+", str(text).lower()) if word]
            score = bias
            for word in words:
                score += weights.get(word, 0)
            for first, second in zip(words, words[1:]):
                score += weights.get(first + " " + second, 0)
            p = 1 / (1 + math.exp(-score))
            rows.append([1 - p, p])
        return np.array(rows)

    return probabilities


def read_metadata(path):
    import onnx

    model = onnx.load(path)
    properties = {entry.key: entry.value for entry in model.metadata_props}
    vocabulary = {word: i for i, word in enumerate(json.loads(properties["assay.vocabulary"]))}
    return model, vocabulary


def encode(text, vocabulary):
    """The tokenizer, on texts of lower-case letters, spaces and masks alone."""
    tokens = ["…" if token[0] == "." else token for token in re.findall(r"[a-z]+|\.\.+", text)]
    return [vocabulary.get(token, 1) for token in tokens] or [1]


def onnx_classifier(path):
    import onnxruntime

    _, vocabulary = read_metadata(path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options)

    def probabilities(texts):
        rows = [encode(str(text), vocabulary) for text in texts]
        out = []
        for start in range(0, len(rows), 256):
            part = rows[start : start + 256]
            ids = np.zeros((len(part), max(len(row) for row in part)), dtype=np.int64)
            for i, row in enumerate(part):
                ids[i, : len(row)] = row
            out.append(session.run(["probabilities"], {"tokens": ids})[0])
        return np.concatenate(out).astype(np.float64)

    return probabilities


def model_of(spec):
    return onnx_classifier(spec["onnx"]) if "onnx" in spec else bag_of_words(spec["weights"], spec["bias"])
