"""A miniature of MORE in its own format: twelve pairs to train on, six to choose by, six to measure on."""

import json

import numpy as np
from PIL import Image

LINE = {
    "token": ["Ada", "Berg", "steers", "the", "boat"],
    "relation": "steers",
    "h": {"name": "Ada Berg", "pos": [0, 2]},
    "t": {"name": "boat_1"},
    "img_id": "train_0.jpg",
}
BOXES = {"boat_1": [0.25, 0.5, 0.5, 1.0], "car_1": [0.75, 0.5, 0.5, 1.0]}
VERBS = {"steers": "steers", "owns": "owns", "none": "passes"}


def write_miniature(folder):
    """Writes the folder and returns it. The first object is red, the second blue; a verb tells the relation."""
    (folder / "txt").mkdir(parents=True)
    (folder / "img_dep").mkdir()
    (folder / "rel2id.json").write_text(json.dumps({"none": 0, "steers": 1, "owns": 2}))
    captions = {}
    for split, count in (("train", 12), ("valid", 6), ("test", 6)):
        pictures = folder / "img_org" / split
        pictures.mkdir(parents=True)
        lines, boxes = [], {}
        for number in range(count):
            relation = ("steers", "owns", "none")[number % 3]
            image = f"{split}_{number}.jpg"
            words = ["Ada", "Berg", VERBS[relation], "the", "boat"]
            lines.append(repr(LINE | {"token": words, "relation": relation, "img_id": image}))
            boxes[image] = BOXES
            captions[image] = {"boat_1": "a red boat"}
            picture = np.zeros((24, 40, 3), np.uint8)
            picture[:, :20, 0] = picture[:, 20:, 2] = 250
            Image.fromarray(picture).save(pictures / image)
        (folder / "txt" / f"{split}.txt").write_text("\n".join(lines) + "\n")
        (folder / f"ent_{split}_dict.json").write_text(json.dumps(boxes))
    depth = np.repeat(np.float32([[0.0], [2.55]]), 10, axis=0).reshape(1, 20).repeat(12, axis=0)
    np.savez(folder / "img_dep" / "train_0.npz", depth_map=depth)
    (folder / "caption_dict.json").write_text(json.dumps(captions))
    return folder
