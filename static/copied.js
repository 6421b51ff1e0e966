// A button that copies the words beside it; it is there only where the browser can, and says so when it has.
(function () {
  "use strict";
  if (!navigator.clipboard) return;
  document.querySelectorAll("[data-copy]").forEach(function (words) {
    var button = document.createElement("button"), said = document.createElement("span");
    button.type = "button";
    button.className = "button quiet no-print";
    button.textContent = words.dataset.copy;
    said.setAttribute("role", "status");
    said.className = "soft no-print";
    words.after(" ", button, " ", said);
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(words.textContent.trim()).then(function () { said.textContent = words.dataset.copied; });
    });
  });
})();
