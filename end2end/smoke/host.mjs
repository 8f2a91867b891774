/** Opens a room that plays the first song of the catalogue, by bare requests; returns its code. */
export async function hostRoom(app, simulator) {
  const account = await simulator.addAccount();
  await simulator.play(account, { item: '0' });
  await simulator.control(account, { coming: [{ item: '1' }, { item: '2' }] });

  let cookie = '';
  const ask = async (method, address, form) => {
    const answer = await fetch(new URL(address, app.url), {
      method,
      headers: { accept: 'text/html', cookie },
      body: form && new URLSearchParams(form),
      redirect: 'manual',
    });
    // Not the one that keeps a browser signed in at Spotify.
    if (answer.url.startsWith(app.url)) cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return answer.headers.get('location') ?? '';
  };
  const room = await ask('POST', '/api/rooms/create', { votes_to_skip: '2' });
  const code = room.slice('/room/'.length, '/room/'.length + 6);
  const consent = await ask('POST', '/api/spotify/connect', { code });
  const back = await ask('POST', consent, { decision: 'agree' });
  await ask('GET', back);
  return code;
}
