// Suggests addresses and villages while one types a street. They come from this house alone; nothing is chosen by itself.
(() => {
  const field = document.getElementById("q");
  if (!field || !field.dataset.suggestions) return;
  const made = (tag, is) => Object.assign(document.createElement(tag), is);
  const list = made("datalist", { id: "suggestions" });
  field.after(list);
  field.setAttribute("list", list.id);
  field.setAttribute("autocomplete", "off");

  const show = (found) => {
    list.textContent = "";
    list.append(...found.map((value) => made("option", { value })));
  };

  let waiting = 0, last = "";
  const ask = () => {
    const typed = field.value.trim();
    if (typed.length < 3 || typed === last) return;
    last = typed;
    fetch(`${field.dataset.suggestions}?q=${encodeURIComponent(typed)}`)
      .then((answer) => answer.ok ? answer.json() : [])
      .then((found) => { if (typed === last) show(found); })
      .catch(() => { last = ""; });
  };
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 250); });
})();
