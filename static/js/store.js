// What the phone keeps: one small IndexedDB, opened when needed. `reports` by id, `drafts` by form, `meta` by name.

const NAME = "outreach";
let opening = null;

/** The database; rejects where the browser keeps nothing (a private window, a full disk). */
function open() {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("reports", { keyPath: "id" });
      asked.result.createObjectStore("drafts", { keyPath: "id" });
      asked.result.createObjectStore("meta", { keyPath: "id" });
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = asked.result.onclose = () => ((opening = null), asked.result.close());
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error("another tab holds an older database"));
  }).catch((problem) => {
    opening = null;
    throw problem;
  });
  return opening;
}

const answered = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export async function get(store, id) {
  const database = await open();
  return answered(database.transaction(store).objectStore(store).get(id));
}

export async function all(store) {
  const database = await open();
  return answered(database.transaction(store).objectStore(store).getAll());
}

/** Runs `change(objectStore)` and resolves once the disk has it: not before the whole transaction is complete. */
export async function write(store, change) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("not kept"));
    change(transaction.objectStore(store));
  });
}

export const put = (store, record) => write(store, (kept) => kept.put(record));
export const remove = (store, id) => write(store, (kept) => kept.delete(id));

/** Changes one record as it is now; `change` may return null to leave it. Resolves to what is there afterwards. */
export async function edit(store, id, change) {
  let left;
  await write(store, (kept) => {
    kept.get(id).onsuccess = ({ target }) => {
      const changed = target.result && change(target.result);
      left = changed || target.result;
      if (changed) kept.put(changed);
    };
  });
  return left;
}
