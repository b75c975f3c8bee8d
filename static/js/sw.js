// The service worker: residents' pages come from the network, and without one leads our own page.
// Kept on the device: our own public files and that one page. Never a page that shows a report,
// never data, never a photo. A report that could not be sent is put aside, for queue.js to send.
const { version, offline, report, files, pages } = self.SHELL;
const STORE = `shell-${version}`;
const HASHED = /\.[0-9a-f]{12}\./;

self.addEventListener("install", (event) => event.waitUntil(settle()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", (event) => event.waitUntil(dress(event.data.look)));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === "navigate" && request.method === "POST" && pathname === report) {
    event.respondWith(sent(request));
  } else if (request.method !== "GET") {
    return;
  } else if (files.includes(pathname)) {
    event.respondWith(fromStore(request, pathname));
  } else if (request.mode === "navigate" && (pathname === offline || isOurs(pathname))) {
    event.respondWith(fetch(request).catch(() => withoutNetwork()));
  }
});

function isOurs(pathname) {
  return pages.some((page) => pathname === page || (page !== "/" && pathname.startsWith(page)));
}

async function settle() {
  const store = await caches.open(STORE);
  // A name with a hash of its content is never stale: the browser's own copy will do.
  await store.addAll(
    [...files, offline].map(
      (path) => new Request(path, { cache: HASHED.test(path) ? "default" : "reload" }),
    ),
  );
  await self.skipWaiting();
}

async function takeOver() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("shell-") && name !== STORE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

// The reader changed language or type size: so does the page for later.
async function dress(look) {
  const store = await caches.open(STORE);
  const kept = await store.match(offline);
  if (kept?.headers.get("X-Look") === look) return;
  const page = await fetch(offline, { cache: "reload" });
  if (page.ok) await store.put(offline, page);
}

async function fromStore(request, pathname) {
  const store = await caches.open(STORE);
  const kept = await store.match(pathname);
  // A name without a hash of its content may have changed: the network first.
  if (!HASHED.test(pathname)) return fetch(request).catch(() => kept ?? Response.error());
  return kept ?? fetch(request);
}

async function withoutNetwork() {
  const store = await caches.open(STORE);
  return (await store.match(offline)) ?? Response.error();
}

// The button was pressed without a network: nothing typed is lost, and it is sent later.
async function sent(request) {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch {
    await putAside(await copy.formData());
    return Response.redirect(offline, 303);
  }
}

async function putAside(form) {
  const fields = {};
  const photos = [];
  for (const [name, value] of form) {
    if (value instanceof File) {
      if (value.size) photos.push(value);
    } else if (name !== "csrfmiddlewaretoken") {
      fields[name] = name in fields ? [fields[name], value].flat() : value;
    }
  }
  const entry = { key: fields.key, state: "waiting", at: Date.now(), fields, photos };
  const store = await openQueue();
  await new Promise((done, failed) => {
    const writing = store.transaction("reports", "readwrite");
    writing.oncomplete = done;
    writing.onerror = () => failed(writing.error);
    writing.objectStore("reports").put(entry);
  });
  store.close();
}

// As in queue.js: a service worker that every browser takes cannot import modules.
function openQueue() {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("queue", 1);
    opening.onupgradeneeded = () =>
      opening.result.createObjectStore("reports", { keyPath: "key" });
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => failed(opening.error);
  });
}
