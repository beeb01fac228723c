"""What strangers' photos may cost: all the odd ones, each read or refused for its own reason."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from models import refusals
from models.images import read_image
from models.refusals import SENTENCES, ImageRefused
from tests.oddities import READ, everything
from tests.pictures import bad, encode

ROOT = Path(__file__).resolve().parents[2]
FILES = everything()
MOST_MEMORY = 600  # MiB that one photo may take while it is read

# A process of its own reads the files it is told, and says by how many MiB that made it grow.
GROWTH = """
import resource, sys
from models.images import read_image
read_image(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[2:]:
    assert max(read_image(path).size) == 1600
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.filterwarnings("ignore")
def test_each_is_read_or_refused_for_its_reason(kind: str) -> None:
    data, expected = FILES[kind]
    if expected == READ:
        picture = read_image(data)
        assert picture.mode == "RGB"
        assert min(picture.size) >= refusals.MIN_SIDE
        return
    with pytest.raises(ImageRefused) as refusal:
        read_image(data)
    assert refusal.value.code == expected
    assert str(refusal.value) == SENTENCES[expected].format(**refusal.value.details)


def test_every_code_is_met() -> None:
    met = {code for files in (FILES, bad()) for _, code in files.values()}
    assert met == {READ, *SENTENCES} - {"unreadable"}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is told in other units")
def test_the_largest_that_are_read_stay_below_the_cap(tmp_path: Path) -> None:
    phone, whole, webp = (8064, 6048), (8192, 6144), (5000, 5000)
    bounds = refusals.MAX_PIXELS_WHOLE, refusals.MAX_PIXELS_WEBP
    assert all(w * h <= most for (w, h), most in zip((whole, webp), bounds, strict=True))
    fast = {"lossless": True, "method": 0, "quality": 0}
    files = {
        "small": encode(Image.new("RGB", (99, 99)), "PNG"),
        "phone.heic": encode(Image.new("RGB", phone), "HEIF", enc_params={"preset": "ultrafast"}),
        "progressive.jpg": encode(Image.new("CMYK", whole), "JPEG", progressive=True),
        "clear.png": encode(Image.new("RGBA", whole), "PNG", compress_level=1),
        "float.tiff": encode(Image.new("F", whole), "TIFF", compression="packbits"),
        "large.webp": encode(Image.new("RGBA", webp), "WEBP", **fast),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", GROWTH, *(tmp_path / name for name in files)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert int(done.stdout) < MOST_MEMORY
