// What every page does on this device: it starts the worker of /offline.js and tells it what should stand on the page
// that it keeps. And it shows nobody what somebody else had open: the browser brings the last pages back as they were,
// so one that was another's, or mine before I was signed out, is fetched anew.
(() => {
  "use strict";
  const told = document.currentScript.dataset, workers = navigator.serviceWorker;
  const last = (whose) => {
    try { return whose === undefined ? localStorage.getItem("whose") : localStorage.setItem("whose", whose); }
    catch (closed) { return null; }
  };

  last(told.whose);
  addEventListener("pageshow", (event) => {
    if (!event.persisted || last() === told.whose) return;
    document.documentElement.hidden = true;
    location.reload();
  });
  if (!workers) return;
  workers.register(told.worker).then(() => workers.ready).then((ready) => ready.active.postMessage(told.kept)).catch(() => {});
})();
