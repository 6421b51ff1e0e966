// Starts the worker of /offline.js, and tells it what should stand on the page that it keeps.
'use strict';
(() => {
  const told = document.currentScript.dataset;
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register(told.worker)
    .then(() => navigator.serviceWorker.ready)
    .then((ready) => ready.active.postMessage(told.kept))
    .catch(() => {});
})();
