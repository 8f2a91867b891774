// Loads the page again when the server turns out to be of another build than the page. Once for each build in a tab,
// however often it is told, and not while somebody types, while what was typed would be lost, or while a form may be on
// its way. The app itself knows nothing of it: so it is no part of the download.
((own) => {
  const SEEN = 'auxroom-builds';
  // The server answers within 30 seconds.
  const ANSWERED_MS = 30_000;
  let other, isWaiting = false, answered = 0;

  const isTouched = (field) =>
    /^(checkbox|radio)$/.test(field.type)
      ? field.checked !== field.defaultChecked
      : field.value !== field.defaultValue;
  const isSafe = () =>
    Date.now() >= answered &&
    !document.activeElement?.matches('input, textarea, select') &&
    ![...document.querySelectorAll('input:not([type=hidden]), textarea')].some(isTouched);

  const reload = () => {
    isWaiting = !isSafe();
    if (isWaiting) return setTimeout(reload, 1_000);
    try {
      const seen = (sessionStorage.getItem(SEEN) ?? '').split(' ');
      if (seen.includes(other)) return;
      sessionStorage.setItem(SEEN, [...seen, other].join(' '));
    } catch {
      // Without a memory it might do so forever.
      return;
    }
    location.reload();
  };

  const told = (build) => {
    if (!build || build === own || build === other) return;
    other = build;
    if (!isWaiting) reload();
  };

  addEventListener('submit', () => (answered = Date.now() + ANSWERED_MS), true);
  const ask = fetch;
  window.fetch = async (...request) => {
    const response = await ask(...request);
    // Not of files, which may have been kept from before.
    if (response.url.startsWith(`${location.origin}/api/`)) told(response.headers.get('auxroom-build'));
    return response;
  };
  window.EventSource = class extends EventSource {
    constructor(...address) {
      super(...address);
      this.addEventListener('build', ({ data }) => told(JSON.parse(data).build));
    }
  };
})
