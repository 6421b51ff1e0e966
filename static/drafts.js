// Keeps what is typed on this device while one types, and puts it back after Back or a reload. Gone when taken, on leaving
// (data-leaving), and when somebody else signs in. A page that took nothing is marked data-untaken, or has a summary.
(() => {
  const store = window.sessionStorage, form = document.querySelector("form[data-kept]");
  const mine = `typed:${document.currentScript.dataset.whose}:`, key = mine + location.pathname, sent = store.getItem("sent");
  const wrong = document.querySelector(".summary"), untaken = wrong || document.querySelector("main[data-untaken]");

  ["sent", sent && !untaken ? sent : ""].forEach((name) => store.removeItem(name));
  if (mine !== "typed::") Object.keys(store).filter((name) => !name.startsWith(mine)).forEach((name) => store.removeItem(name));
  document.addEventListener("submit", (event) => {
    const { target, timeStamp } = event;
    if (timeStamp - target.pressed < 3000) return event.preventDefault();  // the second of two quick clicks
    target.pressed = timeStamp;
    if (target.matches("[data-leaving]")) store.clear();
    else if (target === form) store.setItem("sent", key);
    else if (sent && untaken && target.closest("main")) store.setItem("sent", sent);  // it goes on from here
  });
  if (!form) return;

  const fields = [...form.elements].filter((field) => field.name && !/^(hidden|submit|button|fieldset)$/.test(field.type));
  const held = (field) => /^(radio|checkbox)$/.test(field.type) ? "checked" : "value";
  const put = (field, kept) => {
    const folded = field.closest("details");
    if (folded && field[held(field)] !== kept) folded.open = true;
    field[held(field)] = kept;
  };
  const say = () => {
    const line = form.querySelector("[role=status]") || form.appendChild(document.createElement("p"));
    line.className = "soft";
    line.setAttribute("role", "status");
    line.textContent = form.dataset.kept;
  };

  try {
    const kept = JSON.parse(store.getItem(key));
    if (kept && !wrong && kept.length === fields.length) { fields.forEach((field, at) => put(field, kept[at])); say(); }
  } catch (broken) { store.removeItem(key); }

  form.addEventListener("input", () => {
    try { store.setItem(key, JSON.stringify(fields.map((field) => field[held(field)]))); say(); } catch (full) { /* then the server keeps it */ }
  });
})();
