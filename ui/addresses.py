"""Web addresses instead of files: never fetched, so that nobody sends this computer elsewhere."""

from __future__ import annotations

from gradio import processing_utils

ADDRESS = "web-address"  # the path that stands for one; no file has it


def stay_at_home() -> None:
    """Put this in the place where Gradio fetches what an address in a question names."""
    processing_utils.async_ssrf_protected_download = _fetch_nothing_async
    processing_utils.ssrf_protected_download = _fetch_nothing


async def _fetch_nothing_async(url: str, cache_dir: str) -> str:
    return _fetch_nothing(url, cache_dir)


def _fetch_nothing(url: str, cache_dir: str) -> str:  # noqa: ARG001
    return ADDRESS
