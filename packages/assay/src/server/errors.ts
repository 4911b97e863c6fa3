import { HTTPException } from 'hono/http-exception';
import { AssayError } from '../errors.ts';
import type { ApiError } from './schemas/index.ts';

/** A request that cannot be answered as it stands; `path` says which part of it. */
export class RequestError extends AssayError {
  readonly status: 400 | 403 | 404 | 413 | 415 | 421;
  readonly path: string | undefined;

  constructor(
    status: RequestError['status'],
    code: string,
    message: string,
    options: { hint?: string; path?: string } = {},
  ) {
    super(code, message, options);
    this.status = status;
    this.path = options.path;
  }
}

/** Codes of other folders that say something about the request, and not about the server. */
const statuses: Readonly<Record<string, 400 | 404 | 409 | 410>> = {
  ASSAY_DVC_NO_REVISION: 404,
  ASSAY_DVC_NO_GIT: 404,
  ASSAY_REF_INVALID: 400,
  ASSAY_REF_AMBIGUOUS: 400,
  ASSAY_REF_UNKNOWN: 404,
  ASSAY_RUN_NOT_FOUND: 404,
  ASSAY_RUN_NO_STAGE: 404,
  ASSAY_MODEL_NOT_FOUND: 404,
  ASSAY_LINEAGE_OBJECT_UNKNOWN: 404,
  ASSAY_LINEAGE_NO_STAGE_RUN: 404,
  ASSAY_LINEAGE_NO_EXAMPLES: 404,
  ASSAY_LINEAGE_PARAGRAPH_NOT_FOUND: 404,
  ASSAY_LINEAGE_FILING_NOT_FOUND: 404,
  ASSAY_PROPOSAL_UNKNOWN: 404,
  ASSAY_RECORD_REDACTED: 410,
  ASSAY_OBJECT_MISSING: 410,
  ASSAY_TRACK_REDACTION: 400,
  ASSAY_TRACK_CONFLICT: 409,
  ASSAY_TRACK_EXISTS: 409,
  ASSAY_TRACK_RETIRED: 409,
  ASSAY_TRACK_UNCHANGED: 409,
  ASSAY_APPROVAL_REQUIRED: 409,
  ASSAY_KEY_MISSING: 409,
  ASSAY_ACTOR_MISSING: 409,
};

/** A file of the repository, its cache or its remote is not as it must be: a person's to put right. */
const ofRepository = /^ASSAY_(?:DVC|REMOTE|DIRECTORY|PATH|FILE|OBJECT)_/;

/** What a failed request is answered with. Faults of ours are not told apart: their text may hold what is not for the page. */
export function answerTo(error: unknown): {
  readonly status: 400 | 403 | 404 | 409 | 410 | 413 | 415 | 421 | 500;
  readonly body: ApiError;
} {
  if (error instanceof RequestError) return { status: error.status, body: bodyOf(error, error.path) };
  // What the framework itself refuses: a body that is not JSON.
  if (error instanceof HTTPException && error.status === 400) {
    const refused = new RequestError(400, 'ASSAY_API_REQUEST', `body: ${error.message}`, { path: 'body' });
    return answerTo(refused);
  }
  if (error instanceof AssayError) {
    const ofRequest = error.code.startsWith('ASSAY_TRACK_') ? 400 : undefined;
    const status = statuses[error.code] ?? ofRequest ?? (ofRepository.test(error.code) ? 409 : 500);
    return { status, body: bodyOf(error) };
  }
  const message = 'the server failed on this request';
  const hint = 'This is a fault in Assay; the terminal that runs the studio says more.';
  return { status: 500, body: { error: { code: 'ASSAY_API_FAILED', message, hint } } };
}

function bodyOf({ code, message, hint }: AssayError, path?: string): ApiError {
  return { error: { code, message, hint: hint ?? null, ...(path === undefined ? {} : { path }) } };
}
