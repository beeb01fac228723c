"""The endpoint /compare of a running server, asked as a script would ask it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from models.agreement import top
from scenarios import EMOTIONS, Scenario
from tests.browser import DAMAGED, coloured
from tests.pictures import bad, oriented
from ui.text import load_text

EXAMPLES = Path(__file__).resolve().parent.parent / "assets" / "examples"
REFUSED = ("empty", "half a JPEG", "text", "SVG", "1 x 1", "4000 x 20", "14000 x 14000")


@pytest.fixture(scope="module")
def client(server: str) -> Client:
    return Client(server, verbose=False)


def compare(client: Client, path: Path) -> Any:
    return client.predict(image=handle_file(path), api_name="/compare")


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.fixture(scope="module")
def two_faces(client: Client) -> Any:
    """The answer on the example with two faces."""
    return compare(client, EXAMPLES / "collins-and-hopper.jpg")


def test_compare_is_the_only_door(client: Client) -> None:
    doors = client.view_api(return_format="dict", print_info=False)

    assert list(doors["named_endpoints"]) == ["/compare"]
    assert doors["unnamed_endpoints"] == {}
    (parameter,) = doors["named_endpoints"]["/compare"]["parameters"]
    assert parameter["parameter_name"] == "image"


def test_the_answer_has_the_documented_shape(
    two_faces: Any, scenarios: dict[str, Scenario]
) -> None:
    assert set(two_faces) == {"image", "faces"}
    with Image.open(EXAMPLES / "collins-and-hopper.jpg") as photo:
        assert two_faces["image"] == {"width": photo.width, "height": photo.height}
    assert len(two_faces["faces"]) == 2
    for face in two_faces["faces"]:
        assert set(face) == {"box", "score", "detected", "predictions"}
        assert [answer["scenario"] for answer in face["predictions"]] == list(scenarios)
        for answer in face["predictions"]:
            rest = (
                {"failure"} if answer["scenario"] == DAMAGED else {"distribution", "milliseconds"}
            )
            assert set(answer) == {"scenario"} | rest


def test_faces_come_largest_first_and_lie_inside_the_photo(two_faces: Any) -> None:
    width, height = two_faces["image"]["width"], two_faces["image"]["height"]
    areas = []
    for face in two_faces["faces"]:
        x, y, w, h = face["box"]
        assert all(isinstance(number, int) for number in face["box"])
        assert 0 <= x < x + w <= width
        assert 0 <= y < y + h <= height
        assert face["detected"] is True
        assert 0.9 <= face["score"] <= 1
        areas.append(w * h)

    assert areas == sorted(areas, reverse=True)


def test_distributions_are_over_each_scenario_s_own_emotions(
    two_faces: Any, scenarios: dict[str, Scenario]
) -> None:
    for face in two_faces["faces"]:
        for answer in face["predictions"]:
            if "failure" in answer:
                continue
            known = scenarios[answer["scenario"]].emotions
            assert tuple(answer["distribution"]) == tuple(e for e in EMOTIONS if e in known)
            assert all(0 <= share <= 1 for share in answer["distribution"].values())
            assert sum(answer["distribution"].values()) == pytest.approx(1, abs=1e-5)
            assert answer["milliseconds"] > 0


def test_a_damaged_model_says_why_and_the_others_answer(two_faces: Any) -> None:
    for face in two_faces["faces"]:
        failures = {a["scenario"]: a["failure"] for a in face["predictions"] if "failure" in a}
        assert list(failures) == [DAMAGED]
        assert failures[DAMAGED].startswith(f"{DAMAGED}.keras bukan berkas yang tercatat dalam")
        assert "/" not in failures[DAMAGED]  # where the files lie is nobody's business
        assert f"python -m models.train {DAMAGED}" in failures[DAMAGED]


def test_each_face_has_its_own_answer(two_faces: Any) -> None:
    first, second = two_faces["faces"]

    assert first["predictions"][0]["distribution"] != second["predictions"][0]["distribution"]


@pytest.mark.parametrize("number", range(3))
def test_the_answer_is_on_the_photo_that_was_sent(
    client: Client, tmp_path: Path, scenarios: dict[str, Scenario], number: int
) -> None:
    (face,) = compare(client, coloured(tmp_path, number))["faces"]

    assert (face["box"], face["detected"], face["score"]) == ([0, 0, 48, 48], False, 0.0)
    for answer in face["predictions"]:
        if answer["scenario"] != DAMAGED:
            named = scenarios[answer["scenario"]].emotions[number]
            assert top(answer["distribution"]) == named


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_photo_stored_lying_is_measured_upright(
    client: Client, tmp_path: Path, orientation: int
) -> None:
    answer = compare(client, write(tmp_path, "photo.jpg", oriented(orientation)))

    assert answer["image"] == {"width": 96, "height": 64}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_photo_raises_a_sentence_and_the_next_photo_works(
    client: Client, tmp_path: Path, name: str
) -> None:
    content, code = bad()[name]
    text = load_text("id")

    with pytest.raises(AppError) as refusal:
        compare(client, write(tmp_path, "photo.jpg", content))

    sentence = str(refusal.value)
    assert sentence.startswith(text(f"error.image.{code}").split("{")[0])
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert len(compare(client, coloured(tmp_path, 0))["faces"]) == 1


def test_no_photo_at_all_raises_a_sentence(client: Client) -> None:
    with pytest.raises(AppError) as refusal:
        client.predict(image=None, api_name="/compare")

    assert str(refusal.value) == load_text("id")("error.image.none")


def test_an_english_caller_is_refused_in_english(server: str, tmp_path: Path) -> None:
    english = Client(server, verbose=False, headers={"accept-language": "en-GB,en;q=0.9"})

    with pytest.raises(AppError) as refusal:
        compare(english, write(tmp_path, "photo.jpg", b"no photo"))

    assert str(refusal.value) == load_text("en")("error.image.not_an_image")


def test_callers_at_the_same_time_each_get_their_own_answer(
    server: str, tmp_path: Path, scenarios: dict[str, Scenario]
) -> None:
    first = next(iter(scenarios.values()))
    numbers = [0, 1, 2, 2, 1, 0]
    paths = {number: coloured(tmp_path, number) for number in set(numbers)}
    clients = [Client(server, verbose=False) for _ in numbers]

    def ask(place: int) -> str:
        (face,) = compare(clients[place], paths[numbers[place]])["faces"]
        return top(face["predictions"][0]["distribution"])

    with ThreadPoolExecutor(len(numbers)) as pool:
        answers = list(pool.map(ask, range(len(numbers))))

    assert answers == [first.emotions[number] for number in numbers]
