// Runs once, at the slider: it and the field of the as-of day say the same; at its end there is no such day.
const MS = 86400000;
const field = () => document.querySelector('#as-of input, #as-of textarea');
const spell = (at) => new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
const tell = (slider, text) => {
  element.querySelector('output').textContent = text;
  slider.setAttribute('aria-valuetext', text);
};
const moved = (slider, send) => {
  const open = slider.value === slider.max;
  const at = Date.parse(element.querySelector('.timeline').dataset.first) + Number(slider.value) * MS;
  tell(slider, open ? 'everything is known' : spell(at));
  if (!send) return;
  field().value = open ? '' : new Date(at).toISOString().slice(0, 10);
  field().dispatchEvent(new Event('input', { bubbles: true }));
};
element.addEventListener('input', (event) => moved(event.target, false));
element.addEventListener('change', (event) => moved(event.target, true));
document.addEventListener('input', (event) => {
  const slider = element.querySelector('input');
  if (!slider || event.target !== field()) return;
  const at = Date.parse(event.target.value);
  if (event.target.value && Number.isNaN(at)) return;
  const first = Date.parse(element.querySelector('.timeline').dataset.first);
  slider.value = event.target.value ? Math.max(0, Math.round((at - first) / MS)) : slider.max;
  tell(slider, event.target.value ? spell(at) : 'everything is known');
});
