// Starts the worker of /offline.js, and fetches the page that it keeps anew when language or host are others.
'use strict';
(() => {
  const told = document.currentScript.dataset;
  if (!('serviceWorker' in navigator) || !('caches' in window)) return;
  const renew = async () => {
    await navigator.serviceWorker.register(told.worker);
    const cache = await caches.open(told.cache);
    const kept = await cache.match(told.page, { ignoreVary: true });
    if (kept && (await kept.text()).includes(told.kept)) return;
    await cache.delete(told.page, { ignoreVary: true });
    await cache.add(told.page);
  };
  renew().catch(() => {});
})();
