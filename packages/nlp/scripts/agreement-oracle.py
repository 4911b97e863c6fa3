"""Prints the constants that the tests of src/agreement compare with, from scikit-learn 1.9.1, statsmodels 0.15.0 and
krippendorff 0.9.0. Run in an environment that has them: python3 -m venv v && v/bin/pip install scikit-learn==1.9.1
statsmodels==0.15.0 krippendorff==0.9.0 && v/bin/python agreement-oracle.py"""
import json
import krippendorff
import numpy as np
from sklearn.metrics import accuracy_score, cohen_kappa_score, precision_recall_fscore_support
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa


def made_codes(labelers, items):
    """The same matrix as madeCodes in coefficients.test.ts: labelers that lean towards a common label, with gaps."""
    state = 1
    def below(limit):
        nonlocal state
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        return state * limit // 0x80000000
    columns = []
    for _ in range(items):
        common = below(3)
        columns.append([-1 if below(10) == 0 else common if below(10) < 6 else below(3) for _ in range(labelers)])
    return np.array(columns).T


cohen = np.array([[88, 10, 2], [14, 40, 6], [18, 10, 12]])
a = np.repeat(np.repeat([0, 1, 2], 3), cohen.ravel())
b = np.repeat(np.tile([0, 1, 2], 3), cohen.ravel())
x = float("nan")
reliability = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, x, x, x],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, x, 3],
    [x, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, x],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, x],
]
made = made_codes(6, 500)
gaps = np.where(made < 0, np.nan, made.astype(float))
both = (made[0] >= 0) & (made[1] >= 0)
full = made[:, (made >= 0).all(axis=0)].T
levels = ["nominal", "ordinal", "interval"]
p, r, f, _ = precision_recall_fscore_support(made[0][both], made[1][both], average="macro")
print(json.dumps({
    "cohen": {w: float(cohen_kappa_score(a, b, weights=None if w == "nominal" else w)) for w in ["nominal", "linear", "quadratic"]},
    "reliability": {l: float(krippendorff.alpha(reliability, level_of_measurement=l)) for l in levels},
    "made": {
        "present": int((made >= 0).sum()),
        "cohen": {w: float(cohen_kappa_score(made[0][both], made[1][both], weights=None if w == "nominal" else w)) for w in ["nominal", "linear", "quadratic"]},
        "fleiss": float(fleiss_kappa(aggregate_raters(full)[0])),
        "alpha": {l: float(krippendorff.alpha(gaps, level_of_measurement=l, value_domain=[0, 1, 2])) for l in levels},
        "against": {"accuracy": float(accuracy_score(made[0][both], made[1][both])), "precision": float(p), "recall": float(r), "f1": float(f)},
    },
}, indent=2))
