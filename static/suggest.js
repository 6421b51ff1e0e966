// Suggests addresses and villages while one types a street. They come from this house alone; nothing is chosen by itself.
(function () {
  "use strict";
  var field = document.getElementById("q"), waiting = 0, last = "";
  if (!field || !field.dataset.suggestions) return;
  var list = document.createElement("datalist");
  list.id = "suggestions";
  field.after(list);
  field.setAttribute("list", list.id);
  field.setAttribute("autocomplete", "off");

  function show(found) {
    list.textContent = "";
    found.forEach(function (words) {
      var option = document.createElement("option");
      option.value = words;
      list.appendChild(option);
    });
  }

  field.addEventListener("input", function () {
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      var typed = field.value.trim();
      if (typed.length < 3 || typed === last) return;
      last = typed;
      fetch(field.dataset.suggestions + "?q=" + encodeURIComponent(typed))
        .then(function (answer) { return answer.ok ? answer.json() : []; })
        .then(function (found) { if (typed === last) show(found); })
        .catch(function () { last = ""; });
    }, 250);
  });
})();
