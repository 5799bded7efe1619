// Runs once, at the export of the whole conversation: the kind that was chosen is asked for, and the choice folds up.
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-kind]');
  if (!button) return;
  trigger('download', { kind: button.dataset.kind });
  element.querySelector('details').open = false;
});
