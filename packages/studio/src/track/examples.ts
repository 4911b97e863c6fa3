import type { Format } from './draft.ts';

/** One of each format, to begin with. */
export const metadataExamples: Readonly<Partial<Record<Format, string>>> = {
  json: `{
  "name": "wine quality",
  "owner": "risk",
  "purpose": "predict a taster's score",
  "metrics": { "rmse": 0.6137, "rows": 1599 }
}
`,
  ion: `{
  name: "wine quality",
  owner: risk,
  trained: 2026-01-31T09:30:00Z,
  metrics: { rmse: 0.613700, rows: 1599 },  // decimals keep every digit
}
`,
  yaml: `name: wine quality
owner: risk
purpose: predict a taster's score
metrics:
  rmse: 0.6137
  rows: 1599
`,
};

export const dataExamples: Readonly<Record<Format, string>> = {
  json: `[
  { "acidity": 7.4, "alcohol": 9.4, "score": 5 },
  { "acidity": 7.8, "alcohol": 9.8, "score": 6 }
]
`,
  ion: `[
  { acidity: 7.4, alcohol: 9.4, score: 5 },
  { acidity: 7.8, alcohol: 9.8, score: 6 },
]
`,
  yaml: `- { acidity: 7.4, alcohol: 9.4, score: 5 }
- { acidity: 7.8, alcohol: 9.8, score: 6 }
`,
  jdf: `jdf: 2
name: wine-quality
version: "1:0:0"
stages:
  - name: Train
    blocks:
      - name: train
        outputs: { model: { path: model, role: model } }
        run: train --out \${outputs.model}
`,
};
