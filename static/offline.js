// Shows one kind page when there is no network. CACHE, PAGE and FILES stand before this (neighbours/web/offline.py).
// It keeps that page and what it needs to look like itself, and answers nothing else: no page with anybody's words.

// The page as it is now, read to its end; without Vary, so that it takes the place of the one before in one step.
const whole = async () => {
  const fresh = await fetch(PAGE, { cache: "reload" });
  if (!fresh.ok) throw new Error(fresh.status);
  const headers = new Headers(fresh.headers);
  headers.delete("Vary");
  return new Response(await fresh.blob(), { headers });
};

self.addEventListener("install", (event) => {
  const files = FILES.map((address) => new Request(address, { cache: "reload" }));
  const keep = async (cache) => { await cache.addAll(files); await cache.put(PAGE, await whole()); };
  event.waitUntil(caches.open(CACHE).then(keep).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const wanted = event.request;
  // What a form was answered is kept for Back by the browser only if it asked for it without us.
  if (wanted.method !== "GET" && navigator.onLine) return;
  const { origin, pathname } = new URL(wanted.url), own = origin === self.location.origin;
  const kept = own && wanted.mode === "navigate" ? PAGE : own && FILES.includes(pathname) ? pathname : null;
  if (kept === null) return;
  // The network always comes first; what is kept is for when there is none.
  const fallBack = () => caches.open(CACHE).then((cache) => cache.match(kept, { ignoreVary: true }));
  event.respondWith(fetch(wanted).catch(() => fallBack().then((found) => found || Response.error())));
});

// Another language or host: the kept page is fetched anew, one after the other, so that the newest stays.
let last = Promise.resolve();
const renew = async (key) => {
  const cache = await caches.open(CACHE), kept = await cache.match(PAGE, { ignoreVary: true });
  if (kept && (await kept.text()).includes(key)) return;
  await cache.put(PAGE, await whole());
};
self.addEventListener("message", (event) => {
  last = last.then(() => renew(event.data)).catch(() => {});
  event.waitUntil(last);
});
