import type { Value } from '../../dvc/index.ts';
import { isMap } from '../datapoint.ts';

/** What a template leaves open, in DVC's words; a template of a person's own may use any of them. */
export type AnchorName =
  | 'color'
  | 'column'
  | 'data'
  | 'group_by'
  | 'group_by_x'
  | 'group_by_y'
  | 'pivot_field'
  | 'plot_height'
  | 'plot_width'
  | 'row'
  | 'shape'
  | 'stroke_dash'
  | 'title'
  | 'tooltip'
  | 'x'
  | 'x_label'
  | 'y'
  | 'y_label'
  | 'zoom_and_pan';

/** The text in a template that a value takes the place of. */
export function anchor(name: AnchorName): string {
  return `<DVC_METRIC_${name.toUpperCase()}>`;
}

/** Whether an anchor stands alone somewhere in a template; in a list within a list, DVC does not look. */
export function hasAnchor(template: Value, name: AnchorName): boolean {
  const wanted = anchor(name);
  const holds = (value: Value): boolean => {
    if (isMap(value)) {
      return Object.values(value).some((inner) => (Array.isArray(inner) ? inner.some(holds) : holds(inner)));
    }
    return value === wanted;
  };
  return holds(template);
}

/** The template with a value in place of an anchor; a text also within other texts, unless these are items of a list. */
export function fillAnchor(template: Value, name: AnchorName, value: Value): Value {
  const wanted = anchor(name);
  const fill = (inner: Value, inList: boolean): Value => {
    if (Array.isArray(inner)) return inner.map((item: Value) => fill(item, true));
    if (isMap(inner)) return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, fill(one, false)]));
    if (inner === wanted) return value;
    if (typeof inner !== 'string' || typeof value !== 'string' || inList) return inner;
    return inner.replaceAll(wanted, () => value);
  };
  return fill(template, false);
}
