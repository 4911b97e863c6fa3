/** Every size and colour of reports and studio. A colour has one meaning; where one stands, a word or a mark stands beside it. */

/** Pixels. */
export const type = { small: 12, body: 14, lead: 16, title: 20, figure: 28 } as const;

/** Pixels. */
export const space = { 1: 4, 2: 8, 3: 12, 4: 16, 5: 24, 6: 32, 7: 48 } as const;

export const radius = { small: 3, medium: 6 } as const;

/** `text` is readable on `wash` and on the page; `fill` marks areas, bars and edges. */
interface Meaning {
  readonly text: string;
  readonly fill: string;
  readonly wash: string;
}

export interface Palette {
  readonly page: string;
  readonly surface: string;
  readonly sunken: string;
  readonly line: string;
  readonly strong: string;
  readonly ink: string;
  readonly muted: string;
  readonly meanings: Readonly<Record<MeaningName, Meaning>>;
}

export const meaningNames = ['negative', 'neutral', 'positive', 'running', 'done', 'cached', 'failed'] as const;
export type MeaningName = (typeof meaningNames)[number];

/** Fills of Okabe and Ito's palette (2008), which the colour-blind can tell apart, save for `cached` and `failed`. */
export const light: Palette = {
  page: '#f7f6f3',
  surface: '#ffffff',
  sunken: '#efede8',
  line: '#dedbd3',
  strong: '#8b877d',
  ink: '#1c1b19',
  muted: '#5c5850',
  meanings: {
    negative: { text: '#9c3c00', fill: '#d55e00', wash: '#fbe9dd' },
    neutral: { text: '#5c5850', fill: '#918d84', wash: '#efede8' },
    positive: { text: '#00578f', fill: '#0072b2', wash: '#deedf7' },
    running: { text: '#755000', fill: '#e69f00', wash: '#fdf1d3' },
    done: { text: '#00614a', fill: '#009e73', wash: '#dcf2ea' },
    cached: { text: '#5f4590', fill: '#8c6cc0', wash: '#eee8f7' },
    failed: { text: '#a10f3c', fill: '#c2184b', wash: '#fce4ea' },
  },
};

export const dark: Palette = {
  page: '#161513',
  surface: '#1f1e1b',
  sunken: '#121110',
  line: '#37342f',
  strong: '#7f7a70',
  ink: '#eceae5',
  muted: '#aca79d',
  meanings: {
    negative: { text: '#ff9d66', fill: '#e8742a', wash: '#3a2113' },
    neutral: { text: '#aca79d', fill: '#7f7a70', wash: '#2a2824' },
    positive: { text: '#7cc0ee', fill: '#3d9bd6', wash: '#12293a' },
    running: { text: '#f2bd4b', fill: '#e69f00', wash: '#352808' },
    done: { text: '#5ccba6', fill: '#16a87f', wash: '#0e2e25' },
    cached: { text: '#bda5e6', fill: '#9a7dcc', wash: '#2a2239' },
    failed: { text: '#ff8fab', fill: '#e5476f', wash: '#3d1420' },
  },
};
