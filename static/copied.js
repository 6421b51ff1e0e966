// A button that copies the words beside it; it is there only where the browser can, and says so when it has.
(() => {
  if (!navigator.clipboard) return;
  const made = (tag, is) => Object.assign(document.createElement(tag), is);

  document.querySelectorAll("[data-copy]").forEach((words) => {
    const button = made("button", { type: "button", className: "button quiet no-print", textContent: words.dataset.copy });
    const said = made("span", { className: "soft no-print" });
    said.setAttribute("role", "status");
    words.after(" ", button, " ", said);
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(words.textContent.trim()).then(() => { said.textContent = words.dataset.copied; });
    });
  });
})();
