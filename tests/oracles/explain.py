"""Explains texts by PyPI's lime and shap: {"model", "texts", "seeds"} on standard input, attributions on standard output."""

import json
import sys
import time

import numpy as np
import shap
from lime.lime_text import LimeTextExplainer
from models import model_of


def by_lime(f, text, target, seed, features):
    explainer = LimeTextExplainer(class_names=["0", "1"], random_state=seed)
    explained = explainer.explain_instance(text, f, labels=(target,), num_features=features, num_samples=5000)
    return {
        "words": explained.as_list(label=target),
        "r2": float(explained.score),
        "intercept": float(explained.intercept[target]),
    }


def by_kernel_shap(f, text, target, seed, l1_reg):
    np.random.seed(seed)
    masker = shap.maskers.Text()
    count = len(masker.feature_names(text)[0])

    def masked(rows):
        return f([masker(row.astype(bool), text)[0][0] for row in rows])[:, target]

    explainer = shap.KernelExplainer(masked, np.zeros((1, count)))
    return explainer.shap_values(np.ones((1, count)), l1_reg=l1_reg, silent=True)[0].tolist()


def by_partition_shap(f, text, target, evaluations):
    explainer = shap.explainers.Partition(f, shap.maskers.Text())
    values = explainer([text], max_evals=evaluations, silent=True)
    return values.values[0][:, target].tolist()


def main():
    asked = json.load(sys.stdin)
    f = model_of(asked["model"])
    target = asked["target"]
    out = []
    for text in asked["texts"]:
        seconds = {}

        def timed(name, work):
            start = time.perf_counter()
            result = work()
            seconds[name] = time.perf_counter() - start
            return result

        answer = {"whole": f([text])[0].tolist()}
        answer["lime"] = timed("lime", lambda: [by_lime(f, text, target, seed, 10) for seed in asked["seeds"]])
        if asked.get("variants", True):
            answer["lime_few"] = by_lime(f, text, target, 1, 4)
            answer["kernel_ten"] = by_kernel_shap(f, text, target, 1, "num_features(10)")
            answer["partition_short"] = by_partition_shap(f, text, target, 60)
        answer["kernel"] = timed(
            "kernel", lambda: [by_kernel_shap(f, text, target, seed, False) for seed in asked["seeds"]]
        )
        answer["partition"] = timed("partition", lambda: by_partition_shap(f, text, target, 500))
        out.append({**answer, "seconds": seconds})
    json.dump(out, sys.stdout)


main()
