import { spawnSync } from 'node:child_process';
import { repository } from './program.js';

/** Those with which `cargo leptos` builds the app: so the two share what they are made of. */
const RUSTFLAGS = process.env.RUSTFLAGS ?? '--cfg erase_components';

/** Builds the simulator, which is no part of the app that `cargo leptos` builds. */
export default function build(): void {
  const options = ['build', '--workspace', '--features', 'ssr', '--bin', 'simulator'];
  const { status, error } = spawnSync('cargo', options, {
    cwd: repository,
    env: { ...process.env, RUSTFLAGS },
    stdio: 'inherit',
  });
  if (error) throw error;
  if (status !== 0) throw new Error('The simulator could not be built');
}
