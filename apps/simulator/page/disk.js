/**
 * IndexedDB, so that the profile on disk decides what a restarted browser knows.
 * A profile that was deleted under the open browser makes these calls fail: then the page lives on in memory, as WhatsApp's does.
 */
const opened = openDatabase();

export async function read(store, key) {
  return inStore(store, 'readonly', (objects) => objects.get(key)).catch(forgotten);
}

export async function readAll(store, limit) {
  return (await inStore(store, 'readonly', (objects) => objects.getAll(null, limit)).catch(forgotten)) ?? [];
}

export async function write(store, key, value) {
  await inStore(store, 'readwrite', (objects) => objects.put(value, key)).catch(forgotten);
}

export async function erase() {
  for (const store of ['login', 'message', 'chat']) {
    await inStore(store, 'readwrite', (objects) => objects.clear()).catch(forgotten);
  }
}

function forgotten(error) {
  console.warn('the profile keeps nothing:', error);
  return undefined;
}

function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('model-storage', 1);
    request.onupgradeneeded = () => {
      for (const store of ['login', 'message', 'chat']) request.result.createObjectStore(store);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function inStore(store, mode, act) {
  const database = await opened;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode);
    const request = act(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}
