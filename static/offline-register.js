// Starts the worker of /offline.js, and tells it what should stand on the page that it keeps.
(() => {
  const told = document.currentScript.dataset, workers = navigator.serviceWorker;
  if (!workers) return;
  workers.register(told.worker).then(() => workers.ready).then((ready) => ready.active.postMessage(told.kept)).catch(() => {});
})();
