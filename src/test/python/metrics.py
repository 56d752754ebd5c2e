"""Draws the cases of dev.lanewise.train.ScikitLearnTest from scikit-learn.

    python src/test/python/metrics.py > src/test/resources/dev/lanewise/train/metrics.jsonl

It was run with scikit-learn 1.9.1 and NumPy. Scores of rankings are of few values, so that many are tied.
"""
import json

import numpy as np
from sklearn import metrics as m

random = np.random.default_rng(16)


def line(kind, outputs, targets, values):
    print(json.dumps({"kind": kind, "shape": list(outputs.shape), "outputs": [float(x) for x in outputs.flatten()],
                      "targets": [float(x) for x in np.asarray(targets).flatten()], "values": {k: float(v) for k, v in values.items()}},
                     separators=(",", ":")))


def floats(x):
    return np.round(x, 3).astype(np.float32)


for i in range(24):
    rows = int(random.integers(2, 25))
    scores = random.integers(-3, 4, rows).astype(np.float32) if i % 2 else floats(random.normal(size=rows))
    labels = random.integers(0, 2, rows)
    labels[0], labels[1] = 0, 1
    line("ranking", scores, labels, {"auc": m.roc_auc_score(labels, scores), "ap": m.average_precision_score(labels, scores)})
for i in range(16):
    rows, classes = int(random.integers(3, 20)), int(random.integers(3, 6))
    logits = floats(random.normal(size=(rows, classes)) * 2)
    labels = random.integers(0, classes, rows)
    chosen, x = logits.argmax(1), logits.astype(np.float64)
    p = np.exp(x - x.max(1, keepdims=True))
    all_classes = list(range(classes))
    values = {"accuracy": m.accuracy_score(labels, chosen), "top 2": m.top_k_accuracy_score(labels, logits, k=2, labels=all_classes),
              "log loss": m.log_loss(labels, p / p.sum(1, keepdims=True), labels=all_classes)}
    for average in ("macro", "micro", "weighted"):
        for name, function in (("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score)):
            values[f"{name} {average.upper()}"] = function(labels, chosen, average=average, zero_division=0)
    line("classes", logits, labels, values)
for i in range(10):
    shape = (int(random.integers(2, 20)), int(random.integers(1, 4)))
    targets, outputs = floats(random.normal(size=shape) + 50), floats(random.normal(size=shape) + 50)
    if i % 3 == 0:
        targets[:, 0] = 3
    t, y = targets.astype(np.float64), outputs.astype(np.float64)
    line("numbers", outputs, targets, {"mae": m.mean_absolute_error(t, y), "rmse": np.sqrt(m.mean_squared_error(t, y)), "r2": m.r2_score(t, y)})
