// Runs once, in the reader: a fresh article is shown at its marked sentence and read from there; its button closes it.
watch('value', () => {
  const article = element.querySelector('.reader');
  if (!article) return;
  const body = article.querySelector('.body');
  const mark = article.querySelector('mark');
  if (body && mark) body.scrollTop = mark.offsetTop - body.clientHeight / 3;
  article.scrollIntoView({ block: 'nearest' });
  article.querySelector('h3').focus({ preventScroll: true });
});
element.addEventListener('click', (event) => {
  if (event.target.closest('[data-close]')) trigger('click');
});
