// Put at the very beginning of each page, before Gradio's scripts: see ui/gradio_words.py.
// language: the page's; fixed: English by translation; patterns: [regular expression, translation].
((language, fixed, patterns) => {
  Object.defineProperty(navigator, "language", { get: () => language });
  Object.defineProperty(navigator, "languages", { get: () => [language] });

  const rules = patterns.map(([pattern, words]) => [new RegExp(pattern), words]);
  const translated = (words) => {
    const bare = words.trim();
    if (Object.hasOwn(fixed, bare)) return words.replace(bare, () => fixed[bare]);
    for (const [pattern, translation] of rules)
      if (pattern.test(bare)) return bare.replace(pattern, translation);
    return words;
  };
  const spoken = ["aria-label", "title", "alt", "placeholder"];
  const ours = (element) => !element || element.closest(".html-container, script, style");
  const mendText = (node) => {
    if (ours(node.parentElement)) return;
    const words = translated(node.data);
    if (words !== node.data) node.data = words;
  };
  const mendAttribute = (element, name) => {
    const value = element.getAttribute(name);
    if (!value || ours(element)) return;
    const words = translated(value);
    if (words !== value) element.setAttribute(name, words);
  };
  const mend = (node) => {
    if (node.nodeType === Node.TEXT_NODE) mendText(node);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const element of [node, ...node.querySelectorAll("*")])
      for (const name of spoken) mendAttribute(element, name);
    const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) mendText(texts.currentNode);
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") mendText(change.target);
      else if (change.type === "attributes") mendAttribute(change.target, change.attributeName);
      else change.addedNodes.forEach(mend);
    }
  }).observe(document, {
    attributes: true, attributeFilter: spoken, characterData: true, childList: true, subtree: true,
  });
})
