/** The sizes and colours of the reports are those of the studio. */
export { dark, light, type MeaningName, meaningNames, type Palette, radius, space, type } from 'assay/tokens';
