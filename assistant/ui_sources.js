// Runs once, in the panel of sources: a button asks for the article.
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-open]');
  if (button) trigger('click', { citation: button.dataset.open });
});
