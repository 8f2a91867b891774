// Sends a form that says in place that it was saved, so that the page, its focus and its fields stay as they are. What
// is refused the browser sends once more: the page that this leads to says beside each field what is wrong with it.
addEventListener('submit', async (event) => {
  const form = event.target, says = form.querySelector('[data-saved]');
  if (!says) return;
  event.preventDefault();
  says.textContent = '';
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: 'POST', body }).catch(() => {});
  if (answer && !answer.ok) form.submit();
  else says.textContent = answer ? says.dataset.saved : says.dataset.lost;
});
