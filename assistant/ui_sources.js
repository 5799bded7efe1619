// Runs once, in the panel of sources: a marker of the chat opens, shows and focuses its citation; a button asks for the article.
document.addEventListener('click', (event) => {
  const marker = event.target.closest && event.target.closest('a.marker');
  const passage = marker && document.getElementById(marker.getAttribute('href').slice(1));
  if (!passage) return;
  event.preventDefault();
  passage.closest('details').open = true;
  passage.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  passage.focus({ preventScroll: true });
});
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-open]');
  if (button) trigger('click', { citation: button.dataset.open });
});
