import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LabelMatrix } from './label-matrix.ts';
import { fleissKappaOf, krippendorffAlphaOf, type Level } from './many-coefficients.ts';
import { cohenKappa, disagreementWeights, observedAgreement, pairTable } from './pair-coefficients.ts';

// Constants with more digits than a publication prints are those of scripts/agreement-oracle.py.

function matrixOf(rows: readonly (readonly number[])[], size: number): LabelMatrix {
  return {
    labelers: rows.map((_, index) => `labeler ${index}`),
    categories: Array.from({ length: size }, (_, index) => String(index)),
    ordered: true,
    items: rows[0]!.length,
    codes: rows.map((row) => Int8Array.from(row)),
  };
}

/** How often each category was given to an item → a matrix of as many labelers. */
function fromCounts(items: readonly (readonly number[])[]): LabelMatrix {
  const codes = items.map((counts) => counts.flatMap((count, code) => new Array<number>(count).fill(code)));
  return matrixOf(
    codes[0]!.map((_, labeler) => codes.map((item) => item[labeler]!)),
    items[0]!.length,
  );
}

/** The matrix of `made_codes` in the oracle. */
function madeCodes(labelers: number, items: number): LabelMatrix {
  let state = 1;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * limit);
  };
  const rows = Array.from({ length: labelers }, () => new Array<number>(items).fill(-1));
  for (let item = 0; item < items; item++) {
    const common = below(3);
    for (const row of rows) {
      if (below(10) === 0) continue;
      row[item] = below(10) < 6 ? common : below(3);
    }
  }
  return matrixOf(rows, 3);
}

const made = madeCodes(6, 500);

describe('Cohen’s κ', () => {
  // Two judges, 200 patients.
  const cohen1968 = Float64Array.of(88, 10, 2, 14, 40, 6, 18, 10, 12);

  it('is .492 for the example of Cohen 1968, and .348 with his weights', () => {
    expect(observedAgreement(cohen1968, 3)).toBeCloseTo(0.7, 12);
    expect(cohenKappa(cohen1968, 3, disagreementWeights('nominal', 3)).toFixed(3)).toBe('0.492');
    expect(cohenKappa(cohen1968, 3, Float64Array.of(0, 1, 3, 1, 0, 6, 3, 6, 0)).toFixed(3)).toBe('0.348');
  });

  it.each([
    ['nominal', 0.4915254237288136],
    ['linear', 0.4736842105263158],
    ['quadratic', 0.4545454545454546],
  ] as const)('with %s weights is what scikit-learn says', (kind, expected) => {
    expect(Math.abs(cohenKappa(cohen1968, 3, disagreementWeights(kind, 3)) - expected)).toBeLessThan(1e-12);
  });

  it.each([
    ['nominal', 0.3086117070180814],
    ['linear', 0.3141451414514146],
    ['quadratic', 0.3197995726180828],
  ] as const)('with %s weights leaves out what one of the two did not label', (kind, expected) => {
    const table = pairTable(made.codes[0]!, made.codes[1]!, 3);
    expect(Math.abs(cohenKappa(table, 3, disagreementWeights(kind, 3)) - expected)).toBeLessThan(1e-12);
  });

  it('is not defined without items, nor where chance agrees always', () => {
    const weights = disagreementWeights('nominal', 2);
    expect(cohenKappa(new Float64Array(4), 2, weights)).toBeNaN();
    expect(cohenKappa(Float64Array.of(5, 0, 0, 0), 2, weights)).toBeNaN();
  });
});

describe('Fleiss’ κ', () => {
  it('is .430 for the thirty diagnoses of Fleiss 1971', () => {
    const diagnoses = [
      '00060',
      '03003',
      '01401',
      '00006',
      '03030',
      '20400',
      '00402',
      '20310',
      '20040',
      '00006',
      '10050',
      '11040',
      '03300',
      '10050',
      '02031',
      '00501',
      '30012',
      '51000',
      '02040',
      '10203',
      '00006',
      '01050',
      '02013',
      '20040',
      '10041',
      '05010',
      '40002',
      '02040',
      '10500',
      '00006',
    ].map((row) => [...row].map(Number));
    expect(fleissKappaOf(fromCounts(diagnoses)).toFixed(3)).toBe('0.430');
    expect(Math.abs(fleissKappaOf(fromCounts(diagnoses)) - 0.43024452006014074)).toBeLessThan(1e-12);
  });

  it('counts only items that all labelled, as statsmodels does with these', () => {
    expect(Math.abs(fleissKappaOf(made) - 0.3326618656043038)).toBeLessThan(1e-12);
  });

  it('is not defined when no item has every label, nor when all labels are the same', () => {
    expect(
      fleissKappaOf(
        matrixOf(
          [
            [0, -1],
            [-1, 1],
          ],
          2,
        ),
      ),
    ).toBeNaN();
    expect(
      fleissKappaOf(
        matrixOf(
          [
            [1, 1],
            [1, 1],
          ],
          2,
        ),
      ),
    ).toBeNaN();
  });
});

describe('Krippendorff’s α', () => {
  // Krippendorff 2011, example C: four observers, twelve units, values from 1.
  const reliability = matrixOf(
    ['123321412   ', '1233224125 3', ' 3332342251 ', '12332441251 '].map((row) =>
      [...row].map((value) => (value === ' ' ? -1 : Number(value) - 1)),
    ),
    5,
  );

  it.each([
    ['nominal', '0.743', 0.743421052631579],
    ['ordinal', '0.815', 0.8153875037548814],
    ['interval', '0.849', 0.8491071428571428],
  ] as const)('at the %s level is %s for the example of Krippendorff 2011', (level, printed, expected) => {
    expect(krippendorffAlphaOf(reliability, level).toFixed(3)).toBe(printed);
    expect(Math.abs(krippendorffAlphaOf(reliability, level) - expected)).toBeLessThan(1e-12);
  });

  it.each([
    ['nominal', 0.34532877750657787],
    ['ordinal', 0.3485467591914517],
    ['interval', 0.3485420927528231],
  ] as const)('at the %s level is what krippendorff says of 500 items with gaps', (level, expected) => {
    expect(Math.abs(krippendorffAlphaOf(made, level) - expected)).toBeLessThan(1e-12);
  });

  it('is the same whether items are taken one by one or by their counts', () => {
    // With 40 categories there are too many different counts to number them.
    const many = { ...made, categories: Array.from({ length: 40 }, (_, index) => String(index)) };
    expect(krippendorffAlphaOf(many, 'ordinal')).toBeCloseTo(krippendorffAlphaOf(made, 'ordinal'), 12);
    expect(fleissKappaOf(many)).toBeCloseTo(fleissKappaOf(made), 12);
  });

  const column = fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 4, maxLength: 4 });
  const matrices = fc.array(column, { minLength: 2, maxLength: 30 }).map((columns) =>
    matrixOf(
      [0, 1, 2, 3].map((labeler) => columns.map((values) => values[labeler]!)),
      4,
    ),
  );

  it('does not depend on who is who, nor on the order of the items', () => {
    const levels: readonly Level[] = ['nominal', 'ordinal', 'interval'];
    fc.assert(
      fc.property(matrices, (matrix) => {
        const turned = { ...matrix, codes: matrix.codes.map((codes) => codes.toReversed()).toReversed() };
        for (const level of levels) {
          const [a, b] = [krippendorffAlphaOf(matrix, level), krippendorffAlphaOf(turned, level)];
          expect(Number.isNaN(a) ? Number.isNaN(b) : Math.abs(a - b) < 1e-12).toBe(true);
        }
      }),
    );
  });

  it('is 1 exactly when all who label agree and labels differ between items', () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const alpha = krippendorffAlphaOf(matrix, 'nominal');
        const pairable = Array.from({ length: matrix.items }, (_, item) =>
          matrix.codes.map((codes) => codes[item]!).filter((code) => code >= 0),
        ).filter((labels) => labels.length > 1);
        const agreed = pairable.every((labels) => new Set(labels).size === 1);
        const several = new Set(pairable.flat()).size > 1;
        if (!several) expect(alpha).toBeNaN();
        else expect(alpha > 1 - 1e-12).toBe(agreed);
      }),
    );
  });
});
