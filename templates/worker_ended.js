// Takes the place of the service worker once the group has ended: it forgets what was kept, and then itself.
self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  const forget = (names) => Promise.all(names.map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(forget).then(() => self.registration.unregister()));
});
