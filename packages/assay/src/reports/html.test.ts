import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapeHtml, html } from './html.ts';

it('escapes every value, in text and in attributes', () => {
  const hostile = `"><script>alert('1')</script>&`;
  expect(html`<p title="${hostile}">${hostile}</p>`.markup).toBe(
    '<p title="&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#38;">' +
      '&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;&#38;</p>',
  );
});

it('takes templates as they are, joins lists, and leaves out null, undefined and false', () => {
  const items = ['a', html`<b>${'<'}</b>`, 3];
  expect(html`${items}${null}${undefined}${false}${0}`.markup).toBe('a<b>&#60;</b>30');
});

it('leaves no character that could end a text or an attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escapeHtml(text);
      expect(escaped).not.toMatch(/[<>"']/u);
      expect(escaped.replace(/&#(\d+);/gu, (_, code) => String.fromCharCode(Number(code)))).toBe(text);
    }),
  );
});
