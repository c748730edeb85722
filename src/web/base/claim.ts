/** As many claims are remembered; older ones are forgotten. */
const most = 20;
const store = 'claims';

let opened: Promise<IDBDatabase> | undefined;

/**
 * Whether this tab is the first one of the browser to claim `id`. The browser's own database decides, one transaction
 * after the other: there are locks for pages by https only, and what tabs keep, or tell each other, comes too late on a
 * slow computer. In a frame whose browser forbids a database every tab is the first.
 */
export async function claim(id: string): Promise<boolean> {
  // It is closed when somebody clears what the browser keeps: it is opened anew, once.
  for (let tries = 0; tries < 2; tries++) {
    try {
      opened ??= open();
      return await note(await opened, id);
    } catch {
      opened = undefined;
    }
  }
  return true;
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('coocenter', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(store, { autoIncrement: true });
    };
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('no database'));
    };
  });
}

/** Notes a claim unless it is there; resolves, once that is written, with whether it was not. */
function note(database: IDBDatabase, id: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, 'readwrite');
    const claims = transaction.objectStore(store);
    const known: IDBRequest<unknown[]> = claims.getAll();
    let isFirst = false;
    known.onsuccess = () => {
      isFirst = !known.result.includes(id);
      if (!isFirst) return;
      const added = claims.add(id);
      added.onsuccess = () => {
        claims.delete(IDBKeyRange.upperBound(Number(added.result) - most));
      };
    };
    transaction.oncomplete = () => {
      resolve(isFirst);
    };
    transaction.onabort = () => {
      reject(transaction.error ?? new Error('the claim was not written'));
    };
  });
}
