/** The processes that a process has started, as Linux shows them: for killing one of them, or for weighing all. */
import { readdir, readFile } from 'node:fs/promises';

export interface SeenProcess {
  readonly pid: number;
  readonly command: string;
  readonly residentBytes: number;
}

async function look(pid: string): Promise<SeenProcess & { readonly parent: number }> {
  const [status, command] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''),
    readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
  ]);
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+([0-9]+)`, 'm').exec(status)?.[1] ?? '0');
  return {
    pid: Number(pid),
    parent: field('PPid'),
    residentBytes: field('VmRSS') * 1024,
    command: command.replaceAll('\0', ' '),
  };
}

/** The process and everything below it. */
export async function processTree(root: number): Promise<SeenProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^[0-9]+$/.test(name));
  const all = await Promise.all(pids.map(look));
  const family = new Set([root]);
  for (let grown = true; grown;) {
    const found = all.filter(({ pid, parent }) => family.has(parent) && !family.has(pid));
    found.forEach(({ pid }) => family.add(pid));
    grown = found.length > 0;
  }
  return all.filter(({ pid }) => family.has(pid));
}
