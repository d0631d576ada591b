{% comment %}The service worker, filled in by mutualaid/home_screen.py.{% endcomment %}// Keeps the shell and shows it where the network is gone. No page with anyone's data is ever kept.
const KEPT = {{ kept|safe }}, NAME = "shell-{{ version }}", ANY = { ignoreVary: true };

self.addEventListener("install", (event) => {
  const fresh = KEPT.map((address) => new Request(address, { cache: "reload" }));
  event.waitUntil(caches.open(NAME).then((shell) => shell.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { origin, pathname } = new URL(request.url);
  const isKept = origin === self.location.origin && KEPT.includes(pathname);
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match("{{ offline }}", ANY)));
  } else if (isKept) {
    event.respondWith(fetch(request).catch(() => caches.match(pathname, ANY)));
  }
});

// Shows the one line that came, and opens its page on a tap.
self.addEventListener("push", (event) => {
  const said = event.data.json();
  event.waitUntil(self.registration.showNotification(said.title, { tag: said.tag, data: said.url }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  if (event.notification.data) event.waitUntil(self.clients.openWindow(event.notification.data));
});
