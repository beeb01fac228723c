"""The studies' files as their commands write them, with toy figures."""

from __future__ import annotations

from typing import Any


def figure(value: float, around: float = 0.02) -> dict[str, float]:
    return {"value": value, "low": value - around, "high": value + around}


def row(
    name: str, accuracy: float, confidence: float, *seeds: float, **more: Any
) -> dict[str, Any]:
    """One step of the ablation; seeds: the accuracy of each training."""
    singles = list(seeds) or [accuracy]
    return {
        "name": name,
        "seeds": list(range(len(singles))),
        "accuracy": figure(accuracy),
        "balanced_accuracy": figure(accuracy - 0.03),
        "macro_f1": figure(accuracy - 0.04),
        "validation": {"accuracy": accuracy + 0.01},
        "mean_confidence": confidence,
        "ece": abs(confidence - accuracy),
        "per_seed": singles,
        **more,
    }


SIGNED = {"command": "python -m models.study", "date": "2026-11-25T01:02:03+00:00"}
ABLATION: dict[str, Any] = {
    **SIGNED,
    "dataset": "fer2013",
    "split": "PrivateTest",
    "n": 3589,
    "budget": {"images": 12345, "warm_up": 3, "epochs": 8, "description": "in English"},
    "rows": [
        row("frozen", 0.512, 0.534),
        row("unfrozen", 0.573, 0.641, gain={"value": 0.061, "low": 0.044, "high": 0.078}),
        row("se", 0.566, 0.652, gain={"value": -0.007, "low": -0.02, "high": 0.006}),
        row("label_smoothing", 0.571, 0.489),
    ],
}


def differing(first: str, second: str, region: str, energy: float, loss: float) -> dict[str, Any]:
    """How far two networks differ in one region."""
    shares = {"energy": figure(energy, 0.01), "loss": figure(loss, 0.01)}
    return {"a": first, "b": second, "region": region, **shares}


REGIONS: dict[str, Any] = {
    **SIGNED,
    "dataset": "fer2013",
    "split": "PrivateTest",
    "n": 3210,
    "networks": "ablation",
    "regions": {
        "eyes": {"share_of_area": 0.134},
        "mouth": {"share_of_area": 0.092},
        "elsewhere": {"share_of_area": 0.092},
    },
    "models": [
        {
            "name": "without_se",
            "energy": {"eyes": figure(0.221), "mouth": figure(0.143), "elsewhere": figure(0.061)},
            "accuracy": figure(0.661),
            "covered": {"eyes": {"loss": figure(0.117)}, "mouth": {"loss": figure(-0.004)}},
        },
        {
            "name": "with_se",
            "energy": {"eyes": figure(0.263), "mouth": figure(0.139), "elsewhere": figure(0.058)},
            "accuracy": figure(0.683),
            "covered": {
                "eyes": {"loss": figure(0.152)},
                "mouth": {"loss": figure(0.061)},
                "elsewhere": {"loss": figure(0.018)},
            },
        },
    ],
    "differences": [
        differing("without_se", "with_se", "eyes", -0.042, -0.035),
        differing("without_se", "with_se", "mouth", 0.004, -0.001),
    ],
}

BENCHMARK: dict[str, Any] = {
    "command": "python -m models.benchmark",
    "date": "2026-11-25T19:00:00+00:00",
    "machine": "a processor, 2 cores",
    "load_before": 0.4,
    "targets": {
        "ratio": 8.0,
        "share": 0.6,
        "portrait_ms": 60.0,
        "group_ms": 250.0,
        "start_seconds": 12.0,
        "peak_mb": 2000.0,
        "memory_growth": 0.05,
        "per_second": 4.0,
        "twelve_times_one": 9.0,
    },
    "together": {"ours_ms": 71.2, "predict_ms": 653.0, "ratio": 9.17},
    "arithmetic": {"share": 0.83, "floor_ms": 59.0},
    "growth": {"12": {"times_one": 10.5}},
    "detection": {"portrait": {"ms": 55.0, "faces": 1}, "group": {"ms": 61.0, "faces": 12}},
    "start_seconds": 11.3,
    "memory": {"peak_mb": 1234.0, "growth": 0.012},
    "clients": {"16": {"per_second": 5.25, "failed": 3}},
}
PROFILED: dict[str, Any] = {
    **BENCHMARK,
    "arithmetic": {**BENCHMARK["arithmetic"], "product_gflops": 298.2},
    "pages_meanwhile": {"comparing": 16, "p50_ms": 44.4, "p95_ms": 123.4},
    "profile": {
        "comparison": {
            "whole_ms": 80.0,
            "rows_ms": 78.4,
            "parts": [
                {
                    "networks": ["vgg16_frozen", "vgg16_se"],
                    "ms": 10.0,
                    "kinds": {
                        "convolution": {"ms": 8.0, "gflop": 2.0, "gflops": 250.0},
                        "other": {"ms": 1.0},
                    },
                },
                {
                    "networks": ["a_sixth"],
                    "ms": 60.0,
                    "kinds": {"convolution": {"ms": 56.0, "gflop": 14.0, "gflops": 250.0}},
                },
            ],
            "outside_ms": 10.0,
        },
        "detection": {"whole_ms": 50.0, "rows_ms": 51.0, "rows": {"first": 30.0, "rest": 21.0}},
        "start": {"whole_seconds": 12.5, "rows": {"imports": 7.5, "answer": 5.0}},
    },
}


def learnt(accuracy: float, balanced: float, *recalls: float) -> dict[str, Any]:
    """Figures of one network on one set of images; recalls: of disgust, happy and sad."""
    return {
        "accuracy": figure(accuracy),
        "balanced_accuracy": figure(balanced),
        "macro_f1": figure(balanced - 0.1),
        "recall": {
            emotion: figure(recall)
            for emotion, recall in zip(("disgust", "happy", "sad"), recalls, strict=True)
        },
    }


def fewer(slug: str, gain: float, *, same_recipe: bool = True) -> dict[str, Any]:
    """One network trained on a draw, beside the one on all images; gain: of balanced accuracy."""
    part = {
        "n": 8291,
        "subset": learnt(0.412, 0.433, 0.5, 0.4, 0.4),
        "whole": learnt(0.524, 0.433 + gain, 0.7, 0.5, 0.6),
        "gain": learnt(0.112, gain, 0.2, 0.1, 0.2),
    }
    return {
        "scenario": slug,
        "drawn": {"images": 3015, "of": 44046, "by_class": {"disgust": 201, "happy": 1999}},
        "parts": {"all": part, "fer2013": {**part, "n": 1528}, "expw": {**part, "n": 6763}},
        "images_an_epoch": {"subset": 576, "whole": 9600},
        "same_recipe": same_recipe,
        "whole_weights_sha256": f"of {slug}",
    }


SUBSET: dict[str, Any] = {
    **SIGNED,
    "dataset": "mma",
    "split": "test",
    "n": 8291,
    "images": 3015,
    "models": [fewer("base_cnn", 0.162), fewer("mobilenet", -0.004, same_recipe=False)],
}


def bound(above: float, agreed: int, against: int, share: float | None) -> dict[str, Any]:
    known = None if share is None else figure(share)
    return {"above": above, "agreed": agreed, "against": against, "share": known}


DISAGREEMENT: dict[str, Any] = {
    **SIGNED,
    "dataset": "mma",
    "split": "test",
    "n": 8291,
    "parts": {
        "fer2013": {
            "n": 1528,
            "bounds": [bound(0.0, 822, 43, 0.052), bound(0.9, 101, 0, None)],
            "pairs": [["sad", "happy", 13], ["happy", "sad", 10]],
        },
        "expw": {
            "n": 6763,
            "bounds": [bound(0.0, 2519, 1021, 0.405), bound(0.9, 47, 3, 0.064)],
            "pairs": [["happy", "disgust", 498]],
        },
    },
    "weights": {"base_cnn": "of base_cnn", "vgg19": "of vgg19"},
}
