/**
 * What this app keeps on the device: one sealed wallet, which only the passphrase opens.
 *
 * Titles, names, activity and keys are all inside the seal.
 */
const DATABASE = 'waarmerk-wallet';
const STORE = 'vault';
const KEY = 'sealed';

export type Sealed = Uint8Array | string;

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error ?? new Error('storage refused'));
    opening.onblocked = () => reject(new Error('storage is blocked by another tab'));
  });
}

async function inStore<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opened = await database();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = opened.transaction(STORE, mode, { durability: 'strict' });
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error ?? new Error('storage failed'));
      transaction.onabort = () => reject(transaction.error ?? new Error('storage is full'));
    });
  } finally {
    opened.close();
  }
}

/** The sealed wallet, or `null` when there is none on this device. */
export async function load(): Promise<Sealed | null> {
  return ((await inStore<Sealed | undefined>('readonly', (store) => store.get(KEY))) ?? null) as Sealed | null;
}

/** Keeps `sealed` instead of what was there; done when it is on disk. */
export async function save(sealed: Sealed): Promise<void> {
  await inStore('readwrite', (store) => store.put(sealed, KEY));
}

/** Erases the wallet from this device. */
export async function erase(): Promise<void> {
  await inStore('readwrite', (store) => store.delete(KEY));
}
