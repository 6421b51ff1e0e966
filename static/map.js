// The map that moves. Fetches Leaflet and the shapes only when somebody opens it; until then, and whenever something
// fails, the picture and the words of the page stand. No pins: areas and cells only. Colours are in style.css.
(function () {
  "use strict";

  function fetched(tag, attributes) {
    return new Promise(function (done, failed) {
      var element = document.createElement(tag);
      Object.assign(element, attributes, { onload: done, onerror: failed });
      document.head.appendChild(element);
    });
  }

  function look(box) {
    return function (feature) {
      var is = feature.properties;
      if (is.name !== undefined) return { className: "map-area", fill: false };
      // Of a whole village (1), and of another village than one's own, no part is told apart.
      var band = box.dataset.band, marked = is.area === box.dataset.area && (!band || band === "1" || band === String(is.band));
      return { className: "map-cell band-" + is.band + (marked ? " marked" : box.dataset.area ? " faint" : "") };
    };
  }

  function draw(box, shapes) {
    var frame = box.querySelector(".map-frame"), L = window.L;
    var place = document.createElement("div");
    place.className = "map-live";
    place.setAttribute("role", "application");
    place.setAttribute("aria-label", box.dataset.label);
    frame.textContent = "";
    frame.appendChild(place);
    // One finger scrolls the page, two move the map; the wheel is left to the page too.
    var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    var map = L.map(place, {
      zoomControl: false, scrollWheelZoom: false, dragging: !L.Browser.mobile, zoomSnap: 0.5,
      attributionControl: !!box.dataset.tiles, zoomAnimation: !calm, fadeAnimation: !calm, inertia: !calm
    });
    L.control.zoom({ zoomInTitle: box.dataset.nearer, zoomOutTitle: box.dataset.further }).addTo(map);
    if (box.dataset.tiles) {
      map.attributionControl.setPrefix(false);
      var said = document.createElement("span");
      said.textContent = box.dataset.attribution;
      L.tileLayer(box.dataset.tiles, { attribution: said.innerHTML }).addTo(map);
    }
    var drawn = L.geoJSON(shapes, {
      style: look(box), interactive: false,
      onEachFeature: function (feature, layer) {
        var name = document.createElement("span");
        name.textContent = feature.properties.name || "";
        if (name.textContent) layer.bindTooltip(name, { permanent: true, direction: "center", className: "map-name" });
      }
    }).addTo(map);
    var own = drawn.getLayers().filter(function (layer) { return layer.feature.properties.area === box.dataset.about; })[0];
    map.fitBounds((own || drawn).getBounds(), { padding: [12, 12], animate: false });
  }

  function open(box) {
    if (box.dataset.begun) return;
    box.dataset.begun = "yes";
    var script = window.L ? Promise.resolve() : fetched("script", { src: box.dataset.script });
    var style = fetched("link", { rel: "stylesheet", href: box.dataset.style });
    var shapes = fetch(box.dataset.map, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    });
    Promise.all([shapes, script, style])
      .then(function (found) { draw(box, found[0]); })
      .catch(function () { delete box.dataset.begun; });
  }

  document.querySelectorAll(".map-box").forEach(function (box) {
    box.hidden = false;
    box.addEventListener("toggle", function () { if (box.open) open(box); });
  });
})();
