// Runs once: what arrives here is a file to be kept by the browser.
watch('value', () => {
  const made = element.querySelector('[data-name]');
  if (!made) return;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([made.dataset.text], { type: made.dataset.type }));
  link.download = made.dataset.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});
