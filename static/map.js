// The map that moves. Fetches Leaflet and the shapes only when somebody opens it; until then, and whenever something
// fails, the picture and the words of the page stand. No pins: areas and cells only. Colours are in style.css.
(() => {
  const asked = {};
  const made = (tag, is) => Object.assign(document.createElement(tag), is);
  const fetched = (tag, url) => asked[url] = asked[url] || new Promise((done, failed) => {
    const gone = (event) => { delete asked[url]; event.target.remove(); failed(event); };
    document.head.append(made(tag, { rel: "stylesheet", [tag === "link" ? "href" : "src"]: url, onload: done, onerror: gone }));
  });

  const look = (told) => ({ properties: { area, band, name } }) => {
    if (name !== undefined) return { className: "map-area", fill: false };
    // Of a whole village (1), and of another village than one's own, no part is told apart.
    const marked = area === told.area && ["", "1", String(band)].includes(told.band);
    return { className: `map-cell band-${band} ${marked ? "marked" : told.area ? "faint" : ""}` };
  };

  const draw = (box, shapes) => {
    const L = window.L, told = box.dataset, place = made("div", { className: "map-live" });
    Object.entries({ role: "application", "aria-label": told.label }).forEach((each) => place.setAttribute(...each));
    box.querySelectorAll(".map-frame").forEach((frame) => { frame.textContent = ""; frame.append(place); });
    // One finger scrolls the page, two move the map; the wheel is left to the page too.
    const moves = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map(place, {
      zoomControl: false, scrollWheelZoom: false, dragging: !L.Browser.mobile, zoomSnap: 0.5,
      attributionControl: !!told.tiles, zoomAnimation: moves, fadeAnimation: moves, inertia: moves
    });
    L.control.zoom({ zoomInTitle: told.nearer, zoomOutTitle: told.further }).addTo(map);
    const plain = (words) => made("span", { textContent: words });
    if (told.tiles) map.attributionControl.setPrefix(false);
    if (told.tiles) L.tileLayer(told.tiles, { attribution: plain(told.attribution).innerHTML }).addTo(map);
    const onEachFeature = ({ properties: { name } }, layer) =>
      name && layer.bindTooltip(plain(name), { permanent: true, direction: "center", className: "map-name" });
    const drawn = L.geoJSON(shapes, { style: look(told), interactive: false, onEachFeature }).addTo(map);
    const own = drawn.getLayers().find((layer) => layer.feature.properties.area === told.about);
    map.fitBounds((own || drawn).getBounds(), { padding: [12, 12], animate: false });
  };

  const open = (box) => Promise.all([fetch(box.dataset.map), fetched("script", box.dataset.script), fetched("link", box.dataset.style)])
    .then(([answer]) => answer.json()).then((shapes) => draw(box, shapes)).catch(() => { delete box.dataset.begun; });

  document.querySelectorAll(".map-box").forEach((box) => {
    box.hidden = false;
    box.addEventListener("toggle", () => { if (box.open && !box.dataset.begun) { box.dataset.begun = "yes"; open(box); } });
  });
})();
