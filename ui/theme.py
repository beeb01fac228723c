"""How the page looks: Gradio's theme set to our colours, our style sheet and the bundled font."""

from __future__ import annotations

import base64

import gradio as gr

from ui.text import ASSETS

FONT = "Plus Jakarta Sans"
FONT_FILE = ASSETS / "fonts" / "plus-jakarta-sans-latin-wght-normal.woff2"

# The presentation mode for a projector: F2 or the button enters and leaves it, and it lasts from
# page to page. Gradio keeps the style sheet inside its own element, so the paper's ground is here.
HEAD = """
<style>@media print { html, body, gradio-app { background: #fff !important; } }</style>
<script>
(() => {
  const root = document.documentElement;
  const present = (on) => {
    root.classList.toggle("presenting", on);
    sessionStorage.setItem("presenting", on ? "1" : "");
  };
  window.togglePresentation = () => present(!root.classList.contains("presenting"));
  if (sessionStorage.getItem("presenting")) root.classList.add("presenting");
  addEventListener("keydown", (event) => {
    if (event.key === "F2") window.togglePresentation();
    else if (event.key === "Escape" && root.classList.contains("presenting")) present(false);
  });
})();
</script>
"""


def theme() -> gr.themes.Base:
    """Base theme with one accent; text contrast at least 4.5:1 in light and dark."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_md,
        font=[FONT, "system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    ).set(
        body_background_fill="#faf9f7",
        body_background_fill_dark="#171614",
        body_text_color="#1f1d1a",
        body_text_color_dark="#f1efec",
        body_text_color_subdued="#5c5750",
        body_text_color_subdued_dark="#b9b3aa",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="#211f1c",
        background_fill_secondary="#f4f2ee",
        background_fill_secondary_dark="#1b1a17",
        block_background_fill="#ffffff",
        block_background_fill_dark="#211f1c",
        block_label_background_fill="#ffffff",
        block_label_background_fill_dark="#211f1c",
        block_label_text_color="#5c5750",
        block_label_text_color_dark="#b9b3aa",
        block_title_text_color="#1f1d1a",
        block_title_text_color_dark="#f1efec",
        border_color_primary="#dcd7cf",
        border_color_primary_dark="#3b3833",
        input_placeholder_color="#5c5750",
        input_placeholder_color_dark="#b9b3aa",
        button_primary_background_fill="#0f6b63",
        button_primary_background_fill_dark="#5fd0c2",
        button_primary_background_fill_hover="#0b544e",
        button_primary_background_fill_hover_dark="#84ddd2",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#10211f",
        checkbox_background_color_selected="#0f6b63",
        checkbox_background_color_selected_dark="#0f6b63",
        checkbox_border_color_selected="#0f6b63",
        checkbox_border_color_selected_dark="#5fd0c2",
        color_accent="#0f6b63",
        link_text_color="#0f6b63",
        link_text_color_dark="#5fd0c2",
    )


def css() -> str:
    """The style sheet, with the font inside it so that nothing is fetched."""
    font = base64.b64encode(FONT_FILE.read_bytes()).decode()
    face = (
        f'@font-face {{ font-family: "{FONT}"; font-weight: 200 800; font-display: swap; '
        f'src: url("data:font/woff2;base64,{font}") format("woff2"); }}\n'
    )
    return face + (ASSETS / "style.css").read_text("utf-8")
