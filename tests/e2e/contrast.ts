/**
 * Evaluated in a page: every text that is seen with too little contrast to its ground, by WCAG 2.2 (4.5, or 3 for large
 * text). Text over pictures and in controls that are disabled is left out. A text, since the tests have no types of a browser.
 */
export const lowContrast = `(() => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const over = (color, ground) => {
    context.fillStyle = ground;
    context.fillRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
    return 'rgb(' + r + ', ' + g + ', ' + b + ')';
  };
  const groundOf = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(getComputedStyle(at).backgroundColor);
    return layers.reverse().reduce((ground, layer) => over(layer, ground), 'rgb(255, 255, 255)');
  };
  const luminance = (color) => {
    const [r, g, b] = color.match(/\\d+/g).map((part) => part / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (words === '' || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (element.closest('svg, :disabled, script, style, [role=status]')) continue;
    const style = getComputedStyle(element);
    const ground = groundOf(element);
    const [high, low] = [luminance(over(style.color, ground)), luminance(ground)].sort((a, b) => b - a);
    const size = Number.parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < least) found.add(words.slice(0, 40) + ': ' + contrast.toFixed(2));
  }
  return [...found];
})()`;
