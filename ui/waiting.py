"""What a visitor reads while others are before them, in the page's language."""

from __future__ import annotations

import json

from ui.text import LANGUAGES, load_text

# Gradio writes "queue: 3/7 |" and "processing |" over what is being worked out, in English only.
# Each is put into words as it is written; a screen reader hears it once.
SCRIPT = """
<script>
(() => {
  const words = WORDS[document.documentElement.lang];
  const spoken = document.createElement("p");
  spoken.className = "spoken";
  spoken.setAttribute("role", "status");
  const translate = (text) => {
    const found = /^\\s*(?:queue: (\\d+)\\/(\\d+)|processing) \\|/.exec(text.data);
    if (!found || !text.parentElement?.closest("[data-testid=status-tracker]")) return;
    const [, number, waiting] = found;
    const said = number
      ? words.place.replace("{number}", number).replace("{waiting}", waiting)
      : words.turn;
    text.data = `${said} `;
    if (spoken.textContent !== said) spoken.textContent = said;
  };
  const search = (node) => {
    if (node.nodeType === Node.TEXT_NODE) translate(node);
    if (!node.closest?.("[data-testid=status-tracker]")) return;
    const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) translate(texts.currentNode);
  };
  const watch = () => {
    document.body.append(spoken);
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) [target, ...addedNodes].forEach(search);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  };
  if (document.body) watch();
  else addEventListener("DOMContentLoaded", watch);
})();
</script>
"""


def waiting_script() -> str:
    """The script with its words in every language."""
    words = {
        language: {key: load_text(language)(f"busy.{key}") for key in ("place", "turn")}
        for language in LANGUAGES
    }
    return SCRIPT.replace("WORDS", json.dumps(words))
