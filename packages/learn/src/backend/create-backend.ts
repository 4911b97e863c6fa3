import { LearnError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { JsBackend } from './js-backend.ts';
import { WasmBackend } from './wasm-backend.ts';

/** Which kernels to use; `auto` takes WASM-SIMD where it runs and plain JS elsewhere. */
export type BackendChoice = 'auto' | 'wasm' | 'js';

/**
 * A backend with memory of its own.
 *
 * @throws LearnError `ASSAY_LEARN_WASM_UNAVAILABLE` when `wasm` is asked for and cannot run here,
 * `ASSAY_LEARN_BACKEND_UNKNOWN` on any other name.
 */
export function createBackend(choice: BackendChoice = 'auto'): Backend {
  if (choice === 'js') return new JsBackend();
  if (choice !== 'auto' && choice !== 'wasm') {
    throw new LearnError('ASSAY_LEARN_BACKEND_UNKNOWN', `There is no backend ${JSON.stringify(choice)}.`, {
      hint: "Choose 'auto', 'wasm' or 'js'.",
    });
  }
  try {
    return new WasmBackend();
  } catch (cause) {
    if (choice === 'auto') return new JsBackend();
    throw new LearnError('ASSAY_LEARN_WASM_UNAVAILABLE', 'The WASM-SIMD kernels cannot run on this host.', {
      hint: "Choose the backend 'auto' or 'js'.",
      cause,
    });
  }
}
