// Runs once, in the list of articles: opens one, removes one on the second click.
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-book]');
  if (!button) return;
  const article = button.closest('tr').dataset.id;
  if (button.dataset.book === 'read') { trigger('click', { article }); return; }
  if (button.classList.contains('sure')) { trigger('delete', { article }); return; }
  button.classList.add('sure');
  button.textContent = 'Remove';
  setTimeout(() => { button.classList.remove('sure'); button.textContent = '✕'; }, 4000);
});
