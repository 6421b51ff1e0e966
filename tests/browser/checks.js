// What a page owes its reader, measured where it is shown. Each function gives a list of sentences: what is wrong.
window.checks = (() => {
  const visible = (e) => {
    const box = e.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && e.checkVisibility({ checkVisibilityCSS: true, contentVisibilityAuto: true });
  };
  const says = (e) => `<${e.tagName.toLowerCase()}> “${(e.innerText || e.value || e.getAttribute("name") || "").trim().slice(0, 40)}”`;
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)].filter(visible);

  const ownWords = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());

  // WCAG 2.5.8 leaves out a link inside a sentence: other words stand beside it in its own block.
  const inSentence = (e) => {
    if (e.tagName !== "A" || getComputedStyle(e).display !== "inline") return false;
    const block = e.closest("p, li, dd, figcaption, span.hint");
    return !!block && block.innerText.trim().length > e.innerText.trim().length + 3;
  };
  // What is really pressed: a choice by its label, a card by its whole face.
  const face = (e) => {
    if (e.matches(".cards h2 a, .cards h3 a")) return e.closest(".card");
    if (e.matches("input[type=radio], input[type=checkbox]")) return document.querySelector(`label[for="${e.id}"]`) || e;
    return e;
  };
  const targets = () => all("a[href], button, summary, input:not([type=hidden]), textarea, select")
    .filter((e) => !inSentence(e) && !e.matches(".skip")).map((e) => [e, face(e)]);

  const structure = () => {
    const wrong = [], h1 = document.querySelectorAll("h1");
    if (h1.length !== 1) wrong.push(`${h1.length} h1`);
    const heading = h1.length ? h1[0].textContent.trim().replace(/\s+/g, " ") : "";
    const summary = document.querySelector(".summary");
    const title = document.title.replace(/\s+/g, " ");
    const begins = summary ? title.split(":").slice(1).join(":").trim() : title;
    if (!begins.startsWith(heading)) wrong.push(`the title “${title}” does not begin with “${heading}”`);
    if (summary && !/^[^:]+: /.test(title)) wrong.push("the title does not say that there is an error");
    if (summary && document.activeElement !== summary) wrong.push(`the summary has not the focus, but ${says(document.activeElement)}`);
    if (summary) for (const link of summary.querySelectorAll("a"))
      if (!document.getElementById(link.hash.slice(1))) wrong.push(`the summary leads to no field: ${link.hash}`);
    const primary = all("main .button:not(.secondary):not(.quiet):not(.danger)");
    if (primary.length > 1) wrong.push(`${primary.length} primary actions: ${primary.map(says)}`);
    const asks = all("main form").some((form) => form.querySelector("input:not([type=hidden]), textarea, select"));
    if (asks && !primary.length && !document.querySelector("main details:not([open]) form")) wrong.push("no primary action beside a question");
    const line = document.querySelector("footer > div > :first-child");
    if (!line || !line.matches(".host-line") || !line.querySelector("a[href^='tel:'], a[href^='mailto:']"))
      wrong.push("nobody to ring at the top of the foot");
    for (const button of document.querySelectorAll("button[form]"))
      if (!button.form) wrong.push(`${says(button)} belongs to no form`);
    if (!document.querySelector(".language summary")) wrong.push("no way to another language");
    const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
    for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) < i))) wrong.push(`several things are called ${id}`);
    for (const by of ["for", "aria-labelledby", "aria-describedby"])
      for (const e of document.querySelectorAll(`[${by}]`)) for (const id of e.getAttribute(by).split(/\s+/))
        if (!ids.includes(id)) wrong.push(`${by} of ${says(e)} names ${id}, which is not there`);
    return wrong;
  };

  const sizes = () => {
    const wrong = [], boxes = targets().map(([e, f]) => [e, f.getBoundingClientRect()]);
    for (const [e, box] of boxes) for (const side of ["width", "height"])
      if (box[side] < 47.5) wrong.push(`${says(e)} has a ${side} of ${Math.round(box[side])} px`);
    boxes.forEach(([one, a], i) => boxes.slice(i + 1).forEach(([other, b]) => {
      if (one.contains(other) || other.contains(one)) return;
      const dx = Math.max(a.left, b.left) - Math.min(a.right, b.right), dy = Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom);
      // The bar and the open menu of languages lie above the page.
      const fixed = one.closest(".menu, .language") !== other.closest(".menu, .language");
      const inside = (x, y) => x.left <= y.left && x.right >= y.right && x.top <= y.top && x.bottom >= y.bottom;
      if (!fixed && Math.max(dx, dy) < 7.5 && !inside(a, b) && !inside(b, a)) wrong.push(`${says(one)} and ${says(other)} are ${Math.round(Math.max(dx, dy))} px apart`);
    }));
    for (const e of all("body *")) {
      const scale = e.ownerSVGElement ? e.getScreenCTM().a : 1;
      if (ownWords(e) && parseFloat(getComputedStyle(e).fontSize) * scale < 15.9) wrong.push(`${says(e)} is smaller than 16 px`);
    }
    return wrong;
  };

  const sideways = () => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide <= 0) return [];
    const out = all("body *").filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1);
    return [`${wide} px too wide: ${out.slice(-3).map(says)}`];
  };
  // Words that are cut off: more content than room, where what is too much is hidden.
  const cut = () => all("body *").filter((e) => {
    const style = getComputedStyle(e);
    return style.overflowX === "hidden" && !e.matches(".hidden, .hidden *, .leaflet-container") && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1;
  }).map((e) => `${says(e)} is cut off`);

  const reachable = () => all("a[href], button, summary, input:not([type=hidden]), textarea, select, [tabindex='0']").filter((e) => !e.disabled);
  // The ring of the house: on the thing itself, its label, or the face of a card; the browser's own hair line is too thin.
  const ringed = (e) => [e, document.querySelector(`label[for="${e.id}"]`)].filter(Boolean)
    .flatMap((part) => ["", "::after"].map((pseudo) => getComputedStyle(part, pseudo || null)))
    .some((style) => style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 3);
  let ringedBefore = new Set();
  // Tab begins at the top again, and what has a ring without focus is kept.
  const remember = () => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    ringedBefore = new Set(reachable().filter(ringed));
  };
  const focused = () => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const box = face(e).getBoundingClientRect(), bar = document.querySelector(".menu");
    const wrong = [];
    if (ringedBefore.has(e) || !ringed(e)) wrong.push(`${says(e)} does not show its focus`);
    const fixed = bar && getComputedStyle(bar).position === "fixed" && !bar.contains(e);
    if (fixed && box.top >= bar.getBoundingClientRect().top) wrong.push(`${says(e)} hides behind the bar`);
    if (box.bottom < 0 || box.top > innerHeight) wrong.push(`${says(e)} is out of sight`);
    e.dataset.reached = "yes";
    return wrong;
  };
  // Of a group of radio buttons Tab reaches one, the arrows the others.
  const missed = () => {
    const groups = new Set([...document.querySelectorAll("input[type=radio][data-reached]")].map((e) => e.name));
    return reachable().filter((e) => !e.dataset.reached && !(e.type === "radio" && groups.has(e.name)))
      .map((e) => `${says(e)} is not reached by Tab`);
  };

  const light = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).map((part) => part / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  // Paper is white: a printer leaves backgrounds out.
  const printed = () => {
    const wrong = all("nav, button, .button, .language, .demo, .skip").map((e) => `${says(e)} is printed`);
    for (const e of all("body *")) {
      const style = getComputedStyle(e);
      if (ownWords(e) && 1.05 / (light(e.ownerSVGElement ? style.fill : style.color) + 0.05) < 7) wrong.push(`${says(e)} is pale`);
    }
    return document.querySelector("main").innerText.trim().length > 3 ? wrong : [...wrong, "nothing is printed"];
  };
  // Opens whatever is folded, and says whether anything was.
  const unfold = () => {
    const folded = document.querySelectorAll("details:not([open])");
    folded.forEach((e) => { e.open = true; });
    return folded.length > 0;
  };
  const fold = () => document.querySelectorAll("header details, main details").forEach((e) => { e.open = false; });
  return { structure, unfold, fold, sizes, sideways, cut, remember, focused, missed, printed };
})();
