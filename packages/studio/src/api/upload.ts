import { ApiError } from './api-error.ts';

/** What the server found of a file that was sent. */
export interface Uploaded {
  readonly sha256: string;
  readonly md5: string;
  readonly size: number;
}

/**
 * Sends a file's bytes; `onProgress` is told the share that is sent. By XMLHttpRequest, since fetch tells no progress.
 *
 * @throws ApiError, and an AbortError when `signal` is aborted
 */
export function uploadFile(file: File, onProgress: (share: number) => void, signal: AbortSignal): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const reply = () => ({
      status: request.status,
      json: async (): Promise<unknown> => JSON.parse(request.responseText),
    });
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total);
    request.onload = () => {
      if (request.status === 200) resolve(JSON.parse(request.responseText) as Uploaded);
      else void ApiError.from(reply()).then(reject);
    };
    request.onerror = () => reject(new ApiError(0, `${file.name} could not be sent`, undefined, 'Send it again.'));
    request.onabort = () => reject(new DOMException('the sending was stopped', 'AbortError'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.open('POST', '/api/track-files');
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.send(file);
  });
}
