// Keeps what is typed in the questions of a page on this device while one types, and puts it back after Back, a reload
// or another language. The server keeps drafts too; this is for the words in between. Gone when taken, on leaving
// (data-leaving), and when somebody else signs in. A page that took nothing is marked data-untaken, or has a summary.
(function () {
  "use strict";
  var store = window.sessionStorage, form = document.querySelector("form[data-kept]");
  var mine = "typed:" + document.currentScript.dataset.whose + ":", key = mine + location.pathname, sent = store.getItem("sent");
  var wrong = document.querySelector(".summary"), untaken = wrong || document.querySelector("main[data-untaken]");

  store.removeItem("sent");
  if (sent && !untaken) store.removeItem(sent);
  if (mine !== "typed::") Object.keys(store).forEach(function (name) {
    if (name.indexOf(mine) !== 0) store.removeItem(name);
  });
  document.addEventListener("submit", function (event) {
    if (event.target.matches("[data-leaving]")) store.clear();
    else if (sent && untaken && event.target.closest("main")) store.setItem("sent", sent);  // it goes on from here
  });
  if (!form) return;

  var fields = [].filter.call(form.elements, function (field) {
    return field.name && !/^(hidden|submit|button|password|file)$/.test(field.type) && field.tagName !== "FIELDSET";
  });
  var choice = function (field) { return field.type === "radio" || field.type === "checkbox"; };

  function typed() {
    return fields.map(function (field) { return choice(field) ? field.checked : field.value; });
  }

  function putBack(values) {
    if (!Array.isArray(values) || values.length !== fields.length) return;
    fields.forEach(function (field, at) {
      if (choice(field)) field.checked = values[at] === true;
      else if (typeof values[at] === "string") field.value = values[at];
    });
  }

  function say(words) {
    var line = form.querySelector("[role=status]") || form.appendChild(document.createElement("p"));
    line.className = "soft";
    line.setAttribute("role", "status");
    line.textContent = words;
  }

  try {
    var kept = JSON.parse(store.getItem(key));
    if (kept && !wrong) { putBack(kept); say(form.dataset.kept); }
  } catch (broken) { store.removeItem(key); }

  form.addEventListener("input", function () {
    try { store.setItem(key, JSON.stringify(typed())); say(form.dataset.kept); } catch (full) { /* then the server keeps it */ }
  });
  form.addEventListener("submit", function () { store.setItem("sent", key); });
})();
