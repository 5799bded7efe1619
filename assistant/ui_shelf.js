// Runs once, in the list of conversations: opens, renames in place, deletes on the second click; the address names the open one.
const named = () => {
  const nav = element.querySelector('nav');
  if (!nav) return;
  const address = new URL(window.location.href);
  if (nav.dataset.current) address.searchParams.set('c', nav.dataset.current);
  else address.searchParams.delete('c');
  window.history.replaceState(null, '', address);
};
watch('value', named);
const rename = (row) => {
  const button = row.querySelector('.open');
  const field = document.createElement('input');
  field.value = button.textContent;
  field.maxLength = 80;
  field.setAttribute('aria-label', 'New title');
  let over = false;
  const end = (keep) => {
    if (over) return;
    over = true;
    field.replaceWith(button);
    button.focus();
    if (keep && field.value.trim()) trigger('click', { rename: row.dataset.id, title: field.value });
  };
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') end(true);
    if (event.key === 'Escape') end(false);
  });
  field.addEventListener('blur', () => end(true));
  button.replaceWith(field);
  field.focus();
  field.select();
};
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-shelf]');
  if (!button) return;
  const row = button.closest('li');
  if (button.dataset.shelf === 'open') trigger('click', { open: row.dataset.id });
  if (button.dataset.shelf === 'rename') rename(row);
  if (button.dataset.shelf === 'delete') {
    if (button.classList.contains('sure')) trigger('click', { delete: row.dataset.id });
    else {
      button.classList.add('sure');
      button.textContent = 'Delete';
      setTimeout(() => { button.classList.remove('sure'); button.textContent = '✕'; }, 4000);
    }
  }
});
