import { spawnSync } from 'node:child_process';
import { repository } from './program.js';

/** Builds the simulator, which is no part of the app that `cargo leptos` builds. */
export default function build(): void {
  const options = ['build', '--workspace', '--features', 'ssr', '--bin', 'simulator'];
  const { status, error } = spawnSync('cargo', options, { cwd: repository, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) throw error;
  if (status !== 0) throw new Error('The simulator could not be built');
}
