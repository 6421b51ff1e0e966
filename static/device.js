// On every page: starts the worker of /offline.js and tells it what stands on the page that it keeps. And a page that
// the browser brings back as it was is fetched anew when it was another's, or mine before I was signed out.
(() => {
  const { worker, kept, whose } = document.currentScript.dataset, { serviceWorker: workers } = navigator;
  const last = (act, ...words) => { try { return localStorage[act]("whose", ...words); } catch (closed) { return null; } };
  last("setItem", whose);
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted && last("getItem") !== whose) { document.documentElement.hidden = true; location.reload(); }
  });
  if (workers) workers.register(worker).then(() => workers.ready).then((ready) => ready.active.postMessage(kept)).catch(() => {});
})();
