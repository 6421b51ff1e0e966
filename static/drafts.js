// Keeps what is typed in the questions of a page on this device while one types, and puts it back after Back, a reload
// or another language. The server keeps drafts too; this is for the words in between. Gone when sent, and on signing out.
(function () {
  "use strict";
  var store = window.sessionStorage, form = document.querySelector("form[data-kept]");

  document.querySelectorAll("form[action$='/sign-out'], form[action$='/sign-in']").forEach(function (leaving) {
    leaving.addEventListener("submit", function () { store.clear(); });
  });

  // What was sent from the page before was taken, unless this page shows what is wrong with it.
  var sent = store.getItem("sent");
  store.removeItem("sent");
  if (sent && !document.querySelector(".summary")) store.removeItem(sent);
  if (!form) return;

  var key = "typed:" + form.dataset.whose + ":" + location.pathname;
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
    if (kept && !document.querySelector(".summary")) { putBack(kept); say(form.dataset.kept); }
  } catch (broken) { store.removeItem(key); }

  form.addEventListener("input", function () {
    try { store.setItem(key, JSON.stringify(typed())); say(form.dataset.kept); } catch (full) { /* then the server keeps it */ }
  });
  form.addEventListener("submit", function () { store.setItem("sent", key); });
})();
