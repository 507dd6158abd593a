"""What networks are worth, by scikit-learn."""

import numpy
from sklearn import metrics

CLASSES = 4


def confusion(name, labels, said):
    """Everything that follows from the class of each row and the one that was said."""
    names = list(range(CLASSES))
    scores = {str(average): metrics.precision_recall_fscore_support(
        labels, said, labels=names, average=average, zero_division=0.0)[:3] for average in ["macro", "micro", "weighted"]}
    each = metrics.precision_recall_fscore_support(labels, said, labels=names, zero_division=0.0)[:3]
    return {"name": name, "labels": labels.tolist(), "said": said.tolist(),
            "counts": metrics.confusion_matrix(labels, said, labels=names).tolist(),
            "accuracy": metrics.accuracy_score(labels, said), "each": numpy.transpose(each).tolist(),
            **{average: [float(x) for x in score] for average, score in scores.items()}}


def cases():
    rng = numpy.random.default_rng(0)
    labels, said = rng.integers(0, CLASSES, 60), rng.integers(0, CLASSES, 60)
    yield confusion("mixed", labels, numpy.where(rng.random(60) < 0.5, labels, said))
    yield confusion("absent", numpy.array([0, 0, 1, 1, 1]), numpy.array([0, 3, 1, 0, 1]))
    # Parts of 1/16, so that many are equal.
    shares = numpy.array([rng.multinomial(16, (1 + numpy.eye(CLASSES)[label]) / (CLASSES + 1)) for label in labels]) / 16
    yield {"name": "areas", "labels": labels.tolist(), "scores": shares.flatten().tolist(),
           "binary": metrics.roc_auc_score(labels == 0, shares[:, 0]),
           "macro": metrics.roc_auc_score(labels, shares, multi_class="ovr", average="macro")}
    targets = rng.normal(size=40)
    outputs = targets + 0.3 * rng.normal(size=40)
    for name, t, y in [("numbers", targets, outputs), ("far off", targets, -targets + 5),
                       ("constant", numpy.ones(3), numpy.array([1.0, 1, 2])), ("right", numpy.ones(3), numpy.ones(3))]:
        yield {"name": name, "targets": t.tolist(), "outputs": y.tolist(), "mse": metrics.mean_squared_error(t, y),
               "mae": metrics.mean_absolute_error(t, y), "r2": float(metrics.r2_score(t, y))}
