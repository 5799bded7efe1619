// Runs once, beside the chat: what its buttons do, the card of a source, and staying at the end while an answer grows.
const chat = element.closest('#chat');
const openEnd = () => chat.scrollHeight - chat.scrollTop - chat.clientHeight < 160;
let follows = true;
chat.addEventListener('scroll', () => { follows = openEnd(); }, { passive: true });
const follow = (always) => requestAnimationFrame(() => { if (always || follows) chat.scrollTop = chat.scrollHeight; });
let asking = false;
watch('value', () => {
  const now = Boolean(element.querySelector('.exchange.open'));
  follow(now && !asking);
  asking = now;
});

const card = document.createElement('div');
card.id = 'card';
card.hidden = true;
card.setAttribute('aria-hidden', 'true');
document.body.append(card);
let carded = null;
const hide = () => { card.hidden = true; carded = null; };
const show = (marker) => {
  const head = document.createElement('div');
  head.textContent = marker.dataset.head;
  const quote = document.createElement('blockquote');
  quote.textContent = marker.dataset.quote;
  card.replaceChildren(head, quote);
  card.hidden = false;
  carded = marker;
  const at = marker.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left - 20, window.innerWidth - card.offsetWidth - 8));
  const below = at.bottom + 8 + card.offsetHeight < window.innerHeight;
  card.style.left = `${left}px`;
  card.style.top = `${below ? at.bottom + 8 : Math.max(8, at.top - card.offsetHeight - 8)}px`;
};
const marked = (event) => event.target.closest && event.target.closest('#chat .marker');
document.addEventListener('pointerover', (event) => {
  if (event.pointerType === 'touch') return;
  const marker = marked(event);
  if (marker) show(marker); else if (carded && !carded.matches(':focus-visible')) hide();
});
document.addEventListener('focusin', (event) => {
  const marker = marked(event);
  if (marker && marker.matches(':focus-visible')) show(marker); else hide();
});
chat.addEventListener('scroll', hide, { passive: true });
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') hide(); });
chat.addEventListener('keydown', (event) => { // a point of a chart is a button, but no <button>
  const point = event.target.closest('circle[data-open]');
  if (!point || (event.key !== 'Enter' && event.key !== ' ')) return;
  event.preventDefault();
  trigger('click', { citation: point.dataset.open });
});

const edit = (button) => {
  const box = button.closest('.question');
  if (box.querySelector('form')) return;
  const form = document.createElement('form');
  const area = document.createElement('textarea');
  area.value = button.dataset.text;
  area.rows = 2;
  area.setAttribute('aria-label', 'Question');
  const ask = document.createElement('button');
  ask.textContent = 'Ask again';
  const leave = document.createElement('button');
  leave.type = 'button';
  leave.textContent = 'Cancel';
  form.append(area, ask, leave);
  const end = () => { form.remove(); button.focus(); };
  leave.addEventListener('click', end);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = area.value;
    end();
    if (text.trim()) trigger('submit', { edit: text });
  });
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
    if (event.key === 'Escape') end();
  });
  box.append(form);
  area.focus();
};
const copy = async (button) => {
  const text = button.dataset.text;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
    button.focus();
  }
  const before = button.textContent;
  button.textContent = 'Copied';
  setTimeout(() => { button.textContent = before; }, 1500);
};
const judge = (button, number) => {
  const row = button.closest('.actions');
  const good = button.dataset.do === 'good' ? 'yes' : 'no';
  for (const thumb of row.querySelectorAll('.thumb')) thumb.setAttribute('aria-pressed', String(thumb === button));
  row.querySelector('form')?.remove();
  trigger('apply', { number, good });
  const form = document.createElement('form');
  const field = (label) => {
    const input = document.createElement('input');
    input.placeholder = label;
    input.setAttribute('aria-label', label);
    form.append(input);
    return input;
  };
  const reason = field(good === 'yes' ? 'What is good about it? (optional)' : 'What is wrong? (optional)');
  const right = good === 'yes' ? null : field('What would be right? (a number or a name, if you know)');
  const keep = document.createElement('button');
  keep.className = 'quiet';
  keep.textContent = 'Keep on this machine';
  form.append(keep);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    trigger('apply', { number, good, reason: reason.value, right: right ? right.value : '' });
    form.textContent = 'Kept.';
    button.focus();
  });
  row.append(form);
  reason.focus();
};
let touched = '';
chat.addEventListener('pointerdown', (event) => { touched = event.pointerType; });
chat.addEventListener('click', (event) => {
  const marker = marked(event);
  if (marker) {
    if (touched === 'touch' && carded !== marker) { show(marker); return; } // the first tap shows, the second opens
    hide();
    trigger('click', { citation: marker.dataset.open });
    return;
  }
  const source = event.target.closest('[data-open]');
  if (source) { trigger('click', { citation: source.dataset.open }); return; }
  const button = event.target.closest('[data-do]');
  if (!button) return;
  const number = button.closest('[data-number]')?.dataset.number;
  if (button.dataset.do === 'export') trigger('download', { kind: button.dataset.kind, number });
  if (button.dataset.do === 'good' || button.dataset.do === 'bad') judge(button, number);
  if (button.dataset.do === 'edit') edit(button);
  if (button.dataset.do === 'copy') copy(button);
  if (button.dataset.do === 'retry') trigger('submit', { retry: 'last' });
  if (button.dataset.do === 'ask') trigger('select', { ask: button.dataset.text });
});
