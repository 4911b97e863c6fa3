import type { Line } from './comparison.ts';

/** One part of the benchmark, with its own table. */
export interface Row {
  readonly summary: string;
  /** @param parent a folder for what it makes; the row removes what it made */
  run(parent: string, table: Table): void | Promise<void>;
}

/** Prints lines as they are measured. What misses its aim is bold. */
export class Table {
  #begun = false;

  line({ work, aim, warm, cold }: Line): void {
    if (!this.#begun) {
      console.log('| work | DVC | Assay | ratio | aim | ratio cold | peak MiB: DVC | Assay |');
      console.log('|---|---|---|---|---|---|---|---|');
    }
    this.#begun = true;
    const ratio = (one: Line['warm']) => {
      const value = one.dvc.seconds / one.assay.seconds;
      return bold(`${value.toFixed(1)} ×`, aim !== undefined && value < aim);
    };
    const [dvcPeak, peak] = [warm.dvc.peak, warm.assay.peak];
    const tooMuch = dvcPeak !== undefined && peak !== undefined && peak > dvcPeak;
    const cells = [
      work,
      seconds(warm.dvc.seconds),
      seconds(warm.assay.seconds),
      ratio(warm),
      aim === undefined ? '' : `${aim} ×`,
      cold === undefined ? '' : ratio(cold),
      dvcPeak?.toFixed(0) ?? '',
      peak === undefined ? '' : bold(peak.toFixed(0), tooMuch),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }

  /** A sentence under the table. */
  note(text: string): void {
    this.#begun = false;
    console.log(`\n${text}\n`);
  }
}

export function seconds(value: number): string {
  return value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(1)} s`;
}

function bold(text: string, isBold: boolean): string {
  return isBold ? `**${text}**` : text;
}
